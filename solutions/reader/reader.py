# generated from source/reader/notebook.py, do not edit


import csv
import random
from collections import Counter
from pathlib import Path
import cv2
import matplotlib.pyplot as plt
import numpy as np


def transform_img(img):
    """img: uint8 [H, W, 3], BGR, 0..255; returns float32 [3, 224, 224], BGR, in [-1, 1]."""
    # TODO：缩放到 224x224，通道轴移到最前面，0..255 换算到 -1..1
    resized = cv2.resize(img, (224, 224))  # [224, 224, 3]
    channels_first = np.transpose(resized, (2, 0, 1)).astype("float32")  # [3, 224, 224]
    return channels_first / 127.5 - 1.0


def data_loader(datadir, batch_size=10, mode="train"):
    """Return reader(), which yields (float32 [B, 3, 224, 224], float32 [B, 1]); labels from the file names."""
    # TODO：列出文件名并检查；写一个内部函数 reader()，逐张读取，凑满一批就 yield；返回 reader
    label_of_letter = {"H": 0.0, "N": 0.0, "P": 1.0}
    names = sorted(path.name for path in Path(datadir).iterdir() if not path.name.startswith("."))
    for name in names:
        if name[0] not in label_of_letter:
            raise ValueError(f"{name}: a file name must begin with H, N or P")

    def reader():
        order = list(names)
        if mode == "train":
            random.shuffle(order)
        images, labels = [], []
        for name in order:
            content = np.fromfile(Path(datadir) / name, np.uint8)
            images.append(transform_img(cv2.imdecode(content, cv2.IMREAD_COLOR)))
            labels.append([label_of_letter[name[0]]])
            if len(images) == batch_size:
                yield np.array(images, dtype="float32"), np.array(labels, dtype="float32")
                images, labels = [], []
        if images:
            yield np.array(images, dtype="float32"), np.array(labels, dtype="float32")

    return reader


def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    """Return reader(), which yields (float32 [B, 3, 224, 224], float32 [B, 1]); labels and order from the csv."""
    # TODO：用 csv 模块读出文件名和标签；其余和 data_loader 相同
    with Path(csvfile).open(encoding="utf-8-sig", newline="") as table:
        rows = [(row["imgName"], float(row["Label"])) for row in csv.DictReader(table) if row["imgName"]]

    def reader():
        images, labels = [], []
        for name, label in rows:
            content = np.fromfile(Path(datadir) / name, np.uint8)
            images.append(transform_img(cv2.imdecode(content, cv2.IMREAD_COLOR)))
            labels.append([label])
            if len(images) == batch_size:
                yield np.array(images, dtype="float32"), np.array(labels, dtype="float32")
                images, labels = [], []
        if images:
            yield np.array(images, dtype="float32"), np.array(labels, dtype="float32")

    return reader
