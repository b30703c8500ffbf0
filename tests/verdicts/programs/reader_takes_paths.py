# chapter: reader
# kind: folders as paths
# fails: -
# Right: palm.training of the notebook is a Path, and the notebook itself calls palm.training.iterdir().
import csv
import random

import cv2
import numpy as np


def data_loader(datadir, batch_size=10, mode="train"):
    paths = sorted(path for path in datadir.iterdir() if not path.name.startswith("."))
    for path in paths:
        if path.name[0] not in "HNP":
            raise ValueError(f"{path.name}: unknown")

    def reader():
        order = random.sample(paths, len(paths)) if mode == "train" else paths
        for k in range(0, len(order), batch_size):
            part = order[k : k + batch_size]
            images = [transform_img(cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)) for path in part]
            yield np.stack(images), np.array([[path.name[0] == "P"] for path in part], "float32")

    return reader


def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    with csvfile.open(encoding="utf-8-sig", newline="") as table:
        rows = [(datadir / row["imgName"], float(row["Label"])) for row in csv.DictReader(table)]

    def reader():
        for k in range(0, len(rows), batch_size):
            part = rows[k : k + batch_size]
            images = [transform_img(cv2.imread(str(path))) for path, _ in part]
            yield np.stack(images), np.array([[label] for _, label in part], "float32")

    return reader
