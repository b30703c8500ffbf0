# chapter: reader
# kind: a generator for a reader
# fails: data_loader.batches, data_loader.labels, data_loader.shuffle, data_loader.other_sizes, data_loader.bad_name, data_loader.dot_file
# says: data_loader must return a function, reader
# never: raised a string
import paddle
import paddle.nn.functional as F
from paddle import nn

import os, cv2, random, numpy as np

def transform_img(img):
    return cv2.resize(img, (224, 224)).transpose(2, 0, 1).astype("float32") / 127.5 - 1

def data_loader(datadir, batch_size=10, mode="train"):
    names = [n for n in sorted(os.listdir(datadir)) if n[0] != "."]
    if mode == "train":
        random.shuffle(names)
    for i in range(0, len(names), batch_size):
        part = names[i : i + batch_size]
        images = [transform_img(cv2.imread(os.path.join(datadir, n))) for n in part]
        yield np.array(images, "float32"), np.array([[float(n[0] == "P")] for n in part], "float32")
