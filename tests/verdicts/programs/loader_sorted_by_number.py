# chapter: reader
# kind: another order
# fails: data_loader.batches, data_loader.other_sizes, data_loader.dot_file
# Wrong: sorted by the number in the name; the text asks for the order of the file names.
import os

import cv2
import numpy as np


def data_loader(datadir, batch_size=10, mode="train"):
    names = [n for n in os.listdir(datadir) if not n.startswith(".")]
    for n in names:
        if n[0] not in "HNP":
            raise ValueError(f"what is {n}?")
    names.sort(key=lambda n: int(n[1:5]))

    def reader():
        order = list(names)
        if mode == "train":
            np.random.shuffle(order)
        for k in range(0, len(order), batch_size):
            part = order[k : k + batch_size]
            yield (
                np.stack([transform_img(cv2.imread(os.path.join(datadir, n))) for n in part]),
                np.array([[n[0] == "P"] for n in part], "float32"),
            )

    return reader
