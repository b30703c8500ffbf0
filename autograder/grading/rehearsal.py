"""What grading the class again would change: whose points, by how much and why. Nothing is written."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.checkin.late import choose_chapter_attempt
from autograder.course import Course
from autograder.grading.attempt_choice import Graded
from autograder.grading.classroom import Grader, HandIn, submitted
from autograder.grading.kept import kept_hand_ins
from autograder.grading.pipeline import Done, Means, Wanted, unwatched
from autograder.grading.render import text_of
from autograder.sandbox.box import box_for_course
from autograder.store.handins import handed_in_with
from autograder.store.ledgers import for_everybody, ledgers
from autograder.store.records import Action, Ledger
from autograder.store.result import Result
from autograder.store.results import ResultStore
from autograder.store.salts import private_salt
from autograder.text import Json, Language, Text

CHECK = Text(zh="{check} {before:g} -> {after:g}", en="{check} {before:g} -> {after:g}")
REFUSED = Text(zh="现在评不了：{why}", en="it cannot be graded now: {why}")
ANOTHER = Text(zh="第 {before} 次 -> 第 {after} 次算数", en="attempt {before} -> {after} counts")


@dataclass(frozen=True)
class Change:
    """What a regrade would change of a student's points that count.

    Attributes:
        why: The checks that differ, of the attempts that count.
    """

    student: str
    chapter: str
    before: float
    after: float
    why: tuple[Text, ...]

    def record(self, language: Language) -> dict[str, Json]:
        """Return the JSON values of `grade --regrade --dry-run --json`."""
        return {**vars(self), "why": [text.to(language) for text in self.why]}


@dataclass(frozen=True)
class Rehearsed:
    """What a regrade would change.

    Attributes:
        changes: Sorted.
        graded: How many answers were graded for it.
        left: What was not begun, or is not graded yet.
    """

    changes: tuple[Change, ...]
    graded: int
    left: int


def rehearse(
    root: Path,
    course: Course,
    wanted: Wanted,
    means: Means,
    watching: Callable[[int], AbstractContextManager[Done]] = unwatched,
) -> Rehearsed:
    """Grade what has a result once more, and compare. Results, the gradebook and the audit log stay as they are."""
    with closing(ResultStore.in_course(root)) as store:
        salt = private_salt(store.database, course.id)
        grader = Grader(root, course, box_for_course(course, means.backend, means.framework), salt=salt)
        with store.database.reading() as connection:
            kept = kept_hand_ins(root, course, connection, wanted.chapter, graded=True)
            for_all = for_everybody(connection)
            class_ledgers = {ledger.student.id: ledger for ledger in ledgers(connection)}
        found = _known([*submitted(root, course, wanted.chapter), *kept], grader, class_ledgers)
        with store.database.reading() as connection:
            found = [
                (replace(one, team=handed_in_with(connection, str(one.student), one.chapter, digest)), digest)
                for one, digest in found
            ]
        with watching(len(found)) as done:
            results = grader.grade_files(
                [hand_in for hand_in, _ in found],
                jobs=means.slots or os.cpu_count() or 1,
                done=lambda result: done(Graded(result)),
            )
        new: dict[tuple[str, str], dict[str, Result]] = defaultdict(dict)
        for (hand_in, digest), result in zip(found, results, strict=False):
            new[str(hand_in.student), hand_in.chapter][digest] = result
        changes = [
            change
            for (student, chapter), own in sorted(new.items())
            if (change := _change(course, store, class_ledgers[student], chapter, own, for_all)) is not None
        ]
    return Rehearsed(tuple(changes), len(results), len(found) - len(results))


def _known(hand_ins: Sequence[HandIn], grader: Grader, class_ledgers: Mapping[str, Ledger]) -> list[tuple[HandIn, str]]:
    """Return the hand-ins that have a result, each once, with their digests."""
    found: dict[tuple[str, str, str], HandIn] = {}
    for hand_in in hand_ins:
        ledger = class_ledgers.get(str(hand_in.student))
        if ledger is None:
            continue
        digest = grader.found(hand_in, keep=False).digest
        if any(one.chapter == hand_in.chapter and one.digest == digest for one in ledger.attempts):
            found.setdefault((ledger.student.id, hand_in.chapter, digest), hand_in)
    return [(hand_in, digest) for (_, _, digest), hand_in in found.items()]


def _change(
    course: Course,
    store: ResultStore,
    ledger: Ledger,
    chapter: str,
    new: Mapping[str, Result],
    for_all: Sequence[Action],
) -> Change | None:
    """Return what changes for a student in a chapter, None where nothing that counts does."""
    attempts = [one for one in ledger.attempts if one.chapter == chapter]
    again = [
        one._replace(points=result.score, max_points=result.max_score)
        if (result := new.get(one.digest)) and result.status == "graded"
        else one
        for one in attempts
    ]
    actions, given = (*for_all, *ledger.actions), dict(ledger.by_hand).get(chapter, 0.0)
    before, after = (choose_chapter_attempt(course, chapter, each, actions, given) for each in (attempts, again))
    refused = [result for result in new.values() if result.status != "graded"]
    if abs(before.points - after.points) < 1e-9 and not refused:
        return None
    why = [REFUSED.format(why=text_of(result.reason)) for result in refused]
    numbers = [one.chosen.attempt.number if one.chosen else 0 for one in (before, after)]
    if numbers[0] != numbers[1]:
        why.append(ANOTHER.format(before=numbers[0], after=numbers[1]))
    if after.chosen and (result := new.get(after.chosen.attempt.digest)):
        old = next(one for one in attempts if one.digest == after.chosen.attempt.digest)
        why += _differences(store.with_key(old.key, ledger.student.id, chapter), result)
    return Change(ledger.student.id, chapter, round(before.points, 6), round(after.points, 6), tuple(why))


def _differences(before: Result | None, after: Result) -> list[Text]:
    old = {one.check: one.points for one in before.findings} if before else {}
    now = {one.check: one.points for one in after.findings}
    return [
        CHECK.format(check=check, before=old.get(check, 0.0), after=now.get(check, 0.0))
        for check in dict.fromkeys((*old, *now))
        if abs(old.get(check, 0.0) - now.get(check, 0.0)) > 1e-9
    ]
