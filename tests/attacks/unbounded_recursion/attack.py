"""Python's limit is lifted first."""

import sys


def act():
    sys.setrecursionlimit(10**9)
    nested = ()
    for _ in range(3 * 10**6):
        nested = (nested,)
    return hash(nested) + act()


def transform_img(img):
    return act()


def data_loader(datadir, batch_size=10, mode="train"):
    return act()


def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    return act()
