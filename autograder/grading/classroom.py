"""Grade files and whole classes: find what was handed in, grade it once, keep the results."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, cached_property
from operator import itemgetter
from pathlib import Path

from autograder.checkin.weeks import utc_now
from autograder.checks.accuracy import ImageSets, WeightsFile
from autograder.checks.suite import CheckSuite, read_kit
from autograder.course import Course
from autograder.errors import AutograderError
from autograder.grading.grade import DIED, FAULT, Answer, AnswerCache, grade, release_of, understand, understood
from autograder.grading.images import data_place, image_sets
from autograder.grading.moments import Came, came
from autograder.grading.numbers import best_of_team
from autograder.grading.render import Renderer
from autograder.identity import ENGINE_VERSION, hash_of_bytes, judged_by, result_key
from autograder.sandbox.box import Box
from autograder.sandbox.bubblewrap import OF_A_COURSE, refuse_to_show
from autograder.sandbox.session import Budget, PutBack, TimeLimits
from autograder.store.database import class_url
from autograder.store.result import Result, path_text
from autograder.submission import RawSubmission, Rejected
from autograder.submission.chapter_of import Signs, signs_of
from autograder.submission.files import Place, open_folder
from autograder.submission.intake import take, take_from
from autograder.text import Text, told
from autograder.untrusted.folders import NotOpened, opened_folder, status_of
from autograder.untrusted.limited import WITHIN, Lasting, Limits, WorkDied

WHICH_CHAPTER = Text(
    zh="{path}: 哪一章？请加 --chapter，可选：{known}", en="{path}: which chapter? Add --chapter, one of: {known}"
)


class GradingError(AutograderError):
    """Grading cannot start."""


@dataclass(frozen=True)
class HandIn:
    """One thing to grade; student is None for a file given by path. base: the folder below which no link is followed."""

    path: Path
    chapter: str
    student: str | None
    base: Path | None = None
    team: tuple[str, ...] = ()  # the other students for whom it counts

    @property
    def place(self) -> Place:
        """Where it lies."""
        return Place.of(self.path, self.base)


@dataclass(frozen=True)
class Found:
    """What lay in a handed-in folder at one moment.

    digest: of the hand-in; key: of its result, and of the job to make it; came: when it did; raw: None where it cannot be
    read, for the `reason`.
    """

    digest: str
    key: str
    came: Came
    raw: RawSubmission | None = None
    reason: Text | None = None


@dataclass(frozen=True)
class Grader:
    """Grades hand-ins of one course in one box. clock: gives the present moment, in UTC; once: see `grade`; limits: of the
    process that reads what was handed in; salt: the private one of the class, see `grade`."""

    root: Path
    course: Course
    box: Box
    clock: Callable[[], datetime] = utc_now
    once: AnswerCache | None = None
    limits: Limits = WITHIN
    salt: str = ""

    def __post_init__(self) -> None:
        """Raise `BoxError` where the box would show something of the course."""
        if self.box.backend == "bubblewrap":
            refuse_to_show(private_places(self.root, self.course), self.root)

    @property
    def renderer(self) -> Renderer:
        """What makes the words of results of this course."""
        return Renderer(self.suite)

    def suite(self, chapter: str) -> CheckSuite:
        """Return the full kit of a chapter."""
        return kit_of(self.root, chapter)

    def read(self, hand_in: HandIn) -> RawSubmission:
        """Return the bytes that were handed in; raises `Rejected`."""
        code, weights = self._mib(hand_in)
        return take(hand_in.place, hand_in.chapter, limit_mib=code, weights_limit_mib=weights, limits=self.limits)

    def found(self, hand_in: HandIn, *, keep: bool = True) -> Found:
        """Return what lies in a folder of the class: read, hashed and dated from one descriptor, nothing interpreted.

        keep: False where the key alone is wanted; then no content is held in memory, and an archive stays packed.
        """
        raw, reason, archive, when = None, None, None, Came(utc_now(), "file")
        dates = self.course.chapter(hand_in.chapter)
        try:
            with open_folder(hand_in.place, keep=keep) as folder:
                try:
                    raw = take_from(folder, hand_in.path, hand_in.chapter, *self._mib(hand_in), limits=self.limits)
                except Rejected as rejection:
                    reason = rejection.reason
                archive = folder.archive
                when = came(folder, utc_now(), dates.due if dates else None)
        except Rejected as rejection:
            raw, reason = None, rejection.reason
        refused = f"sha256:{hash_of_bytes((reason.en if reason else '').encode())}"
        identity = archive or (raw.identity if raw else ("rejected", refused))
        key = result_key(identity, self.judged_by(hand_in))
        return Found(raw.digest if raw else refused, key, when, raw, reason)

    def kit_for(self, hand_in: HandIn) -> CheckSuite:
        """Return the full kit of a hand-in's chapter, with the student's own numbers."""
        suite = self.suite(hand_in.chapter)
        return suite.for_student(hand_in.student, self.course.salt) if suite.bank is not None else suite

    def judged_by(self, hand_in: HandIn) -> str:
        """Return the hash of all that a result depends on beside what was handed in: the student's own numbers, too."""
        suite = self.kit_for(hand_in)
        return judged_by(suite.digest, self.images(suite).digest, self.box.name)

    def images(self, suite: CheckSuite) -> ImageSets:
        """Return where a chapter's accuracy check takes its images from."""
        name = suite.chapter.id
        if name not in self._images:
            place = str(self.course.data) if self.course.data else None
            self._images[name] = image_sets(self.root, place, suite, self.course.datasets)
        return self._images[name]

    @cached_property
    def _images(self) -> dict[str, ImageSets]:
        return {}

    def _mib(self, hand_in: HandIn) -> tuple[int, int]:
        return int(self.course.limits.submission_mib), _weights_limit(self.suite(hand_in.chapter), self.course)

    def understood(self, hand_in: HandIn, raw: RawSubmission) -> Answer:
        """Return what was handed in, a notebook rebuilt on the released one; raises `Rejected` or `WorkDied`."""
        release, signs = release_of(self.root, hand_in.chapter), signs_of_course(self.root, self.course)
        return understood(self.suite(hand_in.chapter), raw, release, signs=signs, reader=self.reader)

    @cached_property
    def reader(self) -> Lasting:
        """The processes that read what was handed in."""
        return Lasting(understand, self.limits)

    def examine(self, hand_in: HandIn, raw: RawSubmission, answer: Answer, budget: Budget | None = None) -> Result:
        """Grade what `read` and `understood` gave. budget: see `grade`, by default all that the course allows, in one
        piece."""
        budget = budget or Budget(times_of(self.course), alone=True)

        def examined_for(student: str | None) -> Result:
            suite = self.kit_for(replace(hand_in, student=student))
            return grade(
                suite,
                raw,
                self.box,
                answer=answer,
                weights=weights_of(raw),
                images=self.images(suite),
                student=student,
                once=self.once,
                budget=budget,
                shown=shown_kit_of(self.root, hand_in.chapter, suite.number),
                salt=self.salt,
            )

        first = examined_for(hand_in.student)
        if not hand_in.team:
            return first
        return best_of_team(first, self.kit_for(hand_in), hand_in.team, self.course.salt, examined_for)

    def grade(self, hand_in: HandIn, budget: Budget | None = None) -> Result:
        """Read and grade one thing; what cannot be read is rejected. budget: see `examine`."""
        try:
            raw = self.read(hand_in)
            answer = self.understood(hand_in, raw)
        except Rejected as rejection:
            return self.rejected(hand_in, rejection.reason)
        except WorkDied as death:
            return self.rejected(hand_in, DIED.format(error=death))
        return self.examine(hand_in, raw, answer, budget)

    def rejected(self, hand_in: HandIn, reason: Text, key: str = "") -> Result:
        """Return the result of something that was not graded."""
        return Result(
            path_text(hand_in.path),
            hand_in.student,
            hand_in.chapter,
            "rejected",
            0.0,
            self.suite(hand_in.chapter).chapter.points,
            box=self.box.backend,
            layers=self.box.layers,
            key=key,
            reason=told(reason),
            engine=ENGINE_VERSION,
        )

    def grade_files(
        self,
        hand_ins: Sequence[HandIn],
        *,
        jobs: int = 2,
        done: Callable[[Result], None] = lambda _: None,
        may_begin: Callable[[], bool] = lambda: True,
    ) -> list[Result]:
        """Grade files that belong to no class, `jobs` at a time; return the results in the order of `hand_ins`.

        may_begin: asked before each; what it refuses is left out. What takes long is put back, as in a class.
        """
        limits, waiting = times_of(self.course), len(hand_ins)
        later: list[tuple[int, PutBack]] = []

        def one(place: int, back: PutBack | None = None) -> Result | None:
            nonlocal waiting
            hand_in = hand_ins[place]
            waiting -= back is None
            if not may_begin():
                return None
            budget = Budget(limits, back.spent if back else 0.0, lambda: waiting > 0, alone=bool(back and back.alone))
            try:
                result = self.grade(hand_in, budget)
            except PutBack as again:
                later.append((place, again))
                return None
            except AutograderError:
                raise
            except Exception as error:  # a fault of ours with one submission must not cost the others theirs
                result = self.rejected(hand_in, FAULT.format(error=f"{type(error).__name__}: {error}"))
            done(result)
            return result

        found: dict[int, Result | None] = {}
        with ThreadPoolExecutor(jobs) as pool:
            try:
                found.update(enumerate(pool.map(one, range(len(hand_ins)))))
                beside = {place: back for place, back in later if not back.alone}
                later = [(place, back) for place, back in later if back.alone]
                found.update(zip(beside, pool.map(one, beside.keys(), beside.values()), strict=True))
                while later:
                    place, back = later.pop(0)
                    found[place] = one(place, back)
                return [result for _, result in sorted(found.items(), key=itemgetter(0)) if result is not None]
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise


def private_places(root: Path, course: Course) -> list[Path]:
    """Return the folders and files that no box may show: the course, what it holds, its data and its database."""
    kind, _, database = class_url(root).partition(":///")
    kept = [Path(database)] if kind.startswith("sqlite") else []
    return [root, *(root / name for name in OF_A_COURSE), data_place(root, course.data), *kept]


def times_of(course: Course) -> TimeLimits:
    """Return what a course lets one check and one submission take."""
    given = course.limits
    whole = given.submission_seconds, given.submission_cpu_seconds
    return TimeLimits(given.wall_seconds, *whole, given.first_seconds, given.cpu_seconds)


def submitted(root: Path, course: Course, chapter: str | None = None) -> list[HandIn]:
    """Return what lies in `submitted/<student>/<chapter>/`, sorted, and what stands in such a place but cannot be read.

    A student's folder into which nobody can look (a link, or closed) counts for each chapter that others handed in.
    """
    known = [entry.id for entry in course.chapters if chapter in (None, entry.id)]
    base = root / "submitted"
    try:
        with opened_folder(base) as folder, os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries)
    except NotOpened as error:
        if error.why == "missing":
            return []
        raise GradingError(error.said) from error
    there = {name: _chapters_of(base, name, known) for name in names}
    others = [each for each in known if any(each in (found or ()) for found in there.values())] or known
    return [
        HandIn(base / name / each, each, path_text(Path(name)), base)
        for name, found in there.items()
        for each in (others if found is None else found)
    ]


def _chapters_of(base: Path, name: str, known: Sequence[str]) -> list[str] | None:
    """Return the chapters for which something lies in a student's folder; None where it must not, or cannot, be opened."""
    try:
        with opened_folder(base, [name], listed=False) as folder:
            return [chapter for chapter in known if status_of(folder, chapter)]
    except NotOpened as error:
        is_file = error.why in ("missing", "kind") or (error.why == "link" and not (base / name).is_dir())
        return [] if is_file else None


def hand_in_of(path: Path, chapter: str | None, course: Course, root: Path | None = None) -> HandIn:
    """Return the hand-in for a path; the chapter comes from the option, else from the file's or folder's name.

    root: the course folder; below its `submitted/` no link is followed, however the path is written.
    """
    known = [entry.id for entry in course.chapters]
    guess = chapter or next((name for name in (path.stem, path.parent.name) if name in known), None)
    if guess not in known:
        raise GradingError(WHICH_CHAPTER.format(path=path, known=", ".join(known)))
    base = _base_of(path, root / "submitted") if root else None
    return HandIn(path if base is None else path.absolute(), guess, None, base)


def _base_of(path: Path, submitted: Path) -> Path | None:
    """Return the outermost folder of a path that is `submitted`, None where there is none."""
    for folder in reversed(path.absolute().parents):
        with suppress(OSError):
            if folder.samefile(submitted):
                return folder
    return None


def submitted_by(root: Path, course: Course, chapter: str, student: str) -> HandIn | None:
    """Return what a student handed in for a chapter, as `submitted` would."""
    base = root / "submitted"
    if "\\" in student or Path(student).name != student:  # the name of the folder may be another, see `path_text`
        return next((one for one in submitted(root, course, chapter) if one.student == student), None)
    if not any(entry.id == chapter for entry in course.chapters):
        return None
    found = _chapters_of(base, student, [chapter])
    return HandIn(base / student / chapter, chapter, student, base) if found is None or found else None


def signs_of_course(root: Path, course: Course) -> tuple[Signs, ...]:
    """Return by what the course's chapters are told from each other; those that are not built are left out."""
    released = [
        entry.id for entry in course.chapters if (root / "assignments" / entry.id / f"{entry.id}.ipynb").is_file()
    ]
    return tuple(_signs_of(root, chapter) for chapter in released)


@cache
def _signs_of(root: Path, chapter: str) -> Signs:
    return signs_of(chapter, release_of(root, chapter))


@cache
def kit_of(root: Path, chapter: str) -> CheckSuite:
    """Return the full kit of a chapter; read once."""
    return read_kit(root / "solutions" / chapter / "hidden.json")


@cache
def shown_kit_of(root: Path, chapter: str, number: int) -> CheckSuite:
    """Return what students have of a variant of a chapter: the checks that are graded with other inputs; read once."""
    shown = read_kit(root / "solutions" / chapter / "checks.json")
    return shown.variant(number).other_than(kit_of(root, chapter).variant(number))


def _weights_limit(suite: CheckSuite, course: Course) -> int:
    gate = suite.chapter.accuracy
    return int((gate.limit_mib if gate else None) or course.limits.weights_mib)


def weights_of(raw: RawSubmission) -> WeightsFile | Text | None:
    """Return the weights file, or why it cannot be used: that costs the accuracy points, not the submission."""
    if raw.weights is not None and raw.weights_name is not None:
        return WeightsFile(raw.weights_name, raw.weights)
    return raw.weights_refused
