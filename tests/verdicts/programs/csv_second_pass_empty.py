# chapter: reader
# kind: a generator that is used up
# fails: valid_data_loader.other_sizes
# Wrong: a generator of rows stands outside of reader, so the second call of reader() yields nothing.
import csv
import os

import cv2
import numpy as np


def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    with open(csvfile, encoding="utf-8-sig") as f:
        rows = list(csv.DictReader(f))
    samples = ((os.path.join(datadir, row["imgName"]), float(row["Label"])) for row in rows)

    def reader():
        images, labels = [], []
        for path, label in samples:
            images.append(transform_img(cv2.imread(path)))
            labels.append([label])
            if len(images) == batch_size:
                yield np.array(images, "float32"), np.array(labels, "float32")
                images, labels = [], []
        if images:
            yield np.array(images, "float32"), np.array(labels, "float32")

    return reader
