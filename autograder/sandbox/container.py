"""A child in a container of podman or docker, from an image that holds Python, the locked packages and `child`.

Nothing of this machine is mounted, so it may be another one, or a virtual one: macOS and Windows run engines, too.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import secrets
import shlex
import shutil
import socket
import subprocess
from pathlib import Path
from typing import IO, Literal, get_args

from autograder.sandbox import refusals
from autograder.sandbox.bubblewrap import CHILD, environment, python_words
from autograder.sandbox.child.orders import Orders
from autograder.sandbox.cold import waited
from autograder.sandbox.session import BoxError
from autograder.text import Text

Engine = Literal["podman", "docker"]
ENGINES: tuple[Engine, ...] = get_args(Engine)

ROOT = Path(__file__).parents[2]
PYTHON = "/box/python/bin/python"
START_SECONDS, END_SECONDS, ENGINE_SECONDS = 60.0, 5.0, 60.0
OWN_MIB, OWN_PROCESSES = 256, 16  # room for process 1, and for the programs that Paddle's import runs
# A rootless engine can give no number above 65,535. Two children at once with one number share their count of threads.
FIRST_UID, UIDS = 50_000, 10_000
ENGINE_FAILED, KILLED = 125, 137
ONLY_PODMAN = ("--read-only-tmpfs=false", "--http-proxy=false")


def image() -> str:
    """Return the name of the image, by a hash of all that it is built from; raises `BoxError` outside a checkout."""
    digest = hashlib.sha256()
    try:
        for path in (ROOT / "Containerfile", ROOT / "requirements.lock", *sorted(CHILD.rglob("*.py"))):
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    except FileNotFoundError as error:
        raise BoxError(refusals.NOT_A_CHECKOUT.format(name=error.filename)) from None
    return f"autograder-box:{digest.hexdigest()[:12]}"


def build_words(engine: Engine) -> list[str]:
    """Return the command line that builds the image."""
    return [engine, "build", "--tag", image(), "--file", str(ROOT / "Containerfile"), str(ROOT)]


def ensure_engine(engine: Engine) -> None:
    """Raise `BoxError`, with what to do, unless the engine is there, answers, and has the image."""
    if shutil.which(engine) is None:
        raise BoxError(refusals.NO_ENGINE.format(engine=engine))
    answer = _ask(engine, "images", "--quiet", image())
    if answer.returncode != 0:
        lines: list[str | Text] = [refusals.NO_ANSWER, *answer.stderr.strip().splitlines()]
        raise BoxError(refusals.ENGINE_FAILS.format(engine=engine, said=lines[-1]))
    if not answer.stdout.strip():
        raise BoxError(refusals.NO_IMAGE.format(engine=engine, image=image(), command=shlex.join(build_words(engine))))


def remove_leftovers(engine: Engine) -> None:
    """Remove containers of graders that have died on this machine; those that run under another name stay."""
    answer = _ask(engine, "ps", "--all", "--format", "{{.Names}}", "--filter", f"name={_prefix()}")
    for name in answer.stdout.split():
        pid = name.removeprefix(_prefix()).split("-")[0]
        if name.startswith(_prefix()) and pid.isdecimal() and not _alive(int(pid)):
            _ask(engine, "rm", "--force", name)


def run_words(engine: Engine, name: str, orders: Orders) -> list[str]:
    """Return the command line that runs one child.

    Args:
        orders: See `ContainerChild`.
    """
    limits, lock, files_mib = orders["limits"], orders["lock"], orders["files_mib"]
    user, tasks = FIRST_UID + secrets.randbelow(UIDS), lock["processes"] + OWN_PROCESSES
    argument = {
        "program": [PYTHON, *python_words("child", "")[1:-1]],
        "environment": environment(),
        "orders": {"limits": limits, "lock": lock | {"uid": None}, "framework": orders["framework"]},
    }
    return [
        *(engine, "run", "--rm", "--interactive", "--name", name, "--hostname", "box", "--pull", "never"),
        *("--log-driver", "none"),  # else the wire, and what is printed, would be written to a disk
        *("--network", "none", "--ipc", "private", "--read-only", *(ONLY_PODMAN if engine == "podman" else ())),
        *("--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--user", f"{user}:{user}"),
        *("--memory", f"{limits['memory_mib'] + 2 * files_mib + OWN_MIB}m", "--pids-limit", str(tasks)),
        *("--ulimit", f"nproc={tasks}:{tasks}", "--ulimit", "nofile=256:256"),
        *("--shm-size", f"{files_mib}m", "--tmpfs", f"/tmp:rw,exec,nosuid,nodev,mode=1777,size={files_mib}m"),
        *("--workdir", "/tmp", image(), PYTHON, *python_words("child.contained", json.dumps(argument))[1:]),
    ]


class ContainerChild:
    """A child in a container of its own. The client of the engine is our process, the container is not."""

    takes_files = False  # the client relays bytes
    cpu_seconds: float | None = None

    def __init__(self, engine: Engine, orders: Orders) -> None:
        """orders: as for `ColdChild`. Raises `BoxError` where the container does not start."""
        self._engine, self._name = engine, f"{_prefix()}{os.getpid()}-{secrets.token_hex(4)}"
        self.wire, theirs = socket.socketpair()
        try:
            self._process = subprocess.Popen(
                run_words(engine, self._name, orders),
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        finally:
            theirs.close()
        assert self._process.stderr is not None
        self.output: IO[bytes] = self._process.stderr
        self.wire.settimeout(START_SECONDS)
        try:
            began = bool(self.wire.recv(1))
        except OSError:
            began = False
        if not began:
            self.kill()
            said = self.output.read().decode("utf-8", "replace").strip()[-500:]
            self.output.close()
            raise BoxError(refusals.NO_CONTAINER.format(engine=engine, said=said or refusals.NO_ANSWER))

    @property
    def killed_from_outside(self) -> bool:
        """Return True if the container or the client was killed, or the engine failed; a child's death is never told
        so.
        """
        return self._process.poll() in (-9, ENGINE_FAILED, KILLED)

    def ended(self, seconds: float) -> int | None:
        """Wait at most so many seconds, and return the exit status of process 1, see `child.contained.exit_status`."""
        return waited(self._process, seconds)

    def kill(self) -> None:
        """Hang up, which ends process 1 and so the container; one that stays is killed by its name, not by its client."""
        self.wire.close()
        waited(self._process, END_SECONDS)
        if self._process.returncode in (None, -9):
            _ask(self._engine, "kill", self._name)
            self._process.kill()
            self._process.wait()
            _ask(self._engine, "rm", "--force", self._name)


def _ask(engine: Engine, *words: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            [engine, *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=ENGINE_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(words, 1, "", f"no answer within {ENGINE_SECONDS:g} s")


def _prefix() -> str:
    return f"autograder-{re.sub('[^a-zA-Z0-9]', '-', platform.node())}-"


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
