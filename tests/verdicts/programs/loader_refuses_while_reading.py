# chapter: reader
# kind: names that are refused
# fails: -
# Right: "raised on the call of data_loader or while reading": here after the first photographs were yielded.
import os

import cv2
import numpy as np


def data_loader(datadir, batch_size=10, mode="train"):
    def reader():
        names = sorted(os.listdir(datadir))
        if mode == "train":
            np.random.shuffle(names)
        images, labels = [], []
        for name in names:
            if name[0] == "P":
                label = 1
            elif name[0] == "H" or name[0] == "N":
                label = 0
            else:
                raise ValueError("Unexpected file name: {}".format(name))
            images.append(transform_img(cv2.imread(os.path.join(datadir, name))))
            labels.append(label)
            if len(images) < batch_size:
                continue
            yield np.array(images), np.array(labels, dtype="float32")[:, np.newaxis]
            images, labels = [], []
        if images:
            yield np.array(images), np.array(labels, dtype="float32")[:, np.newaxis]

    return reader
