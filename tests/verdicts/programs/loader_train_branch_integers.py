# chapter: reader
# kind: labels of another dtype
# fails: data_loader.shuffle
# Wrong: in train mode alone the labels are int64; the text asks for float32 in each mode.
import os
import random

import cv2
import numpy as np


def data_loader(datadir, batch_size=10, mode="train"):
    names = sorted(n for n in os.listdir(datadir) if not n.startswith("."))
    for n in names:
        if n[0] not in "HNP":
            raise ValueError(n)

    def load(part):
        return np.stack([transform_img(cv2.imread(os.path.join(datadir, n))) for n in part])

    def reader():
        if mode == "train":
            order = random.sample(names, len(names))
            for k in range(0, len(order), batch_size):
                part = order[k : k + batch_size]
                yield load(part), np.array([[1] if n[0] == "P" else [0] for n in part])
        else:
            for k in range(0, len(names), batch_size):
                part = names[k : k + batch_size]
                yield load(part), np.array([[1.0] if n[0] == "P" else [0.0] for n in part], dtype="float32")

    return reader
