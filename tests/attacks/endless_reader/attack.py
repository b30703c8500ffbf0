"""Batches without end, each with many labels: bounded in number, in bytes and in what a message quotes."""

import numpy as np


def batches():
    while True:
        yield np.zeros((1, 3, 2, 2), "float32"), np.arange(1000.0)


def data_loader(datadir, batch_size=10, mode="train"):
    return batches


def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    return lambda: iter([(np.zeros((1, 3, 2, 2), "float32"), np.arange(400_000.0))] * 3)


def transform_img(img):
    return img
