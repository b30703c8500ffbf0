"""Namespaces and mounts of a warm child, made before anything of the student's is near it. Needs CAP_SYS_ADMIN."""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Collection, Iterable
from pathlib import Path

NEW_MOUNTS, NEW_CGROUP, NEW_UTS, NEW_IPC, NEW_USERS, NEW_PIDS, NEW_NETWORK = (
    0x00020000,
    0x02000000,
    0x04000000,
    0x08000000,
    0x10000000,
    0x20000000,
    0x40000000,
)
READ_ONLY, NO_SUID, NO_DEVICES, NO_PROGRAMS, AGAIN = 1, 2, 4, 8, 32
BIND, MOVE, DEEP, PRIVATE = 1 << 12, 1 << 13, 1 << 14, 1 << 18
STAGE = "/box/stage"
CLOSE_RANGE, HIGHEST_DESCRIPTOR = 436, (1 << 32) - 1
_LIBC = ctypes.CDLL(None, use_errno=True)


def namespace_that_can_be_left() -> int:
    """Return a descriptor of this process's pid namespace, to which `fork_into_new_pids` comes back.

    Where bubblewrap made a second user namespace, the way back into its pid namespace is closed. Then the rest of this
    program runs in a fork, as process 1 of a pid namespace that belongs to the user namespace it is in. Raises `OSError`.
    """
    own = _own_pids()
    if _LIBC.setns(own, NEW_PIDS) == 0:
        return own
    os.close(own)
    _checked(_LIBC.unshare(NEW_PIDS), "unshare")
    if pid := os.fork():
        close_all_but(())  # or a socket would seem alive when the other one is dead
        os._exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) & 0xFF)
    own = _own_pids()
    _checked(_LIBC.setns(own, NEW_PIDS), "setns")
    return own


def _own_pids() -> int:
    return os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)


def fork_into_new_pids(own: int) -> int:
    """Fork a child that is process 1 of a new pid namespace, and return its pid; `own`: see `namespace_that_can_be_left`."""
    _checked(_LIBC.unshare(NEW_PIDS), "unshare")
    pid = -1
    try:
        pid = os.fork()
    finally:
        if pid:  # back, for `unshare` makes the next namespace only from here
            _checked(_LIBC.setns(own, NEW_PIDS), "setns")
    return pid


def make_view(files_mib: int, places: Iterable[str], own_users: bool) -> None:
    """Move this process, process 1 of its pid namespace, into namespaces of its own, with its own /proc, /tmp and
    /dev/shm.

    Args:
        files_mib: Size of each of the two folders.
        places: What of the view lies below /tmp and stays visible there.
        own_users: In a user namespace of its own, too (for a view that is itself in one).
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
    if own_users:
        _leave_users()
    _mount("none", "/proc", None, AGAIN | BIND | READ_ONLY | NO_SUID | NO_DEVICES | NO_PROGRAMS)
    os.chdir("/tmp")


def _leave_users() -> None:
    """Move into a user namespace of this process's own, in which no other can be made any more.

    The kernel counts the threads of a user in each of these apart (Linux 5.14): what a child uses up is its own. Whoever
    comes into one has every right there, and has to give it up again.
    """
    uid, gid = os.getuid(), os.getgid()
    _checked(_LIBC.unshare(NEW_USERS | NEW_MOUNTS), "unshare")
    for name, text in (("uid_map", f"{uid} {uid} 1"), ("setgroups", "deny"), ("gid_map", f"{gid} {gid} 1")):
        Path("/proc/self", name).write_text(text, "ascii")
    Path("/proc/sys/user/max_user_namespaces").write_text("0", "ascii")


def end_by_abort() -> None:
    """Let `abort` end this process, with status 6.

    No signal whose action is the default one reaches process 1 from inside its namespace. What the kernel itself sends
    does: faults of the processor, and the limit on CPU time.
    """
    leave = ctypes.cast(_LIBC._exit, ctypes.c_void_p)
    _LIBC.signal(signal.SIGABRT, leave)


def exit_code(status: int) -> int:
    """Return how process 1 ended, below zero for a signal, from what `waitpid` says of it."""
    code = os.waitstatus_to_exitcode(status)
    return -code if code == signal.SIGABRT else code


def close_all_but(kept: Collection[int]) -> None:
    """Close every other descriptor of this process.9).

    Raises:
        OSError: Where the kernel cannot (Linux 5.
    """
    first = 0
    for descriptor in (*sorted(kept), HIGHEST_DESCRIPTOR + 1):
        if first < descriptor:
            ends = ctypes.c_uint(first), ctypes.c_uint(descriptor - 1)
            _checked(_LIBC.syscall(CLOSE_RANGE, *ends, 0), "close_range")
        first = descriptor + 1


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
