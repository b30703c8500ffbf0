"""Run by `test_engines.py` in a process of its own. Workers forked from a template: they hold nothing of the coordinator's, end with it, and are replaced."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psutil
import pytest

from autograder.grading.engines import LocalEngine
from autograder.grading.template import Template, TemplateGone
from autograder.grading.work import Outcome

LONG = 60.0  # seconds that nothing here takes


def is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def answer(pipe: Connection, orders: dict[str, Any], control: socket.socket | None) -> None:
    """Say what this worker is and holds, each time it is asked; `die` ends it."""
    while (asked := pipe.recv_bytes()) != b"die":
        names = [int(place.name) for place in Path("/proc/self/fd").iterdir()]
        held = [name for name in names if name > 2 and is_open(name)]
        handler = signal.getsignal(signal.SIGINT) == signal.SIG_IGN
        said = {"pid": os.getpid(), "orders": orders, "asked": asked.decode(), "held": held, "ignores": handler}
        said["control"] = None if control is None else control.recv(16).decode()
        pipe.send_bytes(json.dumps(said).encode())


@pytest.fixture
def template() -> Iterator[Template]:
    made = Template.forked(answer)
    assert made is not None
    yield made
    made.close()


def ask(pipe: Connection, what: str = "who") -> dict[str, Any]:
    pipe.send_bytes(what.encode())
    found: dict[str, Any] = json.loads(pipe.recv_bytes())
    return found


def test_a_worker_holds_its_pipe_and_what_it_was_given_and_nothing_else(tmp_path: Path) -> None:
    database = tmp_path / "gradebook.db"
    with closing(sqlite3.connect(database)) as connection, (tmp_path / "open").open("w"):
        connection.execute("CREATE TABLE t (x)")
        made = Template.forked(answer)
        assert made is not None
        ours, theirs = socket.socketpair()
        try:
            pipe, worker = made.worker({"root": "/r"}, theirs.fileno())
            theirs.close()
            ours.send(b"hello")
            said = ask(pipe)
            assert said["orders"] == {"root": "/r"}
            assert said["control"] == "hello"
            assert said["ignores"]
            assert len(said["held"]) == 2
            pipe.close()
            worker.join()
            assert ours.recv(1) == b""  # so nobody holds the other end any more, the template included
            worker.close()
        finally:
            made.close()
            ours.close()


def test_each_worker_is_a_process_of_its_own_and_ends_alone(template: Template) -> None:
    first, one = template.worker({}, None)
    second, other = template.worker({}, None)
    assert len({ask(first)["pid"], ask(second)["pid"], template.pid, os.getpid()}) == 4
    first.send_bytes(b"die")
    one.join()
    with pytest.raises((EOFError, ConnectionError)):
        ask(first)
    assert ask(second)["asked"] == "who"
    other.kill()
    other.join()
    for held in (first, second, one, other):
        held.close()


def test_a_template_that_died_is_told_and_its_workers_go_on(template: Template) -> None:
    pipe, worker = template.worker({}, None)
    os.kill(template.pid, signal.SIGKILL)
    with pytest.raises(TemplateGone):
        template.worker({}, None)
    assert ask(pipe)["asked"] == "who"
    pipe.close()
    worker.join()
    worker.close()


def test_none_is_forked_from_a_process_with_threads() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        assert Template.forked(answer) is None
    finally:
        stop.set()
        thread.join()


def test_workers_end_with_a_coordinator_that_is_killed() -> None:
    code = (
        "import time\n"
        "from autograder.grading.template import Template\n"
        "def sleep(*_):\n"
        "    time.sleep(60)\n"
        "if __name__ == '__main__':\n"
        "    template = Template.forked(sleep)\n"
        "    kept = template.worker({}, None)\n"
        "    print('ready', flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as coordinator:
        assert coordinator.stdout is not None
        assert coordinator.stdout.readline() == "ready\n"
        below = psutil.Process(coordinator.pid).children(recursive=True)
        assert len(below) == 2
        coordinator.kill()
    gone, alive = psutil.wait_procs(below, LONG)
    assert (len(gone), alive) == (2, [])


def stopping(pipe: Connection, orders: dict[str, Any], control: socket.socket | None) -> None:
    """Answer each job with its orders' root, as a worker; job 0 kills it."""
    assert control is None
    while job := json.loads(pipe.recv_bytes()):
        pipe.send_bytes(json.dumps(Outcome("stop", message=f"{orders['root']} {job}").to_json()).encode())


def outcome(engine: LocalEngine, job: int) -> Outcome | None:
    engine.start(job)
    until = time.monotonic() + LONG
    while time.monotonic() < until:
        for place, found in engine.finished(LONG):
            assert place == job
            return found
    raise TimeoutError


@pytest.mark.slow
def test_a_worker_that_died_is_replaced_from_the_template_and_without_one_from_nothing(tmp_path: Path) -> None:
    template = Template.forked(stopping)
    assert template is not None
    engine = LocalEngine(tmp_path, 1, None, template)
    try:
        for job in (1, 2):
            found = outcome(engine, job)
            assert found is not None
            assert found.message == f"{tmp_path} {job}"
        assert outcome(engine, 0) is None
        found = outcome(engine, 3)
        assert found is not None
        assert found.message == f"{tmp_path} 3"
        os.kill(template.pid, signal.SIGKILL)
        assert outcome(engine, 0) is None
        found = outcome(engine, 4)  # a worker in earnest, in a folder that holds no course
        assert found is not None
        assert found.kind == "stop"
        assert "course.yml" in found.message
    finally:
        engine.close()
