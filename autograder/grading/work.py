"""What a worker does with a job: read what was handed in, grade it, and say what came of it. It writes no grade."""

from __future__ import annotations

import errno
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from autograder.course import Course, load_course
from autograder.errors import AutograderError
from autograder.grading.answer import FAULT, Answer, asked, understand
from autograder.grading.attempts import release_of, write_autograded
from autograder.grading.budget import Budget, PutBack
from autograder.grading.classroom import Found, Grader, HandIn, box_of, submitted_by, times_of
from autograder.grading.kept import kept_by
from autograder.grading.once import Once
from autograder.limited import WorkDied, deadline
from autograder.sandbox.box import Box
from autograder.store.handins import Source, moments
from autograder.store.jobs import Job, JobTable
from autograder.store.results import ResultStore
from autograder.submission import RawSubmission, Rejected
from autograder.submission.files import digest_of
from autograder.text import Language, Text

# Faults of the machine, not of a submission: grading stops, nobody loses anything.
OF_THE_MACHINE = frozenset(
    (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.EIO)
)

OWN_CPU_SECONDS = 900  # of a worker itself, for one job: boxes have limits of their own


@dataclass(frozen=True)
class Outcome:
    """What came of a job: JSON values only, for it crosses processes and machines.

    graded: `record`, with its key, the digest of what was handed in, and when; known: there is a result with this key;
    changed: something else lies there now; later: its turn is after the others', with `spent` seconds of its time gone,
    `alone` where nothing may run beside it; fault: the grader failed with it, `record` says how; died: a process of the
    worker's ended at it, `message` says how; stop: this worker or its machine cannot go on, `message` says why.
    """

    kind: Literal["graded", "known", "changed", "later", "fault", "died", "stop"]
    record: dict[str, Any] | None = None
    key: str = ""
    digest: str = ""
    received_at: str = ""
    received_from: Source = "file"
    confirmed: bool = True
    message: str = ""
    spent: float = 0.0
    alone: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return dict(vars(self))


class Worker:
    """Works on the jobs of one course. box: one that was tried out, in place of one of its own; course: where it was read.

    Raises `AutograderError` where it cannot work.
    """

    def __init__(
        self,
        root: Path,
        language: Language,
        box: Box | None = None,
        course: Course | None = None,
    ) -> None:
        course = course or load_course(root)
        self.language: Language = language
        self.grader = Grader(root, course, box or box_of(course), once=Once())
        self.store = ResultStore.in_course(root)
        self.jobs = JobTable(self.store.database)
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
            return Outcome("fault", self.grader.rejected(hand_in, reason, job.key).to_record(self.language))

    def _longest(self, job: Job) -> float:
        """Return after how many seconds a job is dead: twice what its submission may take of boxes, and half an hour."""
        accuracy = self.grader.kit(job.chapter).chapter.accuracy
        more = accuracy.retrain.seconds if accuracy and accuracy.retrain else 0.0
        return 2 * (times_of(self.grader.course).wall + more) + 1800

    def _work(self, job: Job) -> Outcome:
        grader = self.grader
        hand_in, found = self._found(job)
        if hand_in is None or found is None:
            return Outcome("changed")
        if found.raw is None:
            return self._rejected(job, hand_in, found, found.reason)
        raw, when = found.raw, found.came
        key = grader.key(hand_in, raw)
        known = None if job.again else self.store.with_key(key, job.student, job.chapter)
        digest = digest_of(raw.content, raw.weights or b"")
        try:
            answer = self._understood(hand_in, raw)
        except Rejected as rejection:
            return self._rejected(job, hand_in, found, rejection.reason)
        limits = times_of(grader.course)
        budget = Budget(limits, job.spent, lambda: self.jobs.others_wait(job), alone=job.alone)
        try:
            record = known or grader.examine(hand_in, raw, answer, budget).to_record(self.language)
        except PutBack as back:
            return Outcome("later", spent=back.spent, alone=back.alone)
        # Where the result is known: it may be missing, or another answer's.
        write_autograded(grader.root, grader.kit(job.chapter).chapter, record, answer.notebook)
        kind: Literal["known", "graded"] = "known" if known else "graded"
        return Outcome(kind, record, key, digest, when.moment.isoformat(), when.source, when.confirmed)

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
            understand(asked(self.grader.kit(hand_in.chapter), as_released, release))
        return self.grader.understood(hand_in, raw)

    def _rejected(self, job: Job, hand_in: HandIn, found: Found, reason: Text) -> Outcome:
        record = self.grader.rejected(hand_in, reason, job.key).to_record(self.language)
        return Outcome("graded", record, job.key, job.key, found.came.moment.isoformat())


def moment_of(outcome: Outcome) -> datetime:
    """Return when what was graded had been handed in, as it was found."""
    return datetime.fromisoformat(outcome.received_at)
