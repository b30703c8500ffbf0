"""The job table: what is to be graded, who is at it, and until when. Other than results, its rows change.

A job is received, leased to a process, and then done or failed. A lease that ran out, or whose process is gone, is free
again. A job that failed `MAX_FAILURES` times is set aside. One that takes long is put back, and goes on after the others.
"""

from __future__ import annotations

import os
import socket
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, Delete, Update, delete, select, update

from autograder.portable.older import UTC
from autograder.store.database import Database, lock
from autograder.store.records import names_of
from autograder.store.tables import jobs

State = Literal["received", "leased", "done", "failed", "set_aside"]
LEASE = timedelta(seconds=60)
MAX_FAILURES = 3
ONE_LOOK = 200  # jobs that are read at a time: a class may have a hundred thousand, and most of the first ones are free
_LOCK = zlib.crc32(b"autograder_job")


@dataclass(frozen=True)
class Job:
    """One submission to be graded by one version of everything.

    Attributes:
        key: Hash of what was handed in, the chapter's kit and the box.
        again: Results from before do not count.
        attempts: How often it was begun.
        failures: How often it ended the worker, or the grader failed with it.
        result: The id of its row among the results.
        spent: Seconds of the submission's time that are gone, for it was put back.
        alone: Nothing else may run beside it, for what it lacked another may have had.
    """

    id: int
    student: str
    chapter: str
    key: str
    state: State
    again: bool
    attempts: int
    failures: int
    holder: str | None
    leased_until: datetime | None
    result: int | None
    spent: float
    alone: bool


_COLUMNS = [jobs.c[name] for name in names_of(Job)]


def holder_name() -> str:
    """Return the name of this process among the holders of leases: host and process id."""
    return f"{socket.gethostname()}/{os.getpid()}"


def is_gone(holder: str) -> bool:
    """Return True if a holder is a process of this machine that has ended."""
    host, _, pid = holder.rpartition("/")
    if host != socket.gethostname():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


class JobTable:
    """The jobs of a class.

    Attributes:
        clock: Gives the present moment, in UTC.
        holder: Who takes leases here.
    """

    def __init__(
        self, database: Database, clock: Callable[[], datetime] = lambda: datetime.now(UTC), holder: str | None = None
    ) -> None:
        self.database, self.clock, self.holder = database, clock, holder or holder_name()

    def job(self, identifier: int) -> Job:
        """Return one job.

        Raises:
            LookupError: Where there is none.
        """
        with self.database.reading() as connection:
            row = connection.execute(select(*_COLUMNS).where(jobs.c.id == identifier)).first()
        if row is None:
            raise LookupError(f"there is no job {identifier}")
        return Job(*row)

    def receive(self, wanted: Sequence[tuple[str, str, str]], *, again: bool = False) -> list[Job]:
        """Return the job of each (student, chapter, key), in one transaction; the missing ones are made. Of a student and
        chapter one key is wanted.

        What waits for an older submission of the same student and chapter is dropped. A failed job is tried again;
        with `again` everything is, also what is done or was set aside.
        """
        with self.database.writing() as connection:
            lock(connection, _LOCK)  # another process may be making the same ones
            parts = (wanted[start : start + ONE_LOOK] for start in range(0, len(wanted), ONE_LOOK))
            return [job for part in parts for job in self._receive(connection, part, again)]

    def _receive(self, connection: Connection, wanted: Sequence[tuple[str, str, str]], again: bool) -> list[Job]:
        keys = {(student, chapter): key for student, chapter, key in wanted}
        found, older = {}, []
        for job in _jobs_of(connection, keys):
            if keys[job.student, job.chapter] == job.key:
                found[job.student, job.chapter] = job
            elif job.state in ("received", "failed"):
                older.append(job.id)
        _change(connection, delete(jobs), older)
        if missing := [one for one in keys if one not in found]:
            new = {"state": "received", "again": again, "attempts": 0, "failures": 0, "received_at": self.clock()}
            rows = [{"student": one[0], "chapter": one[1], "key": keys[one], **new} for one in missing]
            connection.execute(jobs.insert(), rows)
        if again:
            free = [job.id for job in found.values() if job.state != "leased"]
            _change(connection, update(jobs).values(state="received"), free)
            anew = {"again": True, "failures": 0, "spent": 0.0, "alone": False}
            _change(connection, update(jobs).values(anew), [job.id for job in found.values()])
        else:
            failed = [job.id for job in found.values() if job.state == "failed"]
            _change(connection, update(jobs).values(state="received"), failed)
        now = {(job.student, job.chapter, job.key): job for job in _jobs_of(connection, keys)}
        return [now[one] for one in wanted]

    def reopen(self, identifier: int) -> None:
        """Let a job that is done be looked at again."""
        with self.database.writing() as connection:
            mine = (jobs.c.id == identifier, jobs.c.state == "done")
            connection.execute(update(jobs).where(*mine).values(state="received"))

    def lease(self, identifiers: Sequence[int], most: int) -> list[Job]:
        """Take at most `most` of the named jobs, in their order, for `LEASE`: the free ones."""
        now = self.clock()
        with self.database.writing() as connection:
            chosen: list[Job] = []
            for start in range(0, len(identifiers), ONE_LOOK):
                if len(chosen) >= most:
                    break
                named = identifiers[start : start + ONE_LOOK]
                open_ones = select(*_COLUMNS).where(jobs.c.id.in_(named), jobs.c.state.in_(("received", "leased")))
                rows = connection.execute(open_ones.with_for_update(skip_locked=True)).all()
                found = {row.id: Job(*row) for row in rows if self._is_free(Job(*row), now)}
                chosen += [found[identifier] for identifier in named if identifier in found]
            taken = [
                replace(job, state="leased", holder=self.holder, leased_until=now + LEASE, attempts=job.attempts + 1)
                for job in chosen[:most]
            ]
            for job in taken:
                values = {name: getattr(job, name) for name in ("state", "holder", "leased_until", "attempts")}
                connection.execute(update(jobs).where(jobs.c.id == job.id).values(values))
        return taken

    def _is_free(self, job: Job, now: datetime) -> bool:
        if job.state == "received" or job.holder is None or job.leased_until is None:
            return True
        if job.holder == self.holder:
            return False
        # A lease that lasts longer than any does was taken by a clock that went wrong.
        return not now < job.leased_until <= now + 2 * LEASE or is_gone(job.holder)

    def renew(self) -> None:
        """Prolong all leases that are held here."""
        mine = (jobs.c.holder == self.holder, jobs.c.state == "leased")
        with self.database.writing() as connection:
            connection.execute(update(jobs).where(*mine).values(leased_until=self.clock() + LEASE))

    def give_back(self) -> None:
        """Free all that is leased here: somebody interrupted, which is not the job's fault."""
        mine = (jobs.c.holder == self.holder, jobs.c.state == "leased")
        with self.database.writing() as connection:
            connection.execute(update(jobs).where(*mine).values(state="received", holder=None, leased_until=None))

    def is_held(self, connection: Connection, job: Job) -> bool:
        """Tell, inside a transaction, whether a job is still leased here: only then may its outcome be written."""
        mine = (jobs.c.id == job.id, jobs.c.holder == self.holder, jobs.c.state == "leased")
        return connection.execute(select(jobs.c.id).where(*mine).with_for_update()).first() is not None

    def settle(
        self, connection: Connection, job: Job, state: State, result: int | None = None, *, failed: bool = False
    ) -> None:
        """Write how a job ended, inside a transaction."""
        connection.execute(
            update(jobs)
            .where(jobs.c.id == job.id)
            .values(
                state=state,
                result=result if result is not None else job.result,
                failures=job.failures + failed,
                again=job.again and state != "done",
                spent=0.0,
                alone=False,
                holder=None,
                leased_until=None,
            )
        )

    def put_back(self, job: Job, spent: float, *, alone: bool) -> None:
        """Free a job that is still leased here, with the seconds that it has spent so far; see `Job`."""
        mine = (jobs.c.id == job.id, jobs.c.holder == self.holder, jobs.c.state == "leased")
        free = {"state": "received", "holder": None, "leased_until": None, "spent": spent, "alone": alone}
        with self.database.writing() as connection:
            connection.execute(update(jobs).where(*mine).values(free))

    def others_wait(self, job: Job) -> bool:
        """Return True if a job waits that was not begun yet."""
        waiting = (jobs.c.state == "received", jobs.c.spent == 0, jobs.c.id != job.id)
        with self.database.reading() as connection:
            return connection.execute(select(jobs.c.id).where(*waiting).limit(1)).first() is not None

    def drop(self, connection: Connection, job: Job) -> None:
        """Remove a job whose submission is no longer there, inside a transaction."""
        connection.execute(delete(jobs).where(jobs.c.id == job.id))


def _jobs_of(connection: Connection, whose: Collection[tuple[str, str]]) -> Iterator[Job]:
    """Yield the jobs of (student, chapter) pairs."""
    students, chapters = {student for student, _ in whose}, {chapter for _, chapter in whose}
    query = select(*_COLUMNS).where(jobs.c.student.in_(students), jobs.c.chapter.in_(chapters))
    for row in connection.execute(query):
        if (row.student, row.chapter) in whose:
            yield Job(*row)


def _change(connection: Connection, statement: Update | Delete, identifiers: Sequence[int]) -> None:
    """Change the named jobs, where there are any."""
    if identifiers:
        connection.execute(statement.where(jobs.c.id.in_(identifiers)))
