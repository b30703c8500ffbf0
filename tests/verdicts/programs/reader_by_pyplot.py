# chapter: reader
# kind: photographs read by matplotlib
# fails: -
# Right: matplotlib is there; plt.imread gives RGB, which is turned to BGR.
import os

import matplotlib.pyplot as plt
import numpy as np


def data_loader(datadir, batch_size=10, mode="train"):
    names = np.array(sorted(n for n in os.listdir(datadir) if not n.startswith(".")))
    for n in names:
        if n[0] not in "HNP":
            raise ValueError(f"bad name {n}")
    labels = np.char.startswith(names, "P").astype("float32").reshape(-1, 1)

    def reader():
        index = np.random.permutation(len(names)) if mode == "train" else np.arange(len(names))
        for part in np.split(index, np.arange(batch_size, len(index), batch_size)):
            images = [transform_img(np.ascontiguousarray(plt.imread(os.path.join(datadir, names[k]))[:, :, ::-1])) for k in part]
            yield np.stack(images), labels[part]

    return reader
