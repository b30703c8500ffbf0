"""Address space is bounded, so that the allocation fails inside and nothing outside notices."""

import mmap


def use(kept):
    try:
        while True:
            kept.append(bytearray(1 << 28))
    except MemoryError:
        return reserve(kept)


def reserve(kept):
    while True:
        kept.append(mmap.mmap(-1, 1 << 24))


def transform_img(img):
    return use([])


def data_loader(datadir, batch_size=10, mode="train"):
    return reserve([])


def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    return reserve([])
