"""Every batch comes just in time, and there is no last one."""

import time

import numpy as np


def data_loader(datadir, batch_size=10, mode="train"):
    def reader():
        while True:
            time.sleep(0.5)
            yield np.zeros((batch_size, 3, 224, 224), "float32"), np.zeros((batch_size, 1), "float32")

    return reader


def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    return data_loader(datadir, batch_size)
