"""The Dask engine on a real scheduler with real worker processes, which are killed, replaced and misplaced."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

from distributed import Client

from autograder.course import load_course
from autograder.grading import cluster as engine_module
from autograder.grading.attempt_choice import Graded
from autograder.grading.classroom import Grader, GradingError, submitted
from autograder.grading.cluster import DaskEngine
from autograder.grading.cluster_worker import describe_worker, description, difference
from autograder.grading.coordinator import Coordinator
from autograder.sandbox.box import box_for_course
from autograder.store.jobs import MAX_FAILURES
from autograder.store.results import ResultStore
from tests.crash.campaign import command, doubled, grade, make_class, results

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
SIZE = 4
POISON = "s001"
# Loaded by the workers: they die of one student's submission, as of a parser that breaks.
DIES_OF_POISON = f"""
import os
from autograder.grading.work import Worker

def dask_setup(worker):
    works = Worker._work
    Worker._work = lambda self, job: os._exit(1) if job.student == {POISON!r} else works(self, job)
"""


class Cluster:
    """A scheduler on a port of its own and workers, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        self.workers: list[subprocess.Popen[bytes]] = []
        self.start_scheduler()

    def _start(self, module: str, *words: str, **variables: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", f"distributed.cli.{module}", "--no-dashboard", *words],
            cwd=self.folder,
            env={**os.environ, **variables},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def start_scheduler(self) -> None:
        host, port = self.address.split(":")
        self.scheduler = self._start("dask_scheduler", "--host", host, "--port", port)

    def work(self, count: int, *words: str, nanny: bool = False, **variables: str) -> None:
        """Start workers and wait until they are there. nanny: each has a process above it that starts it again."""
        options = ("--nthreads", "1", "--local-directory", str(self.folder / "space"), *words)
        options += () if nanny else ("--no-nanny",)
        self.workers += [self._start("dask_worker", self.address, *options, **variables) for _ in range(count)]
        self.wait_for(len(self.workers))

    def wait_for(self, count: int) -> None:
        """Wait until the scheduler knows exactly so many workers."""
        until = time.monotonic() + 60
        with Client(self.address, set_as_default=False) as client:
            while len(client.nthreads()) != count:
                assert time.monotonic() < until
                time.sleep(0.1)

    def kill_a_worker(self) -> None:
        """Kill one that works; its nanny starts another."""
        for child in psutil.Process(self.workers[0].pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):  # some end as soon as their parent is gone
                child.kill()

    def end_workers(self) -> None:
        for process in self.workers:
            below = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
            process.kill()  # first: a nanny starts another worker
            process.wait()
            for child in below:
                with suppress(psutil.NoSuchProcess):
                    child.kill()
        self.workers = []
        if self.scheduler.poll() is None:
            self.wait_for(0)

    def end_scheduler(self) -> None:
        self.scheduler.kill()
        self.scheduler.wait()


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    made = Cluster(tmp_path_factory.mktemp("dask"))
    yield made
    made.end_scheduler()


@pytest.fixture
def cluster(scheduler: Cluster) -> Iterator[Cluster]:
    yield scheduler
    scheduler.end_workers()


Told = dict[str, tuple[str, float, Any]]


def told(root: Path) -> Told:
    return {name: (one["status"], one["score"], one["findings"]) for name, one in results(root).items()}


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What one machine gives."""
    root = tmp_path_factory.mktemp("here")
    make_class(root, SIZE)
    grade(root)
    return told(root)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    make_class(tmp_path, SIZE)
    return tmp_path


def beside(address: str, root: Path) -> DaskEngine:
    """Return an engine for a process that has a box."""
    with closing(ResultStore.in_course(root)) as store:
        return DaskEngine(address, root, box_for_course(load_course(root)), store.database)


def graded_on(cluster: Cluster, root: Path, at_first: Callable[[], None] = lambda: None) -> list[str]:
    """Grade on the cluster, let something happen after the first result, and return who got results."""
    course = load_course(root)
    seen: list[str] = []

    def done(one: Graded) -> None:
        seen.append(str(one.result.student))
        if len(seen) == 1:
            at_first()

    with closing(ResultStore.in_course(root)) as store:
        grader = Grader(root, course, box_for_course(course))
        engine = DaskEngine(cluster.address, root, grader.box, store.database)
        Coordinator(grader, store, engine, done).grade(list(submitted(root, course)))
    return sorted(seen)


def test_a_worker_killed_in_the_middle_changes_no_result(cluster: Cluster, root: Path, expected: Told) -> None:
    cluster.work(2, nanny=True)
    assert graded_on(cluster, root, cluster.kill_a_worker) == sorted(expected)
    assert told(root) == expected
    assert doubled(root, 1) == []


@pytest.mark.long
def test_a_scheduler_that_starts_again_changes_no_result(cluster: Cluster, root: Path, expected: Told) -> None:
    cluster.work(1)

    def restart() -> None:
        cluster.end_scheduler()
        cluster.end_workers()  # they end by themselves when their scheduler does; whoever runs them starts new ones
        cluster.start_scheduler()
        cluster.work(1)

    assert graded_on(cluster, root, restart) == sorted(expected)
    assert told(root) == expected
    assert doubled(root, 1) == []


@pytest.mark.long
def test_grading_stops_when_no_worker_comes_back_and_goes_on_with_the_same_command(
    cluster: Cluster, root: Path, expected: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "PATIENCE_SECONDS", 0.5)
    cluster.work(1)
    with pytest.raises(GradingError, match=r"no worker that can be used at .* for .* nothing is lost"):
        graded_on(cluster, root, cluster.end_workers)
    assert 1 <= len(told(root)) < SIZE
    cluster.work(1)
    assert graded_on(cluster, root) == sorted(expected)
    assert told(root) == expected
    assert doubled(root, 1) == []


@pytest.mark.long
def test_what_its_workers_die_of_is_set_aside_at_the_third_death(cluster: Cluster, root: Path, expected: Told) -> None:
    deadly = root / "deadly.py"
    deadly.write_text(DIES_OF_POISON, "utf-8")
    cluster.work(2, "--preload", str(deadly), nanny=True)
    assert graded_on(cluster, root) == sorted(expected)
    found = told(root)
    assert found.pop(POISON)[:2] == ("rejected", 0.0)
    assert f"{MAX_FAILURES} times" in results(root)[POISON]["reason"]["values"]["en"]
    assert found == {name: one for name, one in expected.items() if name != POISON}


def test_a_worker_without_a_box_is_named_and_gets_no_job(cluster: Cluster, root: Path, expected: Told) -> None:
    broken = root / "broken"
    broken.mkdir()
    (broken / "bwrap").symlink_to("/bin/false")
    cluster.work(1, "--name", "weak", PATH=f"{broken}:{os.environ['PATH']}")
    with pytest.raises(GradingError, match=r"no worker at .* can be used: weak \(.*BoxError: the box does not start"):
        beside(cluster.address, root)
    cluster.work(1)
    words = command("--engine", f"dask://{cluster.address}")
    done = subprocess.run(words, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "! weak (tcp://" in done.stderr
    assert "gets no job: BoxError: the box does not start" in done.stderr
    assert told(root) == expected


@pytest.mark.long
def test_a_worker_with_another_database_or_other_data_is_refused_by_name(cluster: Cluster, root: Path) -> None:
    palm = root / "other" / "palm"
    palm.mkdir(parents=True)
    (palm / "labels.csv").write_text("one,1\n", "utf-8")
    cluster.work(1, AUTOGRADER_DB="sqlite:////nowhere/at/all.db")
    cluster.work(1, "--name", "other", AUTOGRADER_DATA=str(palm.parent))
    with pytest.raises(GradingError) as refused:
        beside(cluster.address, root)
    assert "unable to open" in str(refused.value)
    assert "other (tcp://" in str(refused.value)
    assert "its data is" in str(refused.value)


def test_what_differs_is_named(root: Path) -> None:
    wanted = describe_worker(root, "bubblewrap")
    with closing(ResultStore.in_course(root)) as store:
        assert description(root, box_for_course(load_course(root)), store.database) == wanted
    assert difference(wanted, wanted) == ""
    found = {**wanted, "numpy": "1.0", "kit of reader": "0"}
    assert difference(wanted, found) == (
        f"its numpy is 1.0, not {wanted['numpy']}; its kit of reader is 0, not {wanted['kit of reader']}"
    )
    del found["kit of reader"]
    assert "its kit of reader is missing" in difference(wanted, found)


def test_a_scheduler_that_does_not_answer_is_named(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "CONNECT_SECONDS", 1)
    with pytest.raises(GradingError, match="no Dask scheduler answers"):
        beside("127.0.0.1:9", root)
