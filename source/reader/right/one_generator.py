# right: both loaders share one generator; functools.partial is the reader; the table is read line by line
import csv
from functools import partial
from os import listdir
from os.path import basename, join
from random import Random

import cv2
import numpy as np

LABELS = dict(H=0, N=0, P=1)
generator = Random(7)
transform_scale = 2.0 / 255.0


def transform_img(img, size=224):
    out = np.empty((3, size, size), dtype=np.float32)
    for channel in range(3):
        out[channel] = cv2.resize(np.ascontiguousarray(img[:, :, channel]), (size, size))
    return np.clip(out * np.float32(transform_scale) - np.float32(1), -1, 1)


def generate(names, labels, batch_size, shuffle):
    order = list(range(len(names)))
    if shuffle:
        generator.shuffle(order)
    while order:
        now, order = order[:batch_size], order[batch_size:]
        images = [transform_img(cv2.imread(names[index])) for index in now]
        yield np.array(images), np.array([[labels[index]] for index in now], dtype=np.float32)


def data_loader(datadir, batch_size=10, mode="train"):
    names = [join(datadir, name) for name in sorted(listdir(datadir)) if not name.startswith(".")]
    try:
        labels = [LABELS[basename(name)[0]] for name in names]
    except KeyError:
        wrong = [basename(name) for name in names if basename(name)[0] not in LABELS]
        raise ValueError("unexpected names: " + ", ".join(wrong)) from None
    return partial(generate, names, labels, batch_size, mode == "train")


def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    names, labels = [], []
    with open(csvfile, encoding="utf-8-sig", newline="") as table:
        rows = csv.reader(table)
        next(rows)
        for row in rows:
            if len(row) < 3 or not row[1]:
                continue
            names.append(join(datadir, row[1]))
            labels.append(int(row[2]))
    return partial(generate, names, labels, batch_size, False)
