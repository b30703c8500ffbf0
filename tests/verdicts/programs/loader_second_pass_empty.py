# chapter: reader
# kind: a generator that is used up
# fails: data_loader.shuffle, data_loader.other_sizes
# Wrong: zip stands outside of reader, so the second call of reader() yields nothing.
import os
import random

import cv2
import numpy as np


def data_loader(datadir, batch_size=10, mode="train"):
    names = sorted(n for n in os.listdir(datadir) if not n.startswith("."))
    for n in names:
        if n[0] not in "HNP":
            raise ValueError(f"unknown file name {n}")
    if mode == "train":
        random.shuffle(names)
    pairs = zip(names, [[float(n[0] == "P")] for n in names])

    def reader():
        images, labels = [], []
        for name, label in pairs:
            images.append(transform_img(cv2.imread(os.path.join(datadir, name))))
            labels.append(label)
            if len(images) == batch_size:
                yield np.array(images, "float32"), np.array(labels, "float32")
                images, labels = [], []
        if images:
            yield np.array(images, "float32"), np.array(labels, "float32")

    return reader
