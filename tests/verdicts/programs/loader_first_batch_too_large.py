# chapter: reader
# kind: the last batch
# fails: data_loader.batches, data_loader.shuffle, data_loader.dot_file
# Wrong: the first batch has one more than batch_size.
import os
import random

import cv2
import numpy as np


def data_loader(datadir, batch_size=10, mode="train"):
    names = sorted(n for n in os.listdir(datadir) if not n.startswith("."))
    for n in names:
        if n[0] not in "HNP":
            raise ValueError(n)

    def reader():
        order = random.sample(names, len(names)) if mode == "train" else names
        images, labels = [], []
        for i, n in enumerate(order):
            images.append(transform_img(cv2.imread(os.path.join(datadir, n))))
            labels.append([float(n[0] == "P")])
            if i > 0 and i % batch_size == 0:
                yield np.array(images, "float32"), np.array(labels, "float32")
                images, labels = [], []
        if images:
            yield np.array(images, "float32"), np.array(labels, "float32")

    return reader
