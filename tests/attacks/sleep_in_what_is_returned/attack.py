"""The function itself is quick; what it gives is slow to be looked at, and slow to go."""

import time


class Slow(list):
    def _wait(self, *_):
        time.sleep(10**6)

    __array__ = __iter__ = __len__ = __getitem__ = __del__ = __repr__ = __getattr__ = _wait


def transform_img(img):
    return Slow()


def data_loader(datadir, batch_size=10, mode="train"):
    return Slow()


def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    return lambda: Slow()
