"""What a worker does with a job: read what was handed in, grade it, and say what came of it. It writes no grade."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from autograder.checkin.weeks import utc_now
from autograder.checks.accuracy import WeightsFile
from autograder.course import Course, load_course
from autograder.errors import AutograderError
from autograder.grading.attempts import write_autograded
from autograder.grading.budget import Budget, PutBack
from autograder.grading.classroom import FAULT, Grader, HandIn, box_of, kit_of, submitted_by, times_of
from autograder.grading.counting import digest_of, handed_in_at
from autograder.grading.once import Once
from autograder.sandbox.box import Box
from autograder.store.database import class_url
from autograder.store.jobs import Job, JobTable
from autograder.store.results import ResultStore
from autograder.submission import Rejected
from autograder.text import Language

# Faults of the machine, not of a submission: grading stops, nobody loses anything.
OF_THE_MACHINE = frozenset(
    (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.EIO)
)
PIECE = 1 << 20


@dataclass(frozen=True)
class Outcome:
    """What came of a job: JSON values only, for it crosses processes and machines.

    graded: `record`, with its key, the digest of what was handed in, and when; known: there is a result with this key;
    changed: something else lies there now; later: its turn is after the others', with `spent` seconds of its time gone,
    `alone` where nothing may run beside it; fault: the grader failed with it, `record` says how; stop: this worker or
    its machine cannot go on, `message` says why.
    """

    kind: Literal["graded", "known", "changed", "later", "fault", "stop"]
    record: dict[str, Any] | None = None
    key: str = ""
    digest: str = ""
    received_at: str = ""
    message: str = ""
    spent: float = 0.0
    alone: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return dict(vars(self))


def key_of_job(root: Path, hand_in: HandIn, box_name: str) -> str:
    """Return the hash of what lies in the folder handed in, the chapter's kit and the box; nothing is interpreted."""
    digest = hashlib.sha256()
    folder = hand_in.path
    for path in [folder] if folder.is_symlink() else sorted(folder.iterdir()):
        digest.update(hashlib.sha256(path.name.encode("utf-8", "surrogateescape")).digest())
        digest.update(_content_digest(path))
    for part in (kit_of(root, hand_in.chapter).digest, box_name.encode()):
        digest.update(hashlib.sha256(part).digest())
    return f"sha256:{digest.hexdigest()}"


def _content_digest(path: Path) -> bytes:
    """Return the hash of a regular file; of anything else, and of holes without end, what kind and size it is."""
    status = path.lstat()
    digest = hashlib.sha256(f"{stat.S_IFMT(status.st_mode)} {status.st_size}".encode())
    if stat.S_ISREG(status.st_mode) and status.st_size <= max(PIECE, 4096 * status.st_blocks):
        # What cannot be opened, or has become something else, is the reader's to refuse.
        with suppress(OSError), open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:  # noqa: PTH123
            while piece := file.read(PIECE):
                digest.update(piece)
    return digest.digest()


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
        self.store = ResultStore(class_url(root))
        self.jobs = JobTable(self.store.database)

    def work(self, identifier: int) -> Outcome:
        """Grade one job."""
        job = self.jobs.job(identifier)
        try:
            return self._work(job)
        except AutograderError as error:
            return Outcome("stop", message=str(error))
        except Exception as error:
            if isinstance(error, OSError) and error.errno in OF_THE_MACHINE:
                return Outcome("stop", message=f"{error.strerror}: {error.filename or 'this machine'}")
            reason = FAULT.format(error=f"{type(error).__name__}: {error}")
            hand_in = HandIn(Path(), job.chapter, job.student)
            return Outcome("fault", self.grader.rejected(hand_in, reason, job.key).to_record(self.language))

    def _work(self, job: Job) -> Outcome:
        grader = self.grader
        hand_in = submitted_by(grader.root, grader.course, job.chapter, job.student)
        if hand_in is None or key_of_job(grader.root, hand_in, grader.box.name) != job.key:
            return Outcome("changed")
        received = handed_in_at(hand_in.path, utc_now()).isoformat()
        try:
            raw, weights = grader.read(hand_in)
        except Rejected as rejection:
            result = grader.rejected(hand_in, rejection.reason, job.key)
            return Outcome("graded", result.to_record(self.language), job.key, job.key, received)
        key = grader.key(hand_in, raw, weights)
        known = None if job.again else self.store.with_key(key, job.student, job.chapter)
        chapter = grader.kit(job.chapter).chapter
        digest = digest_of(raw.content, weights.content if isinstance(weights, WeightsFile) else b"")
        if known:
            write_autograded(grader.root, chapter, known, raw)  # it may be missing, or another answer's
            return Outcome("known", known, key, digest, received)
        repaired = grader.repaired(hand_in, raw)
        limits = times_of(grader.course)
        budget = Budget(limits, job.spent, lambda: self.jobs.others_wait(job), alone=job.alone)
        try:
            record = grader.examine(hand_in, raw, weights, repaired, budget).to_record(self.language)
        except PutBack as back:
            return Outcome("later", spent=back.spent, alone=back.alone)
        write_autograded(grader.root, chapter, record, raw, repaired)
        return Outcome("graded", record, key, digest, received)


def moment_of(outcome: Outcome) -> datetime:
    """Return when what was graded had been handed in."""
    return datetime.fromisoformat(outcome.received_at)
