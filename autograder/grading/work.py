"""What a worker does with a job: read what was handed in, grade it, and say what came of it. It writes no grade."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from autograder.course import Course, load_course
from autograder.errors import AutograderError
from autograder.grading.attempts import keep_notebook
from autograder.grading.classroom import Found, Grader, HandIn, submitted_by, times_of
from autograder.grading.grade import FAULT, Answer, AnswerCache, asked, release_of, understand
from autograder.grading.kept import kept_by
from autograder.grading.numbers import whose_numbers
from autograder.grading.traces import Traces, keep_raw
from autograder.grading.whose import flagged
from autograder.identity import ENGINE_VERSION
from autograder.sandbox.box import Box, box_for_course
from autograder.sandbox.session import Budget, PutBack
from autograder.store.handins import Source, handed_in_with, moments
from autograder.store.jobs import Job, JobTable
from autograder.store.result import Result
from autograder.store.results import ResultStore
from autograder.store.roster import class_list
from autograder.store.salts import private_salt
from autograder.submission import RawSubmission, Rejected
from autograder.text import Json, Text, told
from autograder.untrusted.limited import WorkDied, deadline
from autograder.writing import OF_THE_MACHINE

OWN_CPU_SECONDS = 900  # of a worker itself, for one job: boxes have limits of their own


@dataclass(frozen=True)
class Outcome:
    """What came of a job: JSON values only, for it crosses processes and machines.

    graded: `data` of a result, with its key, the digest of what was handed in, and when; known: there is a result with this
    key, or one of the same hand-in by an older version of the engine;
    changed: something else lies there now; later: its turn is after the others', with `spent` seconds of its time gone,
    `alone` where nothing may run beside it; fault: the grader failed with it, `data` says how; died: a process of the
    worker's ended at it, `message` says how; stop: this worker or its machine cannot go on, `message` says why.
    """

    kind: Literal["graded", "known", "changed", "later", "fault", "died", "stop"]
    data: dict[str, Json] | None = None
    key: str = ""
    digest: str = ""
    received_at: str = ""
    received_from: Source = "file"
    confirmed: bool = True
    message: str = ""
    spent: float = 0.0
    alone: bool = False

    def to_json(self) -> dict[str, Json]:
        """Return the fields as JSON values."""
        return dict(vars(self))

    @property
    def result(self) -> Result:
        """The result that it holds."""
        assert self.data is not None
        return Result.from_data(self.data)


class Worker:
    """Works on the jobs of one course.

    Attributes:
        box: One that was tried out, in place of one of its own.
        course: Where it was read.

    Raises:
        AutograderError: Where it cannot work.
    """

    def __init__(
        self,
        root: Path,
        box: Box | None = None,
        course: Course | None = None,
    ) -> None:
        course = course or load_course(root)
        self.store = ResultStore.in_course(root)
        salt = private_salt(self.store.database, course.id)
        self.grader = Grader(root, course, box or box_for_course(course), once=AnswerCache(), salt=salt)
        self.jobs = JobTable(self.store.database)
        self._traces = Traces(root)
        self._ready: set[str] = set()  # chapters whose released cells have been read

    def work(self, identifier: int) -> Outcome:
        """Grade one job. It ends this process where it takes longer than any submission may, see `deadline`."""
        job = self.jobs.job(identifier)
        try:
            with deadline(self._longest(job), OWN_CPU_SECONDS):
                return self._work(job)
        except WorkDied as death:
            return Outcome("died", message=str(death))
        except AutograderError as error:
            return Outcome("stop", message=str(error))
        except Exception as error:
            if isinstance(error, OSError) and error.errno in OF_THE_MACHINE:
                return Outcome("stop", message=f"{error.strerror}: {error.filename or 'this machine'}")
            reason = FAULT.format(error=f"{type(error).__name__}: {error}")
            hand_in = HandIn(Path(), job.chapter, job.student)
            return Outcome("fault", self.grader.rejected(hand_in, reason, job.key).to_data())

    def _longest(self, job: Job) -> float:
        """Return after how many seconds a job is dead: twice what its submission may take of boxes, and half an hour."""
        accuracy = self.grader.suite(job.chapter).chapter.accuracy
        more = accuracy.retrain.seconds if accuracy and accuracy.retrain else 0.0
        return 2 * (times_of(self.grader.course).wall + more) + 1800

    def _work(self, job: Job) -> Outcome:
        grader = self.grader
        hand_in, found = self._found(job)
        if hand_in is None or found is None:
            return Outcome("changed")
        known = None if job.again else self._known(job, found)
        if known is not None and known.status == "rejected":
            return self._outcome("known", known, found)
        if found.raw is None:
            assert found.reason is not None
            return self._rejected(job, hand_in, found, found.reason)
        keep_raw(grader.root, found.digest, found.raw)
        with self.store.database.reading() as connection:
            hand_in = replace(hand_in, team=handed_in_with(connection, job.student, job.chapter, found.digest))
        try:
            answer = self._understood(hand_in, found.raw)
        except Rejected as rejection:
            return self._rejected(job, hand_in, found, rejection.reason)
        limits = times_of(grader.course)
        budget = Budget(limits, job.spent, lambda: self.jobs.others_wait(job), alone=job.alone)
        try:
            result = known or self._flagged(grader.examine(hand_in, found.raw, answer, budget), found, hand_in.team)
        except PutBack as back:
            return Outcome("later", spent=back.spent, alone=back.alone)
        # Where the result is known: it may be missing, or another answer's.
        assert answer.notebook is not None  # rebuilt on the released one, which a class always has
        keep_notebook(grader.root, result, answer.notebook)
        kind: Literal["known", "graded"] = "known" if known else "graded"
        return self._outcome(kind, result, found)

    def _flagged(self, result: Result, found: Found, team: Sequence[str]) -> Result:
        course, chapter = self.grader.course, result.chapter
        assert found.raw is not None
        with self.store.database.reading() as connection:
            students = class_list(connection)
            result = flagged(result, course, found.raw, students, team)
            shared = self._traces.flags(connection, str(result.student), chapter, found.digest, team)
            flags = (*whose_numbers(self.grader.suite(chapter), result, students, course.salt), *map(told, shared))
        return replace(result, flags=(*result.flags, *flags))

    def _outcome(self, kind: Literal["known", "graded"], result: Result, found: Found) -> Outcome:
        came = found.came
        moment = came.moment.isoformat()
        return Outcome(kind, result.to_data(), result.key, found.digest, moment, came.source, came.confirmed)

    def _known(self, job: Job, found: Found) -> Result | None:
        """Return the result that need not be made again: with the same key, or of an older version of the engine."""
        known = self.store.with_key(job.key, job.student, job.chapter)
        if known is not None:
            return known if known.status == "graded" else None
        earlier = self.store.of_hand_in(found.digest, found.came.moment, job.student, job.chapter)
        return earlier if earlier is not None and is_older(earlier) else None

    def _found(self, job: Job) -> tuple[HandIn | None, Found | None]:
        """Return what a job is about: what lies in the class's folder, else an answer that a newer one replaced."""
        grader = self.grader
        with self.store.database.reading() as connection:
            digests = [digest for _, _, digest in moments(connection, job.student, job.chapter)]
        newest = submitted_by(grader.root, grader.course, job.chapter, job.student)
        for hand_in in (*([newest] if newest else []), *kept_by(grader.root, job.student, job.chapter, digests)):
            found = grader.found(hand_in)
            if found.key == job.key:
                return hand_in, found
        return None, None

    def _understood(self, hand_in: HandIn, raw: RawSubmission) -> Answer:
        if hand_in.chapter not in self._ready:
            # Most cells of most answers are the released ones: what is known of those need not be found out in each process.
            self._ready.add(hand_in.chapter)
            release = release_of(self.grader.root, hand_in.chapter)
            content = json.dumps(release).encode()
            as_released = RawSubmission(Path(), "notebook", f"{hand_in.chapter}.ipynb", content)
            understand(asked(self.grader.suite(hand_in.chapter), as_released, release))
        return self.grader.understood(hand_in, raw)

    def _rejected(self, job: Job, hand_in: HandIn, found: Found, reason: Text) -> Outcome:
        result = self.grader.rejected(hand_in, reason, job.key)
        return Outcome("graded", result.to_data(), job.key, found.digest, found.came.moment.isoformat())


def is_older(result: Result) -> bool:
    """Return True if a result was judged by an older version of the engine: it counts until the hand-in is graded again."""
    return result.engine is None or result.engine < ENGINE_VERSION


def moment_of(outcome: Outcome) -> datetime:
    """Return when what was graded had been handed in, as it was found."""
    return datetime.fromisoformat(outcome.received_at)
