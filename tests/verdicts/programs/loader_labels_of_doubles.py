# chapter: reader
# kind: labels of another dtype
# fails: data_loader.batches, data_loader.shuffle, data_loader.other_sizes, data_loader.dot_file
# Wrong: float64 labels.
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
        for k in range(0, len(order), batch_size):
            part = order[k : k + batch_size]
            labels = np.zeros((len(part), 1))
            for j, n in enumerate(part):
                labels[j] = n[0] == "P"
            yield np.stack([transform_img(cv2.imread(os.path.join(datadir, n))) for n in part]), labels

    return reader
