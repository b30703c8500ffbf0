"""Double fork, setsid, closed descriptors, ignored signals, no parent-death signal."""

import ctypes
import os
import signal
import time


def act():
    ctypes.CDLL(None).prctl(1, 0)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    started = 0
    for way in (os.fork, os.forkpty if hasattr(os, "forkpty") else os.fork):
        try:
            child = way()
        except OSError:
            continue
        if child == 0:
            os.setsid()
            time.sleep(600)
            os._exit(0)
        started += 1
    os.posix_spawn("/bin/sleep", ["sleep", "600"], {})
    raise RuntimeError("STARTED")


def transform_img(img):
    return act()


def data_loader(datadir, batch_size=10, mode="train"):
    return act()


def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    return act()
