"""Worker processes: they hold nothing of the coordinator's, have its environment, end with it, and are replaced."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from autograder.course import load_course
from autograder.grading.engines import LocalEngine
from autograder.grading.work import Outcome

ROOT = Path(__file__).parents[2]
LONG = 60.0  # seconds that nothing here takes
pytestmark = pytest.mark.slow


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[LocalEngine]:
    """Of a folder that holds no course, so that a worker answers at once what it lacks."""
    made = LocalEngine(tmp_path / "nowhere", 2)
    yield made
    made.close()


def outcome(engine: LocalEngine, job: int) -> Outcome | None:
    engine.start(job)
    until = time.monotonic() + LONG
    while time.monotonic() < until:
        for place, found in engine.finished(LONG):
            assert place == job
            return found
    raise TimeoutError


def workers(engine: LocalEngine) -> list[int]:
    pids = [slot.process.pid for slot in (*engine._free, *engine._busy.values())]
    return [pid for pid in pids if pid]


def test_a_worker_says_what_stops_it_and_one_that_died_is_replaced(engine: LocalEngine) -> None:
    found = outcome(engine, 1)
    assert found is not None
    assert found.kind == "stop"
    assert "nowhere" in found.message
    (first,) = workers(engine)
    os.kill(first, signal.SIGSTOP)
    engine.start(2)
    os.kill(first, signal.SIGKILL)
    assert engine.finished(LONG) == [(2, None)]
    assert outcome(engine, 3) is not None
    assert workers(engine) != [first]


def test_a_server_that_died_is_replaced_and_its_workers_go_on(engine: LocalEngine) -> None:
    assert outcome(engine, 1) is not None
    before = workers(engine)
    children = psutil.Process().children()
    servers = [one for one in children if "multiprocessing.forkserver" in " ".join(one.cmdline())]
    assert len(servers) == 1
    servers[0].kill()
    assert outcome(engine, 2) is not None
    assert workers(engine) == before
    os.kill(before[0], signal.SIGKILL)
    assert outcome(engine, 3) is None
    assert outcome(engine, 4) is not None


def test_workers_end_with_their_engine(engine: LocalEngine) -> None:
    engine.start(1)
    engine.start(2)
    pids = workers(engine)
    assert len(set(pids)) == 2
    engine.close()
    assert psutil.wait_procs([psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)], LONG)[1] == []


def test_a_worker_holds_no_file_of_the_coordinators_and_ignores_its_ctrl_c(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "gradebook.db")) as database, (tmp_path / "open").open("w"):
        database.execute("CREATE TABLE t (x)")
        engine = LocalEngine(tmp_path / "nowhere", 1)
        try:
            assert outcome(engine, 1) is not None
            (pid,) = workers(engine)
            held = [str(place.readlink()) for place in Path(f"/proc/{pid}/fd").iterdir()]
            assert not [name for name in held if name.startswith(str(tmp_path))]
            ignored = int(Path(f"/proc/{pid}/status").read_text().partition("SigIgn:")[2].split()[0], 16)
            assert ignored >> (signal.SIGINT - 1) & 1
        finally:
            engine.close()


def test_a_worker_has_the_environment_of_its_coordinator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(ROOT / "course.yml", tmp_path)
    for name in ("first", "second"):  # the server that both are forked from was started before
        monkeypatch.setenv("AUTOGRADER_DB", f"sqlite:///{tmp_path / name}.db")
        engine = LocalEngine(tmp_path, 1, None, load_course(tmp_path))
        try:
            assert outcome(engine, 1) is not None
        finally:
            engine.close()
        assert (tmp_path / f"{name}.db").exists()


def test_workers_end_with_a_coordinator_that_is_killed(tmp_path: Path) -> None:
    code = (
        "import time\n"
        "from pathlib import Path\n"
        "from autograder.grading.engines import LocalEngine\n"
        "if __name__ == '__main__':\n"
        "    engine = LocalEngine(Path('nowhere'), 1)\n"
        "    engine.start(1)\n"
        "    while not engine.finished(1):\n"
        "        pass\n"
        "    print('ready', flush=True)\n"
        "    time.sleep(60)\n"
    )
    words = [sys.executable, "-c", code]
    with subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as coordinator:
        assert coordinator.stdout is not None
        assert coordinator.stdout.readline() == "ready\n"
        below = psutil.Process(coordinator.pid).children(recursive=True)
        assert len(below) >= 2  # the server and the worker
        coordinator.kill()
    gone, alive = psutil.wait_procs(below, LONG)
    assert (len(gone), alive) == (len(below), [])
