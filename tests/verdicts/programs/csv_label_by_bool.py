# chapter: reader
# kind: labels from text
# fails: valid_data_loader.batches, valid_data_loader.messy_csv, valid_data_loader.other_sizes
# Wrong: bool("0") is True, so every label is 1.
import csv
import os

import cv2
import numpy as np


def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    with open(csvfile, encoding="utf-8-sig", newline="") as f:
        rows = [(r["imgName"], float(bool(r["Label"]))) for r in csv.DictReader(f)]

    def reader():
        for k in range(0, len(rows), batch_size):
            part = rows[k : k + batch_size]
            images = [transform_img(cv2.imread(os.path.join(datadir, name))) for name, _ in part]
            yield np.stack(images), np.array([[label] for _, label in part], "float32")

    return reader
