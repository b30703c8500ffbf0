"""An engine on a Dask cluster: the ids of jobs go there, outcomes come back; workers share the course folder and the database."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError
from contextlib import suppress
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from distributed import Client, Future, KilledWorker, wait

from autograder.grading.classroom import GradingError
from autograder.grading.cluster_worker import PACKAGES, describe_worker, description, difference, work
from autograder.grading.work import Outcome
from autograder.sandbox.box import Box
from autograder.store.database import Database
from autograder.text import Text

NO_SCHEDULER = Text(zh="{address} 没有 Dask 调度器回答：{error}", en="no Dask scheduler answers at {address}: {error}")
NO_WORKER = Text(zh="{address} 没有可用的 worker：{why}", en="no worker at {address} can be used: {why}")
THERE_IS_NONE = Text(zh="一个也没有", en="there is none")
OTHER_PACKAGE = Text(
    zh="{address} 的 Dask 调度器那里没有这个软件，或者是另一个版本 ({error})：请在那里也安装这一个",
    en="the Dask scheduler at {address} runs where this package is missing or another ({error}): install this one there, too",
)
CONNECT_SECONDS = 20
LOOK_SECONDS = 1.0  # between two looks at who is there
VET_SECONDS = 120.0  # what the first workers may take to import everything and try out their boxes
PATIENCE_SECONDS = 300.0  # without a worker that can be used, before grading stops


class Place(NamedTuple):
    """A worker as the scheduler knows it.

    Attributes:
        name: As it was started with; shown: for people.
    """

    address: str
    name: str
    threads: int

    @property
    def shown(self) -> str:
        return self.address if self.name == self.address else f"{self.name} ({self.address})"


class DaskEngine:
    """Works on the workers of a cluster that see the same course, checks, data, versions and kind of box as this
    process.

    Each has one job at a time, so that a death tells which job it was of. Workers may come and go, and so may the
    scheduler: what is lost with it is begun again.

    Attributes:
        address: HOST:PORT, as Dask takes it.
        box, database: Of this process.
        warn: Told of every worker that gets no job, or fewer than it could; refused: worker → why it gets none.

    Raises:
        GradingError: Where no scheduler answers or no worker fits.
    """

    def __init__(
        self,
        address: str,
        root: Path,
        box: Box,
        database: Database,
        warn: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.address, self._arguments, self._warn = address, (root, box.backend), warn
        self._described_here = partial(description, root, box, database)
        self.refused: dict[str, str] = {}
        self._places: dict[str, Place] = {}  # by id: whoever starts again has another one
        self._vetting: dict[str, Future] = {}
        self._fit: set[str] = set()
        self._waiting: list[int] = []  # jobs without a worker
        self._running: dict[int, tuple[str, Future]] = {}  # job → its worker
        try:
            self._client = self._connected()
        except (OSError, ValueError) as error:
            raise GradingError(NO_SCHEDULER.format(address=address, error=error)) from error
        self._usable = time.monotonic()
        self._look()
        while self._vetting and time.monotonic() < self._usable + VET_SECONDS:
            self._wait(self._vetting.values(), LOOK_SECONDS)
            self._look()
            self._judge()
        if not self._fit:
            self.close()
            raise GradingError(NO_WORKER.format(address=address, why=self._why() or THERE_IS_NONE))

    def _connected(self) -> Client:
        return Client(self.address, timeout=CONNECT_SECONDS, set_as_default=False)

    @property
    def slots(self) -> int:
        """The number of workers; 1 while there are none, for somebody has to wait for them."""
        return max(1, len(self._fit))

    def start(self, job: int) -> None:
        """Begin a job."""
        self._waiting.append(job)
        self._place()

    def finished(self, seconds: float) -> list[tuple[int, Outcome | None]]:
        """Return the jobs that ended, after waiting for one at most so long; None: its worker died of it."""
        if time.monotonic() - self._looked > LOOK_SECONDS:
            self._look()
        self._judge()
        self._place()
        self._wait([*(future for _, future in self._running.values()), *self._vetting.values()], seconds)
        found = []
        for job, (_, future) in list(self._running.items()):
            if future.status == "pending":
                continue
            del self._running[job]
            try:
                found.append((job, self._outcome(future)))
            except (
                CancelledError,
                TimeoutError,
            ):  # nobody's fault: the scheduler is gone, or what the worker had to say
                self._waiting.append(job)
        if self._fit:
            self._usable = time.monotonic()
        elif time.monotonic() - self._usable > PATIENCE_SECONDS:
            found += [(job, Outcome("stop", message=self._complaint())) for job in self._waiting]
        return found

    def _look(self) -> None:
        """See who is there; ask those who came to describe themselves, and take jobs back from those who left."""
        self._looked = time.monotonic()
        stranded: set[str] = set()
        places: dict[str, Place] = {}
        try:
            if self._client.status == "closed":
                self._client = self._connected()
            if self._client.status == "running":
                there, stranded = self._client.run_on_scheduler(_report)
                places = {identity: Place(*place) for identity, place in there.items()}
        except (OSError, TimeoutError, CancelledError):
            pass  # it is gone, for now
        except (ImportError, AttributeError) as error:
            self.close()
            raise GradingError(OTHER_PACKAGE.format(address=self.address, error=error)) from error
        new = places.keys() - self._places.keys()
        self._places = places
        self._fit &= places.keys()
        self._vetting = {identity: future for identity, future in self._vetting.items() if identity in places}
        if new:
            self._ask(new)
        for job, (_, future) in list(self._running.items()):
            if future.key in stranded:
                del self._running[job]
                self._waiting.append(job)

    def _ask(self, new: Iterable[str]) -> None:
        """Let workers describe themselves, where they have what it takes: one without this package would end of being asked."""
        at = {self._places[identity].address: identity for identity in new}
        wanted, found = version(PACKAGES[0]), dict[str, Any]()
        with suppress(OSError, TimeoutError, CancelledError):
            found = self._client.run(version, PACKAGES[0], workers=list(at), on_error="return")
        for address, identity in at.items():
            installed = found.get(address)
            if installed == wanted:
                self._vetting[identity] = self._submit(self._places[identity], describe_worker, *self._arguments)
            elif isinstance(installed, str | ImportError):
                there = "missing" if isinstance(installed, ImportError) else installed
                self._refuse(self._places[identity], f"its {PACKAGES[0]} is {there}, not {wanted}")
            else:  # it could not be reached: ask again at the next look
                del self._places[identity]

    def _judge(self) -> None:
        """Decide who of those that described themselves gets jobs."""
        told = {identity: future for identity, future in self._vetting.items() if future.status != "pending"}
        wanted = self._described_here() if told else {}
        for identity, future in told.items():
            del self._vetting[identity]
            if (place := self._places.get(identity)) is None:
                continue
            try:
                why = difference(wanted, future.result(timeout=CONNECT_SECONDS))
            except (CancelledError, TimeoutError):
                del self._places[identity]  # ask again at the next look
                continue
            except Exception as error:
                why = f"{type(error).__name__}: {error}"
            if why:
                self._refuse(place, why)
                continue
            self._fit.add(identity)
            if place.threads > 1:
                self._warn(f"{place.shown} gets one job at a time: start more workers, with --nthreads 1")

    def _refuse(self, place: Place, why: str) -> None:
        self.refused[place.shown] = why
        self._warn(f"{place.shown} gets no job: {why}")

    def _place(self) -> None:
        free = sorted(self._fit - {identity for identity, _ in self._running.values()})
        for identity in free[: len(self._waiting)]:
            job = self._waiting.pop(0)
            self._running[job] = (identity, self._submit(self._places[identity], work, *self._arguments, job))

    def _submit(self, place: Place, function: Callable[..., Any], *arguments: Any) -> Future:
        return self._client.submit(function, *arguments, pure=False, workers=[place.address])

    def _wait(self, futures: Iterable[Future], seconds: float) -> None:
        known = list(futures)
        if not known:
            time.sleep(min(seconds, LOOK_SECONDS))
            return
        with self._client.as_current(), suppress(TimeoutError, CancelledError):
            wait(known, timeout=seconds, return_when="FIRST_COMPLETED")

    def _outcome(self, future: Future) -> Outcome | None:
        try:
            return Outcome(**future.result(timeout=CONNECT_SECONDS))
        except KilledWorker:
            return None
        except (CancelledError, TimeoutError):
            raise
        except Exception as error:
            return Outcome("stop", message=f"a worker cannot work: {type(error).__name__}: {error}")

    def _complaint(self) -> str:
        what = "worker that can be used" if self._client.status == "running" else "Dask scheduler"
        why = self._why()
        return f"no {what} at {self.address} for {PATIENCE_SECONDS:.0f} seconds" + (f" ({why})" if why else "")

    def _why(self) -> str:
        silent = {self._places[identity].shown: "it does not describe itself" for identity in self._vetting}
        return "; ".join(f"{name}: {reason}" for name, reason in sorted({**self.refused, **silent}.items()))

    def close(self) -> None:
        """Leave what is under way."""
        self._client.close(timeout=5)


def _report(dask_scheduler: Any) -> tuple[dict[str, tuple[str, str, int]], set[str]]:
    """Return, in the scheduler, id → address, name, threads of each worker that takes work, and the tasks whose worker is gone.

    Every death of a worker is to be told at once: how often a job may be tried again is counted in the job table alone.
    """
    dask_scheduler.allowed_failures = 0
    workers = {one.server_id: (one.address, str(one.name), one.nthreads) for one in dask_scheduler.running}
    return workers, {str(task.key) for task in dask_scheduler.unrunnable}
