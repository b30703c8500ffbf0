# chapter: reader
# kind: a csv read by NumPy
# fails: -
# Right: loadtxt knows quotes, leaves out empty lines, and utf-8-sig takes the BOM away.
import os

import cv2
import numpy as np


def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    table = np.loadtxt(csvfile, dtype=str, delimiter=",", quotechar='"', skiprows=1, usecols=(1, 2), encoding="utf-8-sig", ndmin=2)

    def reader():
        for k in range(0, len(table), batch_size):
            part = table[k : k + batch_size]
            images = [transform_img(cv2.imread(os.path.join(datadir, name))) for name in part[:, 0]]
            yield np.stack(images), part[:, 1:2].astype("float32")

    return reader
