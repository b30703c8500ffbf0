"""Grading a class: leases jobs, gives them to an engine, and alone writes what comes back."""

from __future__ import annotations

import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from autograder.checkin.identity import MAX_ID_LENGTH
from autograder.checkin.service import CheckInService
from autograder.grading.attempt_choice import Graded, with_choice
from autograder.grading.attempts import kept_path
from autograder.grading.classroom import Grader, GradingError, HandIn, submitted_by
from autograder.grading.engines import Engine
from autograder.grading.grade import FAULT
from autograder.grading.kept import KEPT
from autograder.grading.work import Outcome, is_older, moment_of
from autograder.store.audit import actor_name
from autograder.store.handins import Received, keep_moment
from autograder.store.jobs import LEASE, MAX_FAILURES, Job, JobTable, State
from autograder.store.result import Result
from autograder.store.results import ResultStore, add_result
from autograder.text import Text
from autograder.untrusted.outside import plain_text
from autograder.writing import OF_THE_MACHINE

RENEW_EVERY = LEASE / 6
WAIT_SECONDS = 1.0
SOME = 0.001  # seconds: what was put back has spent some
ALONE = 2  # the last turn, in which nothing else runs
MAX_CHANGES = 5  # of one hand-in while it is graded
LOOKS_FOR_GONE = 5
STOPPED = Text(
    zh="{why}；评分停止了，什么也没有丢：再运行同一条命令会接着做",
    en="{why}; grading stopped, nothing is lost: the same command goes on",
)
GONE = Text(
    zh="评分开始后，这份提交不见了(被移走或改名)：这次没有评分。再运行 autograder grade 就会评放在那里的内容。",
    en="The hand-in went away (moved or renamed) after grading had begun, so it was not graded; `autograder grade` grades "
    "what lies there then.",
)
CHANGING = Text(
    zh="评分时，这份提交一再改变，这次没有评分。请在它不再改变后再运行 autograder grade。",
    en="The hand-in changed again and again while it was read, so it was not graded; run `autograder grade` when it no longer changes.",
)
TOO_LONG = Text(
    zh="文件夹名太长，不会是学号（上限 {limit} 个字符）；请给它改成正确的名字。",
    en="This folder's name is too long for a student's id (at most {limit} characters); give it its right name.",
)
SET_ASIDE = Text(
    zh="评分程序处理这份提交时 {count} 次中断或出错，已搁置，不再自动重试：请老师看一看这份提交；"
    "autograder grade --regrade 会再试一次。",
    en="The grader ended or failed {count} times at this submission, so it is set aside and not tried again by itself. "
    "Have a look at it; `autograder grade --regrade` tries once more.",
)


class Coordinator:
    """Grades hand-ins of a class.

    Attributes:
        done: Called with each result.
        may_begin: Asked before each, refuses for good.
        put_back: How many took so long that they had to wait for the others.
    """

    def __init__(
        self,
        grader: Grader,
        store: ResultStore,
        engine: Engine,
        done: Callable[[Graded], None] = lambda _: None,
        may_begin: Callable[[], bool] = lambda: True,
    ) -> None:
        self.grader, self.store, self.engine, self.done = grader, store, engine, done
        self.may_begin = may_begin
        self.jobs = JobTable(store.database, grader.clock)
        self._open: dict[int, HandIn] = {}  # job → what is to be graded
        self._running: dict[int, Job] = {}
        self._later: dict[int, bool] = {}  # job that was put back → whether it has to run alone
        self.put_back = 0
        self._graded_ones: dict[HandIn, Graded] = {}
        self._changes: Counter[HandIn] = Counter()
        self._renewed = time.monotonic()

    def grade(self, hand_ins: Sequence[HandIn], *, again: bool = False) -> list[Graded]:
        """Return the result of each hand-in, in their order; what has one already is not run again unless `again`.

        What overruns its first slice goes on when all others were begun, and what `may_begin` refuses is left out.

        KeyboardInterrupt leaves everything in order: what is done is kept, the rest waits for the next run.
        """
        try:
            with _interrupted() as asked:
                self._receive(hand_ins, again)
                going_on = True
                while self._open and (going_on or self._running):
                    going_on = not asked.is_set() and self.may_begin()
                    if going_on:
                        self._start()
                    if going_on or self._running:
                        self._collect()
            if self._open and asked.is_set():
                raise KeyboardInterrupt
        finally:
            self.engine.close()
            self.jobs.give_back()
        return [self._graded_ones[one] for one in hand_ins if one in self._graded_ones]

    def _receive(self, hand_ins: Sequence[HandIn], again: bool = False) -> None:
        """Make jobs; those that were done before are told at once."""
        for one in hand_ins:
            if len(str(one.student)) > MAX_ID_LENGTH:
                self._refuse(one)
        hand_ins = [one for one in hand_ins if len(str(one.student)) <= MAX_ID_LENGTH]
        wanted = [(str(one.student), one.chapter, self.grader.found(one, keep=False).key) for one in hand_ins]
        for job, hand_in in zip(self.jobs.receive(wanted, again=again), hand_ins, strict=True):
            self._open[job.id] = hand_in
            if job.spent:
                self._later[job.id] = job.alone
            if known := self._known(job):
                self._tell(job, known)
            elif job.state == "done":  # its result is not the newest any more, or the graded notebook is gone
                self.jobs.reopen(job.id)

    def _refuse(self, hand_in: HandIn) -> None:
        """Tell of a hand-in that no table has room for; it must not keep those of the others out."""
        graded = Graded(self.grader.rejected(hand_in, TOO_LONG.format(limit=MAX_ID_LENGTH)))
        self._graded_ones[hand_in] = graded
        self.done(graded)

    def _known(self, job: Job) -> Result | None:
        """Return the result of a job that has nothing left to do."""
        if job.state not in ("done", "set_aside") or job.result is None:
            return None
        known = self.store.with_id(job.result, job.student, job.chapter)
        if known is None or known.status == "rejected":
            return known
        return known if kept_path(self.grader.root, job.student, job.chapter, known.key).is_file() else None

    def _tell(self, job: Job, result: Result) -> None:
        graded = with_choice(self.grader.course, self.store, result)
        self._graded_ones[self._open.pop(job.id)] = graded
        self.done(graded)

    def _start(self) -> None:
        waiting = sorted((place for place in self._open if place not in self._running), key=self._turn)
        if not waiting or ALONE in map(self._turn, self._running):
            return
        free = self.engine.slots - len(self._running)
        if self._turn(waiting[0]) == ALONE:
            free = 0 if self._running else 1
        else:
            waiting = [place for place in waiting if self._turn(place) < ALONE]
        for job in self.jobs.lease(waiting, free) if free > 0 else ():
            self._running[job.id] = job
            self.engine.start(job.id)

    def _turn(self, place: int) -> int:
        """Return when a job is begun: in the first turn, or when there is no more of the one before."""
        return 0 if place not in self._later else ALONE if self._later[place] else 1

    def _collect(self) -> None:
        if not self._running:  # what is open is leased to another coordinator, or was dropped by one
            time.sleep(WAIT_SECONDS)
            self._look_at_others()
            return
        for place, outcome in self.engine.finished(WAIT_SECONDS):
            self._settle(self._running.pop(place), outcome)
        if time.monotonic() - self._renewed > RENEW_EVERY.total_seconds():
            self.jobs.renew()
            self._renewed = time.monotonic()

    def _look_at_others(self) -> None:
        for place, hand_in in list(self._open.items()):
            try:
                job = self.jobs.job(place)
            except LookupError:
                del self._open[place]
                self._receive([hand_in])
                continue
            if known := self._known(job):
                self._tell(job, known)

    def _settle(self, job: Job, outcome: Outcome | None) -> None:
        if outcome is None:
            self._failed(job, None)
        elif outcome.kind == "stop":
            raise GradingError(STOPPED.format(why=outcome.message))
        elif outcome.kind == "changed":
            self._changed(job)
        elif outcome.kind == "later":
            self.jobs.put_back(job, max(outcome.spent, SOME), alone=outcome.alone)
            self.put_back += job.id not in self._later
            self._later[job.id] = outcome.alone
        elif outcome.kind == "died":
            self._failed(job, None)
        elif outcome.kind == "fault":
            self._failed(job, outcome.result)
        else:
            try:
                self._graded(job, outcome)
            except (DBAPIError, ValueError, OSError) as error:
                if isinstance(error, OSError) and error.errno in OF_THE_MACHINE:
                    raise
                # What cannot be written for one must not cost the others theirs; a database that is gone tells otherwise.
                self._failed(job, self._fault(self._open[job.id], error))

    def _fault(self, hand_in: HandIn, error: Exception) -> Result:
        said = plain_text(f"{type(error).__name__}: {getattr(error, 'orig', error)}")
        return self.grader.rejected(hand_in, FAULT.format(error=said))

    def _changed(self, job: Job) -> None:
        """Something else was handed in meanwhile, or nothing lies there any more."""
        hand_in = self._open.pop(job.id)
        with self.store.database.writing() as connection:
            if self.jobs.is_held(connection, job):
                self.jobs.drop(connection, job)
        self._changes[hand_in] += 1
        if self._changes[hand_in] <= MAX_CHANGES and self._is_there(hand_in):
            self._receive([hand_in])
            return
        gone = self._changes[hand_in] <= MAX_CHANGES
        graded = Graded(self.grader.rejected(hand_in, GONE if gone else CHANGING))
        self._graded_ones[hand_in] = graded
        self.done(graded)

    def _is_there(self, hand_in: HandIn) -> bool:
        """Tell whether something is handed in; between the two steps in which one answer replaces another, nothing is."""
        for _ in range(LOOKS_FOR_GONE):
            if submitted_by(self.grader.root, self.grader.course, hand_in.chapter, str(hand_in.student)):
                return True
            time.sleep(WAIT_SECONDS / LOOKS_FOR_GONE)
        return False

    def _failed(self, job: Job, fault: Result | None) -> None:
        """Try once more where the worker died, with the next command where the grader failed; at last set aside."""
        count = job.failures + 1
        if count < MAX_FAILURES:
            state: State = "failed" if fault else "received"
            with self.store.database.writing() as connection:
                if self.jobs.is_held(connection, job):
                    self.jobs.settle(connection, job, state, failed=True)
            if fault:
                self._tell(job, fault)
            return
        reason = SET_ASIDE.format(count=count)
        result = self.grader.rejected(self._open[job.id], reason, job.key)
        outcome = Outcome("graded", result.to_data(), job.key, job.key, self.grader.clock().isoformat())
        self._write(job, outcome, "set_aside")

    def _graded(self, job: Job, outcome: Outcome) -> None:
        result = outcome.result
        if result.status == "graded" and outcome.kind == "graded":
            # Before the result: a check-in is the same however often it is made, and must not be missed.
            service = CheckInService(self.grader.course, self.store.database, self.grader.clock)
            with self.store.database.writing() as connection:
                moment = self._moment(connection, job, outcome)
            service.submission(job.student, job.chapter, result.score, outcome.key, moment)
            self._write(job, outcome, "done", moment)
            return
        self._write(job, outcome, "done")

    def _moment(self, connection: Connection, job: Job, outcome: Outcome) -> datetime:
        """Return when an answer came: as it was stored when the class first saw it, else as it is found now.

        Where nobody knows, it is no later than the deadline: nothing is taken off for what cannot be told.
        """
        now = self.grader.clock()
        if outcome.result.status != "graded":
            return moment_of(outcome)
        found = Received(
            job.student,
            job.chapter,
            outcome.digest,
            moment_of(outcome),
            outcome.received_from,
            now,
            actor_name(),
            outcome.confirmed,
            outcome.result.submission,
        )
        known = keep_moment(connection, found).moment
        dates = self.grader.course.chapter(job.chapter)
        return known or (min(now, dates.due) if dates else now)

    def _write(self, job: Job, outcome: Outcome, state: State, moment: datetime | None = None) -> None:
        """Write a result and the end of its job in one transaction, where the job is still ours.

        moment: when the answer came, None where that is not known yet.
        """
        written = outcome.result
        with self.store.database.writing() as connection:
            if not self.jobs.is_held(connection, job):
                return  # another coordinator has it; its result will be told
            known = outcome.kind == "known"
            # What an older engine judged has its moment; it is left as it is.
            earlier = known and is_older(outcome.result)
            moment = moment_of(outcome) if earlier else moment or self._moment(connection, job, outcome)
            result = self.store.newest_id(connection, job.student, job.chapter, outcome.key) if known else None
            if result is None:
                reason = "graded again by --regrade" if job.again else "graded"
                result = add_result(
                    connection,
                    job.student,
                    job.chapter,
                    outcome.key,
                    written,
                    submission=outcome.digest,
                    received_at=moment,
                    reason="handed in again" if known else reason,
                    replaced=self._open[job.id].base == self.grader.root / KEPT,
                ).id
            self.jobs.settle(connection, job, state, result, failed=state == "set_aside")
        self._tell(job, written)


@contextmanager
def _interrupted() -> Iterator[threading.Event]:
    """Give an event that the first Ctrl-C sets; a second one is a KeyboardInterrupt again."""
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return

    def ask(*_: object) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)
