# right: pathlib, helper functions, labels checked while reading, folder listed anew in every reader()
import csv
import random
from pathlib import Path

import cv2
import numpy as np


def label_from_name(name):
    if name.startswith("P"):
        return 1.0
    if name.startswith(("H", "N")):
        return 0.0
    raise ValueError(f"do not know the class of {name}")


def load(path):
    img = cv2.imread(path.as_posix())
    if img is None:
        raise ValueError(f"{path.name} is not an image")
    return transform_img(img)


def transform_img(img):
    small = np.float32(cv2.resize(img, (224, 224)))
    return np.stack([small[..., channel] for channel in range(3)]) / np.float32(127.5) - np.float32(1)


def batches(pairs, batch_size):
    pairs = iter(pairs)
    while True:
        batch = [pair for _, pair in zip(range(batch_size), pairs)]
        if not batch:
            return
        xs = np.asarray([load(path) for path, _ in batch], dtype=np.float32)
        ys = np.asarray([[label] for _, label in batch], dtype=np.float32)
        yield xs, ys


def data_loader(datadir, batch_size=10, mode="train"):
    def reader():
        paths = sorted(p for p in Path(datadir).glob("*") if not p.name.startswith("."))
        if mode == "train":
            random.shuffle(paths)
        yield from batches([(p, label_from_name(p.name)) for p in paths], batch_size)

    return reader


def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    def reader():
        with Path(csvfile).open(encoding="utf-8-sig", newline="") as f:
            rows = [r for r in csv.DictReader(f) if (r["imgName"] or "").strip()]
        yield from batches([(Path(datadir, r["imgName"]), float(r["Label"])) for r in rows], batch_size)

    return reader
