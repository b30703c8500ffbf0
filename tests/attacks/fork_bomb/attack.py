"""Bounded to 300 attempts of each kind; in the box the first one fails."""

import ctypes
import os
import subprocess


def act():
    started = 0
    for _ in range(300):
        for way in (os.fork, lambda: subprocess.Popen(["/bin/sleep", "60"]).pid, lambda: ctypes.CDLL(None).vfork()):
            try:
                pid = way()
            except OSError:
                continue
            if pid == 0:
                os._exit(0)
            started += pid > 0
    raise RuntimeError(("START" + f"ED {started}") if started else "none")


def transform_img(img):
    return act()


def data_loader(datadir, batch_size=10, mode="train"):
    return act()


def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    return act()
