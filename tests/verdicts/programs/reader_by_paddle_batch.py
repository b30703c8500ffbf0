# chapter: reader
# kind: readers of the old tutorials
# fails: -
# Right: paddle.batch and the readers of samples still exist; every sentence of the text holds.
import csv
import os
import random

import cv2
import numpy as np
import paddle


def data_loader(datadir, batch_size=10, mode="train"):
    filenames = [f for f in os.listdir(datadir) if not f.startswith(".")]
    for name in filenames:
        if name[0] not in ("H", "N", "P"):
            raise ValueError("Not excepted file name: " + name)

    def samples():
        order = sorted(filenames)
        if mode == "train":
            random.shuffle(order)
        for name in order:
            img = transform_img(cv2.imread(os.path.join(datadir, name)))
            yield img, 1.0 if name[0] == "P" else 0.0

    def reader():
        for batch in paddle.batch(samples, batch_size, drop_last=False)():
            images = np.array([x[0] for x in batch]).astype("float32")
            labels = np.array([x[1] for x in batch]).astype("float32").reshape(-1, 1)
            yield images, labels

    return reader


def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    def samples():
        with open(csvfile, encoding="utf-8-sig", newline="") as f:
            lines = [line for line in csv.reader(f) if line]
        place = {name: k for k, name in enumerate(lines[0])}
        for line in lines[1:]:
            img = transform_img(cv2.imread(os.path.join(datadir, line[place["imgName"]])))
            yield img, int(line[place["Label"]])

    def reader():
        for batch in paddle.batch(samples, batch_size=batch_size)():
            images, labels = zip(*batch)
            yield np.stack(images), np.float32(labels)[:, None]

    return reader


def transform_img(img):
    img = cv2.resize(img, (224, 224))
    img = np.transpose(img, (2, 0, 1))
    img = img.astype("float32")
    img = img / 255.0
    img = img * 2.0 - 1.0
    return img
