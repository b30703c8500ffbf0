"""Namespaces and mounts of a warm child, made before anything of the student's is near it. Needs CAP_SYS_ADMIN."""

from __future__ import annotations

import ctypes
import os
import platform
import signal
from collections.abc import Iterable
from pathlib import Path

NEW_MOUNTS, NEW_CGROUP, NEW_UTS, NEW_IPC, NEW_PIDS, NEW_NETWORK = (
    0x00020000,
    0x02000000,
    0x04000000,
    0x08000000,
    0x20000000,
    0x40000000,
)
READ_ONLY, NO_SUID, NO_DEVICES, NO_PROGRAMS, AGAIN = 1, 2, 4, 8, 32
BIND, MOVE, DEEP, PRIVATE = 1 << 12, 1 << 13, 1 << 14, 1 << 18
STAGE = "/box/stage"
CLONE = {"x86_64": 56, "aarch64": 220}
_LIBC = ctypes.CDLL(None, use_errno=True)
_ALONE = ctypes.PyDLL(None, use_errno=True)  # calls without letting go of the interpreter's lock, which forks with us
_ALONE.syscall.restype = ctypes.c_long


def fork_into_new_pids() -> int:
    """Fork a child that is process 1 of a new pid namespace, and return its pid; only for a process with one thread.

    `unshare` could do that once only, and the way back by `setns` is closed where bubblewrap made a second user namespace.
    The child has no Python hooks run and no thread id that the C library knows: it must do no more than fork again.
    """
    pid = int(_ALONE.syscall(CLONE[platform.machine()], NEW_PIDS | signal.SIGCHLD, 0, 0, 0, 0))
    if pid < 0:
        _checked(pid, "clone")
    return pid


def make_view(files_mib: int, places: Iterable[str], closed: bool) -> None:
    """Move this process, process 1 of its pid namespace, into namespaces of its own, with its own /proc, /tmp and /dev/shm.

    files_mib: size of each of the two folders; places: what of the view lies below /tmp and stays visible there;
    closed: no user namespace can be made any more (for a view that is itself in one).
    """
    _checked(_LIBC.unshare(NEW_MOUNTS | NEW_CGROUP | NEW_UTS | NEW_IPC | NEW_NETWORK), "unshare")
    _mount("none", "/", None, DEEP | PRIVATE)
    folder = f"mode=1777,size={files_mib << 20}"
    _mount("tmpfs", STAGE, "tmpfs", NO_SUID | NO_DEVICES, folder)
    for place in sorted(places):
        target = STAGE + place.removeprefix("/tmp")
        _make_folders(Path(target))
        _mount(place, target, None, BIND | DEEP)
    _mount(STAGE, "/tmp", None, MOVE)
    _mount("tmpfs", "/dev/shm", "tmpfs", NO_SUID | NO_DEVICES, folder)
    _mount("proc", "/proc", "proc", NO_SUID | NO_DEVICES | NO_PROGRAMS)
    if closed:
        Path("/proc/sys/user/max_user_namespaces").write_text("0")
    _mount("none", "/proc", None, AGAIN | BIND | READ_ONLY | NO_SUID | NO_DEVICES | NO_PROGRAMS)
    os.chdir("/tmp")


def _make_folders(place: Path) -> None:
    for folder in (*reversed(place.parents), place):
        if not folder.exists():
            folder.mkdir(mode=0o755)


def _mount(what: str, where: str, kind: str | None, flags: int, options: str | None = None) -> None:
    words = [word.encode() if word is not None else None for word in (what, where, kind)]
    last = options.encode() if options is not None else None
    _checked(_LIBC.mount(*words, ctypes.c_ulong(flags), last), f"mount {what} on {where}")


def _checked(outcome: int, what: str) -> None:
    if outcome != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
