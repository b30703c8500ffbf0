# chapter: reader
# kind: a package that is not there
# fails: valid_data_loader.batches, valid_data_loader.messy_csv, valid_data_loader.other_sizes
# says: pandas is imported at line 12, but this package is not installed
import paddle
import paddle.nn.functional as F
from paddle import nn

import os, cv2, numpy as np

def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    import pandas as pd
    table = pd.read_csv(csvfile)
    def reader():
        for i in range(0, len(table), batch_size):
            part = table.iloc[i : i + batch_size]
            yield np.stack([transform_img(cv2.imread(os.path.join(datadir, n))) for n in part.imgName]), np.array(part.Label, "float32")[:, None]
    return reader

def transform_img(img):
    return cv2.resize(img, (224, 224)).transpose(2, 0, 1).astype("float32") / 127.5 - 1
