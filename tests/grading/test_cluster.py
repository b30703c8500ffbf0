"""The Dask engine on a real scheduler with two real worker processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

from autograder.course import load_course
from autograder.grading.classroom import Grader, GradingError, box_of, submitted
from autograder.grading.cluster import DaskEngine
from autograder.grading.coordinator import Coordinator
from autograder.store.results import ResultStore
from tests.crash.campaign import grade, make_class, results

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::DeprecationWarning")]


class Cluster:
    """A scheduler and workers, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "scheduler.json"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.start("distributed.cli.dask_scheduler", "--port", "0", "--no-dashboard")
        until = time.monotonic() + 60
        while not self.file.exists():
            assert time.monotonic() < until
            time.sleep(0.1)

    def start(self, module: str, *words: str, **variables: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-W", "ignore", "-m", module, "--scheduler-file", str(self.file), *words]
        process = subprocess.Popen(
            command,
            cwd=self.folder,
            env={**os.environ, **variables},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.processes.append(process)
        return process

    def worker(self, **variables: str) -> subprocess.Popen[bytes]:
        words = ("--nthreads", "1", "--no-dashboard", "--local-directory", str(self.folder / "space"))
        return self.start("distributed.cli.dask_worker", *words, **variables)

    @property
    def address(self) -> str:
        import json

        found: str = json.loads(self.file.read_text())["address"]
        return found

    def close(self) -> None:
        for process in self.processes:
            for child in psutil.Process(process.pid).children(recursive=True) if process.poll() is None else ():
                child.kill()
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    (tmp_path / "dask").mkdir()
    made = Cluster(tmp_path / "dask")
    yield made
    made.close()


def wait_for_workers(address: str, count: int) -> None:
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=60)


def test_a_cluster_gives_the_results_of_one_machine(cluster: Cluster, tmp_path: Path) -> None:
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
        make_class(tmp_path / name, 4)
    grade(tmp_path / "here")
    root = tmp_path / "there"
    first = cluster.worker()
    cluster.worker()
    wait_for_workers(cluster.address, 2)
    course = load_course(root)
    with closing(ResultStore.in_course(root)) as store:
        engine = DaskEngine(cluster.address, root, "en")
        assert (engine.slots, engine.refused) == (2, {})
        seen: list[str] = []

        def done(record: dict[str, object]) -> None:
            seen.append(str(record["student"]))
            for child in psutil.Process(first.pid).children(recursive=True) if len(seen) == 1 else ():
                child.kill()  # one worker dies in the middle; its nanny starts another

        Coordinator(Grader(root, course, box_of(course)), store, engine, "en", done).grade(
            list(submitted(root, course))
        )

    def told(folder: Path) -> dict[str, object]:
        return {name: (one["status"], one["score"], one["findings"]) for name, one in results(folder).items()}

    assert told(root) == told(tmp_path / "here")
    assert sorted(seen) == sorted(told(root))


def test_a_worker_with_other_data_is_refused_by_name(cluster: Cluster, tmp_path: Path) -> None:
    (tmp_path / "class").mkdir()
    make_class(tmp_path / "class", 1)
    cluster.worker(AUTOGRADER_DB="sqlite:////nowhere/at/all.db")
    wait_for_workers(cluster.address, 1)
    with pytest.raises(GradingError, match=r"no worker at .* can be used: .*unable to open"):
        DaskEngine(cluster.address, tmp_path / "class", "en")


def test_a_scheduler_that_does_not_answer_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.grading.cluster.CONNECT_SECONDS", 1)
    with pytest.raises(GradingError, match="no Dask scheduler answers"):
        DaskEngine("tcp://127.0.0.1:9", tmp_path, "en")
