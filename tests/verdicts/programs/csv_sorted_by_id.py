# chapter: reader
# kind: another order
# fails: valid_data_loader.batches, valid_data_loader.messy_csv, valid_data_loader.other_sizes
# Wrong: sorted() of the rows sorts by ID; the text asks for the order of the csv, not sorted.
import csv
import os

import cv2
import numpy as np


def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    with open(csvfile, encoding="utf-8-sig", newline="") as f:
        lines = csv.reader(f)
        next(lines)
        rows = sorted(line for line in lines if line)

    def reader():
        for k in range(0, len(rows), batch_size):
            part = rows[k : k + batch_size]
            images = [transform_img(cv2.imread(os.path.join(datadir, row[1]))) for row in part]
            yield np.stack(images), np.array([[row[2]] for row in part]).astype("float32")

    return reader
