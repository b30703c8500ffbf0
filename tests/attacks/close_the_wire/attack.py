"""Every descriptor is closed, then the process waits."""

import os
import time


def act():
    os.closerange(0, 256)
    time.sleep(60)


def transform_img(img):
    return act()


def data_loader(datadir, batch_size=10, mode="train"):
    return act()


def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    return act()
