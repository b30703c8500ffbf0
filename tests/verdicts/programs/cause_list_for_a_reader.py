# chapter: reader
# kind: a generator for a reader
# fails: valid_data_loader.batches, valid_data_loader.messy_csv, valid_data_loader.other_sizes
# says: Yours returned a list
import paddle
import paddle.nn.functional as F
from paddle import nn

import os, csv, cv2, numpy as np

def transform_img(img):
    return cv2.resize(img, (224, 224)).transpose(2, 0, 1).astype("float32") / 127.5 - 1

def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    rows = [r for r in csv.DictReader(open(csvfile, encoding="utf-8-sig", newline="")) if r["imgName"]]
    batches = []
    for i in range(0, len(rows), batch_size):
        part = rows[i : i + batch_size]
        batches.append((np.array([transform_img(cv2.imread(os.path.join(datadir, r["imgName"]))) for r in part]), np.array([[float(r["Label"])] for r in part], "float32")))
    return batches
