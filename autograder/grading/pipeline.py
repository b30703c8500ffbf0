"""From what was handed in to results and points: the one way, for the command, the demo and a cluster."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from autograder.course import Course
from autograder.grading.attempt_choice import Graded, attempt_choices, audit_points, choice_json
from autograder.grading.batch import came_since, with_failed_result, within
from autograder.grading.classroom import Grader, HandIn, hand_in_of, submitted
from autograder.grading.coordinator import Coordinator
from autograder.grading.engines import Engine, LocalEngine
from autograder.grading.kept import kept_hand_ins
from autograder.grading.points import points_follow
from autograder.grading.render import Renderer
from autograder.grading.work import is_older
from autograder.sandbox.box import Backend, box_for_course
from autograder.sandbox.session import Framework
from autograder.store.results import ResultStore
from autograder.store.salts import private_salt
from autograder.text import Json, Language, Text
from autograder.untrusted.outside import json_text

Done = Callable[[Graded], None]


@dataclass(frozen=True)
class Wanted:
    """What is to be graded.

    Attributes:
        paths: Files that belong to no class; without any the class's hand-ins.
        chapter: Of these paths, or the only one.
        again: Also what has a result.
        only_failed: Those alone whose newest result is not all right, again.
        since: Only what came then or later, in UTC.
        seconds: After which nothing new is begun.
        leave_out: (student, chapter) for later.
    """

    paths: Sequence[Path] = ()
    chapter: str | None = None
    again: bool = False
    only_failed: bool = False
    since: datetime | None = None
    seconds: float | None = None
    leave_out: Container[tuple[str | None, str]] = ()


@dataclass(frozen=True)
class Means:
    """What it is graded with.

    Attributes:
        backend: Of the box.
        framework: With which the box is tried out.
        slots: How many at a time, 0: one per core.
        cluster: HOST:PORT of a Dask scheduler, None for this machine.
        warn: Told of workers of a cluster that get no jobs.
    """

    backend: Backend = "bubblewrap"
    framework: Framework = "paddle"
    slots: int = 0
    cluster: str | None = None
    warn: Callable[[str], None] = lambda _: None


@dataclass(frozen=True)
class Run:
    """What came of it.

    Attributes:
        graded: A result for each hand-in that was begun, in order.
        left: How many were not.
        put_back: How many took so long that they went on after the others.
        kept: How many answers were graded that newer ones had replaced.
        problems: Points that could not be written.
        students: Who handed in.
    """

    grader: Grader
    graded: tuple[Graded, ...]
    left: int
    put_back: int = 0
    problems: tuple[Text, ...] = ()
    students: tuple[str, ...] = ()
    kept: int = 0

    def to_json(self, language: Language) -> str:
        """Return the results as `grade --json` prints them, in which every character is printable but for our newlines."""
        return json_text([json_of(one, self.grader.renderer, language) for one in self.graded])

    @property
    def older(self) -> tuple[Graded, ...]:
        """The results that an older version of the engine judged: they count until the hand-ins are graded again."""
        return tuple(one for one in self.graded if is_older(one.result))


def json_of(one: Graded, renderer: Renderer, language: Language) -> dict[str, Json]:
    """Return a result and which attempt counts as `grade --json` prints them."""
    choice = {"counting": choice_json(one.choice, language)} if one.choice else {}
    return renderer.to_json(one.result, language) | choice


@contextmanager
def unwatched(_: int) -> Iterator[Done]:
    """Watch nothing."""
    yield lambda _: None


def run(
    root: Path,
    course: Course,
    wanted: Wanted,
    means: Means,
    watching: Callable[[int], AbstractContextManager[Done]] = unwatched,
) -> Run:
    """Grade what is wanted and bring the points of a class into the gradebook. What has a result is not graded again.

    Args:
        watching: Given how many there are, gives what is called with each result. Ctrl-C raises KeyboardInterrupt when
            what is done is kept and its points are written; the same call goes on from there.
    """
    hand_ins = _hand_ins(root, course, wanted)
    grader = Grader(root, course, box_for_course(course, means.backend, means.framework))
    if wanted.since:
        hand_ins = came_since(hand_ins, wanted.since, grader.clock())
    may_begin = within(wanted.seconds, time.monotonic)
    slots = means.slots or os.cpu_count() or 1
    if wanted.paths:
        with watching(len(hand_ins)) as done:
            results = grader.grade_files(
                hand_ins, jobs=slots, done=lambda result: done(Graded(result)), may_begin=may_begin
            )
        return Run(grader, tuple(map(Graded, results)), len(hand_ins) - len(results))
    with closing(ResultStore.in_course(root)) as store:
        return _class(grader, store, hand_ins, wanted, means, slots, watching, may_begin)


def _hand_ins(root: Path, course: Course, wanted: Wanted) -> list[HandIn]:
    if wanted.paths:
        return [hand_in_of(path, wanted.chapter, course, root) for path in wanted.paths]
    found = submitted(root, course, wanted.chapter)
    return [one for one in found if (one.student, one.chapter) not in wanted.leave_out]


def _class(
    grader: Grader,
    store: ResultStore,
    hand_ins: list[HandIn],
    wanted: Wanted,
    means: Means,
    slots: int,
    watching: Callable[[int], AbstractContextManager[Done]],
    may_begin: Callable[[], bool],
) -> Run:
    problems: list[Text] = []
    private_salt(store.database, grader.course.id)  # drawn here, so that workers only read it
    if wanted.only_failed:
        hand_ins = with_failed_result(hand_ins, store.all_current())
    again = wanted.again or wanted.only_failed
    chapters = {one.chapter for one in hand_ins}
    following = points_follow(grader.root, grader.course, store, grader.renderer, chapters, problems)
    with following, watching(len(hand_ins)) as done:
        kept = _grade_kept(grader, store, wanted, means, slots, may_begin)
        engine = _engine(grader, store, means, min(slots, len(hand_ins)))
        coordinator = Coordinator(grader, store, engine, done, may_begin)
        graded = coordinator.grade(hand_ins, again=again)
    choice = attempt_choices(grader.course, store)  # once more: another answer of the same student may count since
    graded = [one._replace(choice=choice.get((str(one.result.student), one.result.chapter))) for one in graded]
    audit_points(grader.course, store)
    students = tuple(sorted({one.student for one in hand_ins if one.student}))
    return Run(
        grader,
        tuple(graded),
        len(hand_ins) - len(graded),
        coordinator.put_back,
        tuple(dict.fromkeys(problems)),
        students,
        kept,
    )


def _grade_kept(
    grader: Grader, store: ResultStore, wanted: Wanted, means: Means, slots: int, may_begin: Callable[[], bool]
) -> int:
    """Grade answers that were replaced before they were graded, before those that replaced them; return how many."""
    with store.database.reading() as connection:
        kept = kept_hand_ins(grader.root, grader.course, connection, wanted.chapter, graded=wanted.again)
    if kept:
        engine = _engine(grader, store, means, min(slots, len(kept)))
        Coordinator(grader, store, engine, may_begin=may_begin).grade(kept, again=wanted.again)
    return len(kept)


def _engine(grader: Grader, store: ResultStore, means: Means, slots: int) -> Engine:
    if means.cluster is None:
        return LocalEngine(grader.root, slots, grader.box, grader.course)
    from autograder.grading.cluster import DaskEngine

    return DaskEngine(means.cluster, grader.root.resolve(), grader.box, store.database, means.warn)
