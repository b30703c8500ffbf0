"""The pages as HTML: templates filled from what was gathered. Everything from outside is escaped and set apart."""

from __future__ import annotations

import base64
import hashlib
import statistics
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from autograder.checkin.advice import command
from autograder.checkin.board import points_shown
from autograder.checkin.evidence import ANOTHER, from_text
from autograder.checkin.record import VOID, noticed
from autograder.checkin.requests import request_line
from autograder.checkin.status import Status, WeekStatus
from autograder.checkin.weeks import by_number
from autograder.checkin.wording import MARKS, STATUS_WORDS, late_until
from autograder.grading.attempt_choice import choice_said
from autograder.report.charts import BINS, histogram, stacked_weeks
from autograder.report.gather import ChapterReport, ClassReport, StudentReport
from autograder.report.wording import SAW_AND_PASSED, WEEK, WORDS
from autograder.text import Language, Text
from autograder.untrusted.outside import plain_text

GENERATOR = "palm-autograder report"
LEVELS = 5
CLASS_PAGES = {"index.html": "overview", "matrix.html": "matrix", "scores.html": "scores", "checks.html": "checks"}


class Pages:
    """Fills the templates for one class.

    Attributes:
        language: The one shown first.
        address: Gives a student's file name by id.
    """

    def __init__(self, report: ClassReport, language: Language, address: Callable[[str], str]) -> None:
        self.report, self.course = report, report.course
        self._environment = Environment(
            loader=PackageLoader("autograder.report"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        style, script = (Markup(self._source(name)) for name in ("style.css", "script.js"))
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        self._environment.filters.update(
            outside=outside,
            outside_both=outside_both,
            both=both,
            plain=plain_text,
            moment=self._moment,
            day=self._day,
            percent=percent,
            level=level,
            share=share,
        )
        self._environment.globals.update(
            course=self.course,
            report=report,
            language=language,
            generator=GENERATOR,
            style=style,
            script=script,
            policy=f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
            words={name: both(text) for name, text in WORDS.items()},
            texts=WORDS,
            statuses={status.value: both(STATUS_WORDS[status]) for status in Status if status is not Status.WAITING},
            marks=MARKS,
            class_pages=CLASS_PAGES,
            weeks=by_number(self.course),
            address=address,
            title=report.lexicon.title,
            week_name=week_name,
            late=self._late,
            request_line=request_line,
            points_shown=points_shown,
            said_of=said_of,
        )

    def class_pages(self) -> Iterator[tuple[str, str]]:
        """Yield name and text of each page about the class."""
        for name, kind in CLASS_PAGES.items():
            values = getattr(self, f"_{kind}")()
            yield name, self._environment.get_template(f"{kind}.html").render(page=name, heading=WORDS[kind], **values)

    def student_page(self, student: StudentReport) -> str:
        """Return the page of one student; of others it holds what the board shows to everybody."""
        notes: dict[int, list[Any]] = {}
        for piece in student.summary.ledger.checkins:
            notes.setdefault(piece.week, []).append(piece)
        return self._environment.get_template("student.html").render(
            heading=WORDS["own_page"],
            student=student,
            notes=notes,
            requests=student.asked,
            why={one.points.chapter: one.points.choice and choice_said(one.points.choice) for one in student.chapters},
        )

    def _overview(self) -> dict[str, object]:
        students = self.report.students
        counts = [Counter(one.summary.weeks[n].status for one in students) for n in range(len(self.course.checkins))]
        numbers = [week.week for week in by_number(self.course)]
        risky = [one for one in students if one.at_risk]
        risky.sort(key=lambda one: (-len(one.at_risk), one.summary.progress.completion, one.summary.student.id))
        return {
            "at_risk": risky,
            "noticed": [(one, found) for one in students if (found := noticed(one.summary))],
            "flagged": [(one, part) for one in students for part in one.chapters if part.flags],
            "completion": _mean([one.summary.progress.completion for one in students]),
            "points": _mean([one.summary.course_points for one in students]),
            "chart": stacked_weeks(numbers, counts, "weeks") if numbers and students else None,
            "counts": list(zip(numbers, counts, strict=True)),
        }

    def _matrix(self) -> dict[str, object]:
        return {}

    def _scores(self) -> dict[str, object]:
        charts = []
        students = self.report.students
        if any(one.points.points is not None for student in students for one in student.chapters):
            values = [one.summary.course_points for one in students]
            charts.append(_distribution("course", WORDS["course_points_of"], None, values, 100.0))
        for position, dates in enumerate(self.course.chapters):
            found = [one for student in students if (one := share(student.chapters[position])) is not None]
            if found:
                text = self.report.lexicon.title(dates.id)
                charts.append(_distribution(f"points-{dates.id}", WORDS["points_of"], text, found, 100.0))
        accuracies = []
        for position, dates in enumerate(self.course.chapters):
            known = [a for student in students if (a := student.chapters[position].accuracy) is not None]
            if known:
                text, limit = self.report.lexicon.title(dates.id), self.report.lexicon.minimum.get(dates.id)
                name = f"accuracy-{dates.id}"
                accuracies.append(_distribution(name, WORDS["accuracy_of"], text, known, 1.0, limit))
        return {"charts": charts, "accuracies": accuracies}

    def _checks(self) -> dict[str, object]:
        return {"saw_and_passed": SAW_AND_PASSED}

    def _source(self, name: str) -> str:
        assert self._environment.loader is not None
        return self._environment.loader.get_source(self._environment, name)[0]

    def _late(self, week: WeekStatus, streak: int) -> tuple[Text, Text] | None:
        """Return until when a week in its late window counts, and the command; None for another week."""
        if week.late_until is None:
            return None
        return late_until(week.late_until, self.course.zone, streak), command(self.course, week.week)

    def _moment(self, moment: datetime) -> str:
        return moment.astimezone(self.course.zone).strftime("%Y-%m-%d %H:%M")

    def _day(self, moment: datetime) -> str:
        return moment.astimezone(self.course.zone).strftime("%m-%d")


def said_of(week: WeekStatus) -> list[Text]:
    """Return what a student reads of their own week: what stands out about the note, naming nobody else."""
    marks = (mark._replace(student=ANOTHER) if mark.student else mark for mark in from_text(week.marks))
    return [*((VOID,) if week.void else ()), *(mark.said() for mark in marks)]


def outside(text: str) -> Markup:
    """Return a text from outside: without control and direction characters, escaped, and set apart from its surroundings."""
    return Markup("<bdi>{}</bdi>").format(plain_text(text))


def outside_both(text: Text) -> Markup:
    """Return a text that quotes something from outside in both languages, of which the page shows one."""
    if text.zh == text.en:
        return outside(text.zh)
    return Markup('<span lang="zh">{}</span><span lang="en">{}</span>').format(outside(text.zh), outside(text.en))


@lru_cache(maxsize=4096)
def both(text: Text) -> Markup:
    """Return a text in both languages, of which the page shows one."""
    if text.zh == text.en:
        return escape(plain_text(text.zh))
    return Markup('<span lang="zh">{}</span><span lang="en">{}</span>').format(plain_text(text.zh), plain_text(text.en))


def percent(share_of_one: float) -> str:
    """Return a fraction 0..1 as whole per cent."""
    return f"{100.0 * share_of_one:.0f}"


def level(per_cent: float) -> int:
    """Return the shade, 1..`LEVELS`, of a share in per cent."""
    return min(LEVELS, max(1, 1 + int(per_cent * LEVELS / 100.0 + 1e-9)))


def share(chapter: ChapterReport) -> float | None:
    """Return the points of a chapter in per cent of its full mark, None where nothing counts."""
    points = chapter.points
    return 100.0 * points.points / points.max_points if points.points is not None and points.max_points > 0 else None


def week_name(number: int) -> Markup:
    """Return the name of a week."""
    return both(WEEK.format(week=number))


def _mean(values: list[float]) -> float:
    return statistics.fmean(values) if values else 0.0


def _distribution(
    name: str, title: Text, chapter: Text | None, values: list[float], top: float, limit: float | None = None
) -> dict[str, object]:
    chart, counts = histogram(values, top, name, limit)
    edges = [f"{top * n / BINS:g}" for n in range(BINS + 1)]
    return {
        "name": name,
        "title": title,
        "chapter": chapter,
        "chart": chart,
        "rows": [(f"{edges[n]}–{edges[n + 1]}", count) for n, count in enumerate(counts)],
        "count": len(values),
        "median": f"{statistics.median(values):.{1 if top > 1 else 3}f}",
        "limit": limit,
    }
