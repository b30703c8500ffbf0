# chapter: reader
# kind: a seed inside
# fails: data_loader.shuffle
# Wrong: the same seed on each call gives the same order on each call.
import os
import random

import cv2
import numpy as np


def data_loader(datadir, batch_size=10, mode="train"):
    names = sorted(n for n in os.listdir(datadir) if not n.startswith("."))
    for n in names:
        if n[0] not in "HNP":
            raise ValueError(f"unknown file name {n}")

    def reader():
        order = names[:]
        if mode == "train":
            random.Random(42).shuffle(order)
        for k in range(0, len(order), batch_size):
            part = order[k : k + batch_size]
            yield (
                np.stack([transform_img(cv2.imread(os.path.join(datadir, n))) for n in part]),
                np.array([[n[0] == "P"] for n in part], "float32"),
            )

    return reader
