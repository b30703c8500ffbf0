"""Address space is bounded, so that the allocation fails inside and nothing outside notices."""

import mmap


def act():
    kept = []
    try:
        while True:
            kept.append(bytearray(1 << 28))
    except MemoryError:
        size = len(kept)
    while True:
        kept.append(mmap.mmap(-1, 1 << 24))
        size += 1


def transform_img(img):
    return act()


def data_loader(datadir, batch_size=10, mode="train"):
    return act()


def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    return act()
