"""A kit: a chapter, its checks, and what the reference and known mistakes answered, in one JSON file.

The student's kit (`assignments/<chapter>/checks.json`) holds the public checks, the grader's
(`solutions/<chapter>/hidden.json`) all of them. Neither holds a line of the reference.
"""

from __future__ import annotations

import difflib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from autograder.checks.base import Check, Observation, without_code
from autograder.checks.catalogue import UnknownType, check_from, is_own
from autograder.checks.network import Parameters
from autograder.checks.variants import Bank, values_in, with_changes
from autograder.constants import constants_are
from autograder.course import Chapter, CheckEntry, Task
from autograder.course.variants import variant_of
from autograder.errors import AutograderError, said_of
from autograder.identity import hashed
from autograder.sandbox.ready import is_lent
from autograder.text import Language, Text

NOT_FOUND = Text(
    zh="没有 {path}；请运行 autograder build (学生：请向老师要这一章的 checks.json)",
    en="{path}: not found; run `autograder build` (or ask for the assignment's checks.json)",
)
UNREADABLE = Text(
    zh="读不了 {path} ({error})；请运行 autograder build (学生：请把课程的 zip 再解压一次，写过的笔记本会保留)",
    en="{path}: cannot be read ({error}); run `autograder build` (students: unpack the zip of the course again; "
    "notebooks that you changed are kept)",
)
NO_TYPE = Text(
    zh="读不了 {path} ({error})；如果它来自一个要安装的包，请先安装 (学生：请问老师是哪个包)",
    en="{path}: cannot be read ({error}); if it comes from a package, install this package first (students: ask "
    "your teacher which one)",
)
NO_CHAPTER = Text(zh="{place} 里没有 {chapter!r} 这一章；{guess}", en="{place} has no chapter {chapter!r}; {guess}")
MEANT = Text(zh="是不是 {near!r}？", en="did you mean {near!r}?")
THERE = Text(zh="有：{known}", en="there are: {known}")
NOT_BUILT = Text(zh="一章也没有；请运行 autograder build", en="there are: none; run `autograder build`")
TEXTS = frozenset(("title", "hint", "question_guide"))  # of a chapter: what is only read by people
GUIDE_WITHHELD = Text(zh="由助教批改。", en="Marked by a teaching assistant.")


def _without_texts(tree: Any) -> Any:
    """Return JSON values without the keys of `TEXTS`, at any depth."""
    if isinstance(tree, dict):
        return {name: _without_texts(value) for name, value in tree.items() if name not in TEXTS}
    return [_without_texts(value) for value in tree] if isinstance(tree, list) else tree


class KitError(AutograderError):
    """A kit that is missing or cannot be read."""


@dataclass(frozen=True)
class Mistake:
    """A known mistake: its cause in words, what each check sees of it, and what it has in common with others that look the same."""

    id: str
    cause: Text
    seen: dict[str, Observation] = field(default_factory=dict)
    common: Text | None = None

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Mistake:
        """Return the mistake that a kit's file holds."""
        common = record.get("common")
        return cls(record["id"], Text.of(record["cause"]), record["seen"], Text.of(common) if common else None)

    def to_record(self) -> dict[str, object]:
        """Return the mistake as JSON values."""
        common = {"common": self.common.record()} if self.common else {}
        return {"id": self.id, "cause": self.cause.record(), **common, "seen": self.seen}


class Asked(NamedTuple):
    """One check of a suite, with what chapter.yml says of it.

    Attributes:
        id: `<task>.<check>`.
    """

    task: Task
    entry: CheckEntry
    id: str
    check: Check


Names = tuple[tuple[str, ...], ...]
"""Asked-for names, each with what may stand in its place."""


@dataclass(frozen=True)
class CheckSuite:
    """Everything needed to judge a chapter.

    Attributes:
        made_from: Hash of all that the recordings depend on.
        language: Of the build.
        sources: Digest of each part of the source that makes the recordings stale, none in a student's kit.
        bank: The variants, None where all students have the same numbers.
        number: Of the variant that this kit judges, 0 for the paper's.
        paper: The kit of these, where it is another.
    """

    chapter: Chapter
    checks: dict[str, Check]
    expected: dict[str, Observation]
    mistakes: tuple[Mistake, ...]
    made_from: str
    language: Language = "zh"
    sources: dict[str, str] = field(default_factory=dict)
    bank: Bank | None = None
    number: int = 0
    paper: CheckSuite | None = None

    def for_student(self, student: str | None, salt: str | None) -> CheckSuite:
        """Return the kit with a student's own numbers; with the paper's where who it is, or the course's salt, is not known."""
        if self.bank is None or not self.bank.count or not student or salt is None:
            return self
        return self.variant(variant_of(salt, student, self.chapter.id, self.bank.count))

    def variant(self, number: int) -> CheckSuite:
        """Return the kit of one of the bank's variants."""
        base = self.paper or self
        if number == 0 or base.bank is None:
            return base
        if number not in base._variants:
            base._variants[number] = base._made(number)
        return base._variants[number]

    @cached_property
    def _variants(self) -> dict[int, CheckSuite]:
        return {}

    def _made(self, number: int) -> CheckSuite:
        assert self.bank is not None
        one = self.bank.variants[number]
        mistakes = tuple(
            replace(mistake, seen=with_changes(mistake.seen, one.mistakes[mistake.id]))
            if mistake.id in one.mistakes
            else mistake
            for mistake in self.mistakes
        )
        checks, expected = {**self.checks, **one.checks}, {**self.expected, **one.expected}
        return replace(self, checks=checks, expected=expected, mistakes=mistakes, number=number, paper=self)

    @cached_property
    def digest(self) -> str:
        """Return the hash of all that judges: checks, points and recordings; no texts, and not what they were made from."""
        mistakes = [[mistake.id, mistake.seen] for mistake in self.mistakes]
        checks = {key: check.model_dump(mode="json") for key, check in self.checks.items()}
        own = sorted({type(check).__module__ for check in self.checks.values() if is_own(type(check))})
        judging = [_without_texts(_with_framework(self.chapter)), checks, self.expected, mistakes]
        if self.bank is not None and self.number:
            judging.append(["variant", self.bank.variants[self.number].values])
        return hashed([*judging, own] if own else judging)  # the code of a course's own types has no version

    @cached_property
    def asked(self) -> tuple[Asked, ...]:
        """The checks that the suite has, in the order of the chapter."""
        every = ((task, entry, task.full_id(entry)) for task, entry in self.chapter.checks())
        return tuple(Asked(task, entry, name, self.checks[name]) for task, entry, name in every if name in self.checks)

    @cached_property
    def points(self) -> float:
        """The points of all tasks together."""
        return self.chapter.points

    @cached_property
    def names(self) -> dict[str, Names]:
        """The names that each task asks for, by its id; by the empty id those of all tasks."""
        found: dict[str, Names] = {task.id: tuple(task.name_groups()) for task in self.chapter.tasks}
        return {"": tuple(group for names in found.values() for group in names), **found}

    @cached_property
    def groups(self) -> tuple[Names, ...]:
        """Every group of names that grading may load together: of all tasks, of each, and each with the training function."""
        plan = self.chapter.accuracy.retrain if self.chapter.accuracy else None
        trained = [(*names, (plan.function,)) for task, names in self.names.items() if task] if plan else []
        return tuple(dict.fromkeys((*self.names.values(), *trained)))

    @cached_property
    def shapes(self) -> dict[str, frozenset[tuple[int, ...]]]:
        """The shapes of the reference's parameters, by the class that has them: those that boxes get ready-made, see
        `sandbox.ready`."""
        found: dict[str, set[tuple[int, ...]]] = {}
        for asked in self.asked:
            if isinstance(asked.check, Parameters):
                shapes = self.expected.get(asked.id, {}).get("seen", {}).get("shapes", [])
                found.setdefault(asked.check.name, set()).update(map(tuple, shapes))
        large = {name: frozenset(filter(is_lent, shapes)) for name, shapes in found.items()}
        return {name: shapes for name, shapes in large.items() if shapes}

    def other_than(self, graded: CheckSuite) -> CheckSuite:
        """Return the kit with those checks alone that the grader's kit asks in another way, with inputs of its own."""
        return replace(self, checks={name: one for name, one in self.checks.items() if one != graded.checks.get(name)})

    def public(self) -> CheckSuite:
        """Return the kit without hidden checks and without the marking guides of written tasks."""
        if self.paper is not None:
            return self.paper.public().variant(self.number)
        shown = [task.full_id(entry) for task, entry in self.chapter.checks() if not entry.hidden]
        mistakes = tuple(
            replace(mistake, seen={key: without_code(mistake.seen[key]) for key in shown if key in mistake.seen})
            for mistake in self.mistakes
        )
        tasks = tuple(
            task.model_copy(update={"question_guide": GUIDE_WITHHELD}) if task.kind == "written" else task
            for task in self.chapter.tasks
        )
        bank = self.bank.only({key: key for key in shown}, hide_code=True) if self.bank else None
        return CheckSuite(
            self.chapter.model_copy(update={"tasks": tasks}),
            {key: self.checks[key] for key in shown},
            {key: self.expected[key] for key in shown if key in self.expected},
            tuple(one for one in mistakes if one.seen or (bank and bank.shows(one.id, shown))),
            self.made_from,
            self.language,
            bank=bank,
        )

    def bundled(self, language: Language) -> CheckSuite:
        """Return the public kit without a trace of hidden checks: of each task only how many points they have."""
        suite = self.public()
        tasks = []
        for task in suite.chapter.tasks:
            shown = tuple(entry for entry in task.checks if not entry.hidden)
            later = math.fsum(entry.points for entry in task.checks if entry.hidden)
            tasks.append(task.model_copy(update={"checks": shown, "later": later}))
        return replace(suite, chapter=suite.chapter.model_copy(update={"tasks": tuple(tasks)}), language=language)

    def to_json(self) -> str:
        """Return the file's text, the same for the same kit."""
        record = {
            "note": f"generated from source/{self.chapter.id}, do not edit",
            "made_from": self.made_from,
            "language": self.language,
            "sources": self.sources,
            "chapter": _chapter_record(self.chapter),
            "checks": {key: check.model_dump(mode="json") for key, check in self.checks.items()},
            "expected": self.expected,
            "mistakes": [mistake.to_record() for mistake in self.mistakes],
        }
        if self.bank is not None:
            record["variants"] = self.bank.to_record()
        return "{\n" + ",\n".join(f"{_json(key)}: {_lines(value)}" for key, value in record.items()) + "\n}\n"


def _with_framework(chapter: Chapter) -> dict[str, Any]:
    """Return a chapter as JSON values; what it is written with stands there where that is not Paddle."""
    record: dict[str, Any] = chapter.model_dump(mode="json")
    if record["framework"] == "paddle":
        del record["framework"]
    return record


def _chapter_record(chapter: Chapter) -> dict[str, Any]:
    record = _with_framework(chapter)
    for task in record["tasks"]:
        if not task["later"]:
            del task["later"]
    return record


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _lines(value: object) -> str:
    """Return JSON with one line for each entry of a table or list: a change shows as the lines it touches."""
    if isinstance(value, dict) and value:
        return "{\n" + ",\n".join(f" {_json(key)}: {_json(entry)}" for key, entry in value.items()) + "\n}"
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(f" {_json(entry)}" for entry in value) + "\n]"
    return _json(value)


def read_kit(path: Path, course: Path | None = None) -> CheckSuite:
    """Read a kit written by a build.

    Args:
        course: The folder whose own types of check it may hold; None: the one around it.
    """
    try:
        record = json.loads(path.read_text("utf-8"))
        drawn = record.get("variants")

        def check_of(check: object) -> Check:
            return check_from(check, course or path.parent, str(record["chapter"]["id"]))

        with constants_are(values_in(drawn["bank"][0]) if drawn else {}):
            return CheckSuite(
                Chapter.model_validate(record["chapter"]),
                {key: check_of(check) for key, check in record["checks"].items()},
                record["expected"],
                tuple(map(Mistake.of, record["mistakes"])),
                record["made_from"],
                record["language"],
                record["sources"],
                Bank.of(drawn, check_of) if drawn else None,
            )
    except FileNotFoundError:
        raise KitError(NOT_FOUND.format(path=path)) from None
    except UnknownType as error:
        raise KitError(NO_TYPE.format(path=path, error=error.said)) from error
    except (ValueError, KeyError, TypeError) as error:
        raise KitError(UNREADABLE.format(path=path, error=said_of(error))) from error


def public_kit(root: Path, chapter: str) -> CheckSuite:
    """Return the student's kit of a chapter of the course in `root`; a misspelt chapter is answered with the nearest."""
    places = {path.parent.name: path for path in sorted((root / "assignments").glob("*/checks.json"))}
    if chapter not in places:
        near = difflib.get_close_matches(chapter, places, 1)
        guess = MEANT.format(near=near[0]) if near else THERE.format(known=", ".join(places)) if places else NOT_BUILT
        raise KitError(NO_CHAPTER.format(place=root / "assignments", chapter=chapter, guess=guess))
    return read_kit(places[chapter]).public()
