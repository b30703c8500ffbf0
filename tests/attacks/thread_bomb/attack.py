"""Two thousand threads are asked for."""

import threading
import time


def act():
    for _ in range(2000):
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    raise RuntimeError("STARTED 2000")


def transform_img(img):
    return act()


def data_loader(datadir, batch_size=10, mode="train"):
    return act()


def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    return act()
