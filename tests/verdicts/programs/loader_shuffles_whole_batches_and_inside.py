# chapter: reader
# kind: the same photographs always together
# fails: data_loader.shuffle
import numpy as np
import paddle
import paddle.nn.functional as F
from paddle import nn

import os
import random

import cv2


def data_loader(datadir, batch_size=10, mode="train"):
    names = sorted(name for name in os.listdir(datadir) if not name.startswith("."))
    for name in names:
        if name[0] not in "HNP":
            raise ValueError(name)

    def read(name):
        image = cv2.resize(cv2.imread(os.path.join(datadir, name)), (224, 224))
        return image.transpose(2, 0, 1).astype("float32") / 127.5 - 1

    def reader():
        batches = [names[k : k + batch_size] for k in range(0, len(names), batch_size)]
        if mode == "train":
            random.shuffle(batches); batches = [random.sample(b, len(b)) for b in batches]
        for batch in batches:
            labels = [[float(name[0] == "P")] for name in batch]
            yield np.stack([read(name) for name in batch]), np.array(labels, "float32")

    return reader
