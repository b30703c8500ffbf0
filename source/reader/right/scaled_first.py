# right: other argument names; scaling before the resize; numpy arrays filled in place
import os

import cv2
import numpy as np


def transform_img(image):
    image = (image.astype("float32") / 255.0 - 0.5) * 2
    image = cv2.resize(image, (224, 224))
    return np.moveaxis(image, -1, 0)


def data_loader(folder, size=10, kind="train"):
    files = [f for f in sorted(os.listdir(folder)) if f[0] != "."]
    table = {"H": 0, "N": 0, "P": 1}

    def reader():
        order = np.random.permutation(len(files)) if kind == "train" else np.arange(len(files))
        for begin in range(0, len(order), size):
            part = order[begin : begin + size]
            images = np.zeros((len(part), 3, 224, 224), dtype="float32")
            labels = np.zeros((len(part), 1), dtype="float32")
            for row, index in enumerate(part):
                if files[index][0] not in table:
                    raise ValueError("unknown file " + files[index])
                images[row] = transform_img(cv2.imread(os.path.join(folder, files[index])))
                labels[row, 0] = table[files[index][0]]
            yield images, labels

    return reader


def valid_data_loader(folder, labels_file, size=10, kind="valid"):
    import csv

    with open(labels_file, "r", encoding="utf-8-sig", newline="") as f:
        lines = [line for line in csv.reader(f) if line and line[1:]]
    name_at, label_at = lines[0].index("imgName"), lines[0].index("Label")
    lines = lines[1:]

    def reader():
        for begin in range(0, len(lines), size):
            part = lines[begin : begin + size]
            images = np.stack([transform_img(cv2.imread(os.path.join(folder, line[name_at]))) for line in part])
            labels = np.array([int(line[label_at]) for line in part]).astype("float32").reshape(-1, 1)
            yield images.astype("float32"), labels

    return reader
