# chapter: reader
# kind: names that are refused
# fails: data_loader.bad_name
import os

import cv2
import numpy as np

def transform_img(img):
    img = cv2.resize(img, (224, 224)).astype("float32")
    return img.transpose((2, 0, 1)) / 127.5 - 1.0


def data_loader(datadir, batch_size=10, mode="train"):
    names = sorted(name for name in os.listdir(datadir) if not name.startswith("."))

    def reader():
        if mode == "train":
            np.random.shuffle(names)
        for start in range(0, len(names), batch_size):
            part = names[start : start + batch_size]
            images = [transform_img(cv2.imread(os.path.join(datadir, name))) for name in part]
            labels = [[1.0 if name.startswith("P") else 0.0] for name in part]
            yield np.stack(images).astype("float32"), np.array(labels, "float32")

    return reader
