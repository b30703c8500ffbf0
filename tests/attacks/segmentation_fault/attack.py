"""Read address 0, abort, and raise every deadly signal."""

COUNT = [0]


import ctypes
import os


def act():
    COUNT[0] += 1
    if COUNT[0] % 2:
        ctypes.string_at(0)
    os.abort()


def transform_img(img):
    return act()


def data_loader(datadir, batch_size=10, mode="train"):
    return act()


def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    return act()
