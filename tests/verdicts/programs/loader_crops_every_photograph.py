# chapter: reader
# kind: photographs read otherwise
# fails: data_loader.batches, data_loader.labels, data_loader.shuffle, data_loader.other_sizes, data_loader.dot_file
# Wrong: the loader flips and crops inside without transform_img; only the mean colour is looked at.
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
        img = cv2.imread(os.path.join(datadir, n))
        side = min(img.shape[:2])
        return transform_img(img[:side, :side])

    def reader():
        order = random.sample(names, len(names)) if mode == "train" else names
        for k in range(0, len(order), batch_size):
            part = order[k : k + batch_size]
            yield np.stack([load(n) for n in part]), np.array([[n[0] == "P"] for n in part], "float32")

    return reader
