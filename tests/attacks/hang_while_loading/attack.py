"""The definitions are never finished."""

import time


def forever():
    while True:
        time.sleep(1)


TABLE = forever()


def transform_img(img):
    return TABLE


def data_loader(datadir, batch_size=10, mode="train"):
    return TABLE


def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    return TABLE
