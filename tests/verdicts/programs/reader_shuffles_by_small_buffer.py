# chapter: reader
# kind: readers of the old tutorials
# fails: data_loader.shuffle
# never: shuffles whole batches
# Wrong: a buffer of one batch keeps the same photographs together; the text asks to shuffle all, then to divide.
import os
import random

import cv2
import numpy as np


def shuffled(reader, buf_size):
    def inner():
        buf = []
        for item in reader():
            buf.append(item)
            if len(buf) >= buf_size:
                random.shuffle(buf)
                yield from buf
                buf = []
        random.shuffle(buf)
        yield from buf

    return inner


def data_loader(datadir, batch_size=10, mode="train"):
    names = sorted(n for n in os.listdir(datadir) if not n.startswith("."))
    for n in names:
        if n[0] not in "HNP":
            raise ValueError(f"unexpected file {n}")

    def samples():
        for n in names:
            yield transform_img(cv2.imread(os.path.join(datadir, n))), [float(n[0] == "P")]

    source = shuffled(samples, batch_size) if mode == "train" else samples

    def reader():
        batch = []
        for item in source():
            batch.append(item)
            if len(batch) == batch_size:
                yield tuple(np.array(part, "float32") for part in zip(*batch))
                batch = []
        if batch:
            yield tuple(np.array(part, "float32") for part in zip(*batch))

    return reader
