"""An engine on a Dask cluster: the ids of jobs go there, outcomes come back; workers share the course folder and the database."""

from __future__ import annotations

from concurrent.futures import CancelledError
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from distributed import Client, Future, KilledWorker, wait

from autograder.course import load_course
from autograder.data import data_folder
from autograder.grading.classroom import GradingError, kit_of
from autograder.grading.work import Outcome, Worker
from autograder.sandbox.box import Backend
from autograder.text import Language

CONNECT_SECONDS = 20


@cache
def _worker(root: Path, language: Language, backend: Backend) -> Worker:
    return Worker(root, language, backend)


def work(root: Path, language: Language, backend: Backend, job: int) -> dict[str, Any]:
    """Work on a job in a worker of the cluster; return the fields of its `Outcome`."""
    try:
        return _worker(root, language, backend).work(job).to_json()
    except Exception as error:
        return Outcome("stop", message=f"a worker cannot work: {error}").to_json()


def description(root: Path, backend: Backend) -> dict[str, str]:
    """Return what a result depends on beside the submission, where this runs: box, kits, database, data."""
    try:
        worker = _worker(root, "en", backend)
        course = load_course(root)
        chapters = [entry.id for entry in course.chapters if (root / "solutions" / entry.id).is_dir()]
        return {
            "box": worker.grader.box.name,
            "kits": ", ".join(f"{name} {kit_of(root, name).digest.hex()[:12]}" for name in chapters),
            "database": worker.store.database.shown,
            "data": "there" if data_folder(root, str(course.data) if course.data else None).is_dir() else "missing",
        }
    except Exception as error:
        return {"course": f"{type(error).__name__}: {error}"}


class DaskEngine:
    """Works on the workers of a cluster that see the same course, checks, data and kind of box as this process.

    refused: worker → why it gets no job. Raises `GradingError` where no scheduler answers or no worker fits.
    """

    def __init__(self, address: str, root: Path, language: Language, backend: Backend = "bubblewrap") -> None:
        self._arguments = (root, language, backend)
        try:
            self._client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            raise GradingError(f"no Dask scheduler answers at {address}: {error}") from error
        # Every death of a worker is told at once: how often a job may be tried again is counted in the job table.
        self._client.run_on_scheduler(_tell_every_death)
        wanted = description(root, backend)
        found = self._client.run(description, root, backend)
        self.refused = {name: _difference(wanted, other) for name, other in found.items() if other != wanted}
        self._fit = sorted(set(found) - set(self.refused))
        if not self._fit:
            self._client.close()
            why = "; ".join(f"{name}: {reason}" for name, reason in sorted(self.refused.items()))
            raise GradingError(f"no worker at {address} can be used: {why or 'there is none'}")
        self.slots = sum(self._client.nthreads()[name] for name in self._fit)
        self._running: dict[int, Future] = {}

    def start(self, job: int) -> None:
        """Begin a job."""
        self._running[job] = self._client.submit(work, *self._arguments, job, pure=False)

    def finished(self, seconds: float) -> list[tuple[int, Outcome | None]]:
        """Return the jobs that ended, after waiting for one at most so long; None: its worker died of it."""
        with self._client.as_current(), suppress(TimeoutError, CancelledError):
            wait(list(self._running.values()), timeout=seconds, return_when="FIRST_COMPLETED")
        found = []
        for job, future in list(self._running.items()):
            if future.status != "pending":
                del self._running[job]
                found.append((job, self._outcome(future)))
        return found

    def _outcome(self, future: Future) -> Outcome | None:
        if future.status == "finished":
            return Outcome(**future.result())
        if future.status == "error" and isinstance(future.exception(), KilledWorker):
            return None
        return Outcome("stop", message="the Dask scheduler is gone, or has dropped the jobs")

    def close(self) -> None:
        """Leave what is under way."""
        self._client.close(timeout=5)


def _tell_every_death(dask_scheduler: Any) -> None:
    dask_scheduler.allowed_failures = 0


def _difference(wanted: dict[str, str], found: dict[str, str]) -> str:
    if "course" in found:
        return found["course"]
    return "; ".join(
        f"its {name} is {found[name]}, not {wanted[name]}" for name in wanted if found[name] != wanted[name]
    )
