# chapter: reader
# kind: names that are refused
# fails: data_loader.bad_name
# says: AssertionError
# Wrong: the text asks for a ValueError.
import os

import cv2
import numpy as np


def data_loader(datadir, batch_size=10, mode="train"):
    names = sorted(n for n in os.listdir(datadir) if not n.startswith("."))
    for n in names:
        assert n[0] in "HNP", f"{n}: unknown class"

    def reader():
        order = np.random.permutation(names) if mode == "train" else names
        for k in range(0, len(order), batch_size):
            part = order[k : k + batch_size]
            yield (
                np.stack([transform_img(cv2.imread(os.path.join(datadir, n))) for n in part]),
                np.array([[n[0] == "P"] for n in part], "float32"),
            )

    return reader
