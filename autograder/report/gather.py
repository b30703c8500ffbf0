"""What the pages show, gathered from the database: summaries, findings of the attempts that count, the board."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from autograder.checkin.answering import asked
from autograder.checkin.board import Place, is_exact, neighbours, pseudonym_of, ranking
from autograder.checkin.requests import Asked
from autograder.checkin.risk import reasons
from autograder.checkin.summary import ChapterPoints, Summariser, Summary
from autograder.checks.suite import read_kit
from autograder.course import Course
from autograder.grading.render import Renderer, Words, text_of
from autograder.report.trouble import Trouble, TroubleCount
from autograder.store.database import Database
from autograder.store.ledgers import for_everybody, ledgers
from autograder.store.records import Ledger
from autograder.store.result import Finding, Result
from autograder.store.results import record_rows, result_of
from autograder.text import Text

Results = Mapping[tuple[str, str], Result]


@dataclass(frozen=True)
class Lexicon:
    """What a course's kits say in both languages.

    Attributes:
        titles: Of chapters and of `chapter/task`.
        renderer: Words of findings.
    """

    titles: Mapping[str, Text]
    renderer: Renderer
    minimum: Mapping[str, float]

    def title(self, chapter: str, task: str = "") -> Text:
        """Return the title of a chapter or a task, its id where no kit is at hand."""
        name = f"{chapter}/{task}" if task else chapter
        return self.titles.get(name) or Text(zh=task or chapter, en=task or chapter)


@dataclass(frozen=True)
class Shown:
    """A finding, and its words in both languages."""

    finding: Finding
    words: Words


@dataclass(frozen=True)
class ChapterReport:
    """One chapter of one student.

    Attributes:
        findings, flags: Of the attempt that counts.
        accuracy: Fraction 0..1, None without one.
        withheld: Numbers of attempts too many, whose points, hidden ones among them, are shown after the deadline.
    """

    points: ChapterPoints
    findings: tuple[Shown, ...]
    accuracy: float | None
    flags: tuple[Text, ...] = ()
    withheld: frozenset[int] = frozenset()

    @property
    def troubles(self) -> list[Shown]:
        """The findings that did not pass."""
        return [one for one in self.findings if one.finding.failed]


@dataclass(frozen=True)
class StudentReport:
    """All that the pages say about one student.

    Attributes:
        newest: The moment of the newest entry.
    """

    summary: Summary
    at_risk: tuple[Text, ...]
    chapters: tuple[ChapterReport, ...]
    pseudonym: str | None
    asked: tuple[Asked, ...]
    newest: datetime | None


@dataclass(frozen=True)
class ClassReport:
    """All that the pages say.

    Attributes:
        students: Those of the class, sorted by id.
        standings: All on the board.
        newest: The moment of the newest entry.
    """

    course: Course
    lexicon: Lexicon
    students: tuple[StudentReport, ...]
    troubles: tuple[Trouble, ...]
    standings: tuple[Place, ...]
    newest: datetime | None

    @property
    def board(self) -> tuple[Place, ...]:
        """The best places, which everybody sees."""
        return self.standings[: self.course.board.places]

    @property
    def exact(self) -> bool:
        """Whether so many are on the board that it may show points."""
        return is_exact(self.standings)

    def around(self, student: str) -> tuple[Place, ...]:
        """Return a student with their neighbours, where the best places do not show them."""
        return neighbours(self.standings, student, self.course.board.places)


def gather(
    course: Course, database: Database, lexicon: Lexicon, now: datetime, done: Callable[[], None] = lambda: None
) -> ClassReport:
    """Return all that the pages say at `now`; `done` is called after each student."""
    found: list[StudentReport] = []
    counts = TroubleCount()
    with database.reading() as connection:
        requests: dict[str, list[Asked]] = {}
        for one in asked(connection):
            requests.setdefault(one.student, []).append(one)
        summariser = Summariser(course, now, for_everybody(connection))
        for ledger, results in with_results(ledgers(connection), record_rows(connection)):
            if not ledger.student.active:
                continue
            summary = summariser.summary(ledger)
            shown = {place: _shown(result, lexicon.renderer) for place, result in results.items()}
            hints = {place: [(one.finding, one.words.hint) for one in given] for place, given in shown.items()}
            counts.add(ledger.student.id, hints)
            found.append(
                StudentReport(
                    summary,
                    reasons(course, summary, now),
                    tuple(_chapter(one, results, shown, now) for one in summary.chapters),
                    pseudonym_of(ledger.actions),
                    tuple(requests.get(ledger.student.id, ())),
                    _newest(ledger),
                )
            )
            done()
    newest = max((one.newest for one in found if one.newest), default=None)
    standings = ranking(one.summary for one in found) if course.board.enabled else ()
    return ClassReport(course, lexicon, tuple(found), counts.most_frequent(), standings, newest)


def lexicon_of(root: Path, course: Course) -> Lexicon:
    """Return the titles and hints of the chapters that were built in a course folder."""
    titles: dict[str, Text] = {}
    minimum: dict[str, float] = {}
    for dates in course.chapters:
        path = root / "solutions" / dates.id / "hidden.json"
        if not path.is_file():
            continue
        suite = read_kit(path)
        titles[dates.id] = suite.chapter.title
        titles.update({f"{dates.id}/{task.id}": task.title for task in suite.chapter.tasks})
        if suite.chapter.accuracy:
            minimum[dates.id] = suite.chapter.accuracy.minimum
    return Lexicon(titles, Renderer.of_course(root), minimum)


def with_results(
    class_ledgers: Iterable[Ledger], rows: Iterable[Sequence[Any]]
) -> Iterator[tuple[Ledger, dict[tuple[str, str], Result]]]:
    """Yield each ledger with the newest result of each attempt, by chapter and key; both come sorted by student."""
    groups = groupby(rows, key=itemgetter(0))
    name, group = next(groups, (None, ()))
    for ledger in class_ledgers:
        while name is not None and name < ledger.student.id:
            name, group = next(groups, (None, ()))
        found = {}
        if name == ledger.student.id:
            newest = {(chapter, number): (key, record) for _, chapter, number, key, record in group}
            found = {(chapter, key): result_of(record) for (chapter, _), (key, record) in newest.items()}
        yield ledger, found


def _shown(result: Result, renderer: Renderer) -> tuple[Shown, ...]:
    return tuple(map(Shown, result.findings, renderer.words(result)))


def _chapter(
    one: ChapterPoints, results: Results, shown: Mapping[tuple[str, str], tuple[Shown, ...]], now: datetime
) -> ChapterReport:
    made = one.choice.attempts if one.choice else ()
    withheld = frozenset(each.attempt.number for each in made if one.choice and one.choice.withholds(each, now))
    chosen = one.choice.chosen if one.choice else None
    findings = shown.get((one.chapter, chosen.attempt.key), ()) if chosen else ()
    measured = (each.finding.values.get("accuracy") for each in findings)
    accuracy = next((value for value in measured if isinstance(value, float)), None)
    result = results.get((one.chapter, chosen.attempt.key)) if chosen else None
    return ChapterReport(one, findings, accuracy, tuple(map(text_of, result.flags)) if result else (), withheld)


def _newest(ledger: Ledger) -> datetime | None:
    moments = [one.at for part in (ledger.checkins, ledger.actions, ledger.attempts) for one in part]
    return max(moments, default=None)
