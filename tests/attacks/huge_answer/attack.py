"""The frame announces 1 GiB, is true, and is not read."""

import os
import struct


def act():
    header = b'{"id": 3, "tree": {"value": {"$array": 0}}, "arrays": [["uint8", [1073741824]]]}'
    for descriptor in range(3, 64):
        try:
            if not os.readlink(f"/proc/self/fd/{descriptor}").startswith("socket"):
                continue
            os.write(descriptor, struct.pack(">IQ", len(header), 1 << 30) + header)
            for _ in range(1 << 10):
                os.write(descriptor, bytes(1 << 20))
        except OSError:
            continue


def transform_img(img):
    return act()


def data_loader(datadir, batch_size=10, mode="train"):
    return act()


def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    return act()
