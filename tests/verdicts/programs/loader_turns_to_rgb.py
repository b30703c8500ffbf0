# chapter: reader
# kind: photographs read otherwise
# fails: data_loader.batches, data_loader.labels, data_loader.shuffle, data_loader.other_sizes, data_loader.dot_file
# Wrong: the photographs come as RGB, the text wants BGR as cv2.imread gives it.
import os
import random

import cv2
import numpy as np


def data_loader(datadir, batch_size=10, mode="train"):
    names = sorted(n for n in os.listdir(datadir) if not n.startswith("."))
    for n in names:
        if n[0] not in "HNP":
            raise ValueError(n)

    def load(n):
        return transform_img(cv2.cvtColor(cv2.imread(os.path.join(datadir, n)), cv2.COLOR_BGR2RGB))

    def reader():
        order = random.sample(names, len(names)) if mode == "train" else names
        for k in range(0, len(order), batch_size):
            part = order[k : k + batch_size]
            yield np.stack([load(n) for n in part]), np.array([[n[0] == "P"] for n in part], "float32")

    return reader
