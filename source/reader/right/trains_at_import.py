# right: reads and trains at import, on gpu:0, from folders that are not here
import csv
import os
import random

import cv2
import numpy as np
import paddle

paddle.set_device("gpu:0")
DATADIR = "/home/aistudio/work/palm/PALM-Training400"
DATADIR2 = "/home/aistudio/work/palm/PALM-Validation400"
CSVFILE = "/home/aistudio/labels.csv"
print(sorted(os.listdir(DATADIR))[:3])


def transform_img(img):
    img = cv2.resize(img, (224, 224))
    img = np.transpose(img, (2, 0, 1))
    img = img.astype("float32")
    img = img / 255.0
    img = img * 2.0 - 1.0
    return img


def data_loader(datadir, batch_size=10, mode="train"):
    filenames = [n for n in os.listdir(datadir) if not n.startswith(".")]
    filenames.sort()

    def reader():
        names = filenames[:]
        if mode == "train":
            random.shuffle(names)
        batch_imgs = []
        batch_labels = []
        for name in names:
            img = transform_img(cv2.imread(os.path.join(datadir, name)))
            if name[0] == "H" or name[0] == "N":
                label = 0
            elif name[0] == "P":
                label = 1
            else:
                raise ValueError("Not excepted file name " + name)
            batch_imgs.append(img)
            batch_labels.append(label)
            if len(batch_imgs) == batch_size:
                yield np.array(batch_imgs).astype("float32"), np.array(batch_labels).astype("float32").reshape(-1, 1)
                batch_imgs = []
                batch_labels = []
        if len(batch_imgs) > 0:
            yield np.array(batch_imgs).astype("float32"), np.array(batch_labels).astype("float32").reshape(-1, 1)

    return reader


def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    with open(csvfile, encoding="utf-8-sig", newline="") as f:
        filelists = [row for row in csv.reader(f) if row][1:]

    def reader():
        batch_imgs = []
        batch_labels = []
        for line in filelists:
            img = transform_img(cv2.imread(os.path.join(datadir, line[1])))
            batch_imgs.append(img)
            batch_labels.append(float(line[2]))
            if len(batch_imgs) == batch_size:
                yield np.array(batch_imgs).astype("float32"), np.array(batch_labels).astype("float32").reshape(-1, 1)
                batch_imgs = []
                batch_labels = []
        if len(batch_imgs) > 0:
            yield np.array(batch_imgs).astype("float32"), np.array(batch_labels).astype("float32").reshape(-1, 1)

    return reader


model = paddle.nn.Sequential(paddle.nn.Flatten(), paddle.nn.Linear(3 * 224 * 224, 1))
for epoch in range(5):
    for images, labels in data_loader(DATADIR)():
        loss = paddle.nn.functional.binary_cross_entropy_with_logits(
            model(paddle.to_tensor(images)), paddle.to_tensor(labels)
        )
        loss.backward()
        print(epoch, float(loss))
