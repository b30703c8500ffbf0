"""Grade files and whole classes: find what was handed in, grade it once, keep the results."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from autograder.checkin.weeks import utc_now
from autograder.checks.accuracy import Images, ImageSets, WeightsFile
from autograder.checks.kit import Kit, read_kit
from autograder.course import Course
from autograder.errors import AutograderError
from autograder.grading.attempts import release_of
from autograder.grading.budget import Budget, PutBack, TimeLimits
from autograder.grading.grade import grade, key_of
from autograder.grading.once import Once
from autograder.grading.result import Result, path_text
from autograder.sandbox.box import Backend, Box, BoxLimits, tried_box
from autograder.sandbox.bubblewrap import OF_A_COURSE, refuse_to_show
from autograder.sandbox.session import BoxError, BoxKilled
from autograder.sandbox.warm import Zygote
from autograder.store.database import class_url
from autograder.submission import RawSubmission, Rejected, Repaired, read_submission, repair
from autograder.submission.files import read_regular
from autograder.submission.rejection import WEIGHTS_TOO_LARGE, shown
from autograder.text import Language, Text

if TYPE_CHECKING:
    from autograder.data import Split


class GradingError(AutograderError):
    """Grading cannot start."""


@dataclass(frozen=True)
class HandIn:
    """One thing to grade; student is None for a file given by path."""

    path: Path
    chapter: str
    student: str | None


@dataclass(frozen=True)
class Grader:
    """Grades hand-ins of one course in one box. clock: gives the present moment, in UTC; once: see `grade`."""

    root: Path
    course: Course
    box: Box
    clock: Callable[[], datetime] = utc_now
    once: Once | None = None

    def __post_init__(self) -> None:
        """Raise `BoxError` where the box would show something of the course."""
        if self.box.backend == "bubblewrap":
            refuse_to_show(private_places(self.root, self.course), self.root)

    def kit(self, chapter: str) -> Kit:
        """Return the full kit of a chapter."""
        return kit_of(self.root, chapter)

    def read(self, hand_in: HandIn) -> tuple[RawSubmission, WeightsFile | Text | None]:
        """Return what was handed in, and the weights or why they cannot be used; raises `Rejected`."""
        limit = int(self.course.limits.submission_mib)
        raw = read_submission(hand_in.path, hand_in.chapter, limit_mib=limit)
        return raw, _weights(raw, _weights_limit(self.kit(hand_in.chapter), self.course))

    def key(self, hand_in: HandIn, raw: RawSubmission, weights: WeightsFile | Text | None) -> str:
        """Return the hash of everything the result depends on."""
        return key_of(self.kit(hand_in.chapter), raw.content, weights, self.box.name)

    def repaired(self, hand_in: HandIn, raw: RawSubmission) -> Repaired | None:
        """Return a notebook rebuilt on the released one; None for a script."""
        return repair(raw.notebook(), release_of(self.root, hand_in.chapter)) if raw.kind == "notebook" else None

    def examine(
        self,
        hand_in: HandIn,
        raw: RawSubmission,
        weights: WeightsFile | Text | None,
        repaired: Repaired | None = None,
        budget: Budget | None = None,
    ) -> Result:
        """Grade what `read` gave. repaired: see `repaired`, where that was done before; budget: see `grade`, by default all
        that the course allows, in one piece."""
        kit = self.kit(hand_in.chapter)
        return grade(
            kit,
            raw,
            self.box,
            repaired=repaired or self.repaired(hand_in, raw),
            weights=weights,
            images=image_sets(self.root, str(self.course.data) if self.course.data else None, kit),
            student=hand_in.student,
            once=self.once,
            budget=budget or Budget(times_of(self.course), alone=True),
        )

    def grade(self, hand_in: HandIn, budget: Budget | None = None) -> Result:
        """Read and grade one thing; what cannot be read is rejected. budget: see `examine`."""
        try:
            raw, weights = self.read(hand_in)
        except Rejected as rejection:
            return self.rejected(hand_in, rejection.reason)
        return self.examine(hand_in, raw, weights, budget=budget)

    def rejected(self, hand_in: HandIn, reason: Text, key: str = "") -> Result:
        """Return the result of something that was not graded."""
        return Result(
            path_text(hand_in.path),
            hand_in.student,
            hand_in.chapter,
            "rejected",
            0.0,
            self.kit(hand_in.chapter).chapter.points,
            box=self.box.backend,
            layers=self.box.layers,
            key=key,
            reason=reason,
        )

    def grade_files(
        self,
        hand_ins: Sequence[HandIn],
        language: Language,
        *,
        jobs: int = 2,
        done: Callable[[dict[str, Any]], None] = lambda _: None,
        may_begin: Callable[[], bool] = lambda: True,
    ) -> list[dict[str, Any]]:
        """Grade files that belong to no class, `jobs` at a time; return the records in the order of `hand_ins`.

        may_begin: asked before each; what it refuses is left out. What takes long is put back, as in a class.
        """
        limits, waiting = times_of(self.course), len(hand_ins)
        later: list[tuple[int, PutBack]] = []

        def one(place: int, back: PutBack | None = None) -> dict[str, Any] | None:
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
            record = result.to_record(language)
            done(record)
            return record

        found: dict[int, dict[str, Any] | None] = {}
        with ThreadPoolExecutor(jobs) as pool:
            try:
                found.update(enumerate(pool.map(one, range(len(hand_ins)))))
                beside = {place: back for place, back in later if not back.alone}
                later = [(place, back) for place, back in later if back.alone]
                found.update(zip(beside, pool.map(one, beside.keys(), beside.values()), strict=True))
                while later:
                    place, back = later.pop(0)
                    found[place] = one(place, back)
                return [record for _, record in sorted(found.items()) if record is not None]
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise


def private_places(root: Path, course: Course) -> list[Path]:
    """Return the folders and files that no box may show: the course, what it holds, its data and its database."""
    data = os.environ.get("AUTOGRADER_DATA") or str(course.data or "data")
    kind, _, database = class_url(root).partition(":///")
    kept = [Path(database)] if kind.startswith("sqlite") else []
    return [root, *(root / name for name in OF_A_COURSE), root / data, *kept]


def box_of(course: Course, backend: Backend = "bubblewrap", begun: Zygote | None = None) -> Box:
    """Return the box with a course's limits, tried out; raises `BoxError`. `none` is no protection at all.

    begun: a warmed process that was begun before, see `begun_zygote`.
    """
    return box_within(limits_of(course), backend, begun)


def limits_of(course: Course) -> BoxLimits:
    """Return what a course lets one child use."""
    given = course.limits
    return BoxLimits(int(given.memory_mib), int(given.cpu_seconds), int(given.output_kib), int(given.processes))


def times_of(course: Course) -> TimeLimits:
    """Return what a course lets one check and one submission take."""
    given = course.limits
    return TimeLimits(
        given.wall_seconds,
        given.submission_seconds,
        given.submission_cpu_seconds,
        given.first_seconds,
        given.cpu_seconds,
    )


def box_within(limits: BoxLimits, backend: Backend, begun: Zygote | None = None) -> Box:
    """Return the box with these limits, as `box_of` does."""
    try:
        return tried_box(backend, limits, begun)
    except BoxKilled as death:
        raise BoxError(f"{death} while it was tried out; give the same command again") from None


FAULT = Text(
    zh="评分程序自己出错了, 请告诉老师:{error}",
    en="The grader itself failed; please report it: {error}",
)


def submitted(root: Path, course: Course, chapter: str | None = None) -> Iterator[HandIn]:
    """Yield what lies in `submitted/<student>/<chapter>/`, sorted."""
    known = [entry.id for entry in course.chapters if chapter in (None, entry.id)]
    for student in sorted((root / "submitted").glob("*/")):
        for chapter_id in known:
            if (student / chapter_id).is_dir():
                yield HandIn(student / chapter_id, chapter_id, path_text(Path(student.name)))


def hand_in_of(path: Path, chapter: str | None, course: Course) -> HandIn:
    """Return the hand-in for a path; the chapter comes from the option, else from the file's or folder's name."""
    known = [entry.id for entry in course.chapters]
    guess = chapter or next((name for name in (path.stem, path.parent.name) if name in known), None)
    if guess not in known:
        raise GradingError(f"{path}: which chapter? Add --chapter, one of: {', '.join(known)}")
    return HandIn(path, guess, None)


def submitted_by(root: Path, course: Course, chapter: str, student: str) -> HandIn | None:
    """Return what a student handed in for a chapter, as `submitted` would."""
    if "\\" in student or Path(student).name != student:  # the name of the folder may be another, see `path_text`
        return next((one for one in submitted(root, course, chapter) if one.student == student), None)
    folder = root / "submitted" / student / chapter
    known = any(entry.id == chapter for entry in course.chapters)
    return HandIn(folder, chapter, student) if known and folder.is_dir() else None


@cache
def kit_of(root: Path, chapter: str) -> Kit:
    """Return the full kit of a chapter; read once."""
    return read_kit(root / "solutions" / chapter / "hidden.json")


def _weights_limit(kit: Kit, course: Course) -> int:
    gate = kit.chapter.accuracy
    return int((gate.limit_mib if gate else None) or course.limits.weights_mib)


def _weights(raw: RawSubmission, limit_mib: int) -> WeightsFile | Text | None:
    """Return the weights file, or why it cannot be used: that costs the accuracy points, not the submission."""
    if raw.weights_name is None:
        return None
    size = (
        len(raw.weights_content)
        if raw.weights_content is not None
        else raw.weights.lstat().st_size
        if raw.weights
        else 0
    )
    if size > limit_mib << 20:
        return WEIGHTS_TOO_LARGE.format(name=shown(raw.weights_name), size=f"{size / (1 << 20):.1f}", limit=limit_mib)
    try:
        content = raw.weights_content if raw.weights is None else read_regular(raw.weights, limit_mib)
    except Rejected as rejection:
        return rejection.reason
    assert content is not None
    return WeightsFile(raw.weights_name, content)


def image_sets(root: Path, configured: str | None, kit: Kit) -> ImageSets:
    """Return where a chapter's accuracy check takes its images from."""
    if kit.chapter.data == "mnist":
        return ImageSets(lambda: _mnist(root, configured, "test"), lambda: _mnist(root, configured, "training"))
    test_set = kit.chapter.accuracy.test_set if kit.chapter.accuracy else None
    return ImageSets(
        lambda: _palm(root, configured, "validation", test_set), lambda: _palm(root, configured, "training", None)
    )


# The data, and OpenCV with it, are imported when they are needed: a class without weights does without.
@cache
def _mnist(root: Path, configured: str | None, split: Literal["training", "test"]) -> Images:
    from autograder.data import ensure_data, load_mnist

    return Images(*load_mnist(ensure_data(root, configured).mnist_folder, split))


@cache
def _palm(root: Path, configured: str | None, split: Split, test_set: str | None) -> Images:
    from autograder.data import cached_images, ensure_data, prepare_image

    folders = ensure_data(root, configured).palm_folders
    if test_set:
        folders = folders.with_test_set(test_set)
    images, labels = cached_images(folders, split, root / ".autograder" / "cache")
    given = labels.astype(np.float32) if split == "training" else labels
    return Images(images, given, lambda chosen: np.stack([prepare_image(image) for image in chosen]))
