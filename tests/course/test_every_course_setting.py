"""Every key of course.yml is read: what the course does differs where one of them does."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from autograder.checkin.calendar_file import calendar_file
from autograder.checkin.certificate import missing
from autograder.checkin.deadlines import deadlines
from autograder.checkin.decisions import DecisionError, StaffDecisions
from autograder.checkin.evidence import CAME_LATE, Mark, noticed, to_text
from autograder.checkin.held import is_stricter
from autograder.checkin.identity import IdentityError, check_staff
from autograder.checkin.late import chapter_deadline, choose_attempt, choose_chapter_attempt
from autograder.checkin.risk import reasons
from autograder.checkin.rules import judge_note, judge_submission
from autograder.checkin.summary import Summariser
from autograder.checkin.weeks import evidence_of
from autograder.cli.common import chosen_language, written_language
from autograder.course import Course
from autograder.course.drawn import seed_of
from autograder.data import DataError, open_set
from autograder.grading.classroom import Grader, HandIn, data_place, times_of
from autograder.sandbox.box import Box, limits_of
from autograder.store.database import Database
from autograder.store.records import Student
from autograder.store.roster import change_class_list
from tests.checkin.samples import NOTE, START, WEEK, attempt, course, ledger, noted
from tests.report.classes import class_report

ROOT = Path(__file__).parents[2]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NOW = START + 3.5 * WEEK
BLOCKS: dict[str, Any] = {
    "late": {
        "percent_per_day": 10,
        "cap_percent": 50,
        "attempts_per_day": 3,
        "cooldown_minutes": 10,
        "grace_minutes": 30,
    },
    "at_risk": {"nothing_days_before_due": 5, "points_fall_tasks": 2},
    "checkin": {"proof": "either", "points": 50.0, "evidence": {"marked": "counts"}},
}
OTHER: dict[str, Any] = {
    "id": "other",
    "title": {"zh": "又", "en": "Other"},
    "timezone": "America/New_York",
    "languages": ["en"],
    "language": "zh",
    "salt": "00112233445566778899aabbccddeeff",
    "chapters.id": "c9",
    "chapters.opens": (START + 3.9 * WEEK).isoformat(),
    "chapters.due": (START + 5 * WEEK).isoformat(),
    "chapters.weight": 5.0,
    "checkins.week": 9,
    "checkins.opens": (START + 3.4 * WEEK + 2 * DAY).isoformat(),
    "checkins.due": (START + 6 * WEEK).isoformat(),
    "checkins.chapter": "c1",
    "checkins.counts": {"proof": "submission"},
    "staff": ["nobody-of-this-name"],
    "checkin.proof": "both",
    "checkin.points": 99.0,
    "checkin.characters": 500,
    "checkin.late_days": 6,
    "checkin.evidence.within_days": 1,
    "checkin.evidence.marked": "nothing",
    "makeup.per_month": 0,
    "makeup.look_back_days": 1,
    "makeup.worth_percent": 10.0,
    "leave.most_weeks": 1,
    "at_risk.missed_in_a_row": 1,
    "at_risk.completion_below_percent": 99.0,
    "at_risk.points_fall_percent": 99.0,
    "at_risk.points_fall_tasks": 3,
    "at_risk.nothing_days_before_due": 0,
    "board.enabled": False,
    "board.places": 1,
    "certificate.weeks_percent": 100.0,
    "certificate.points_percent": 100.0,
    "data": "elsewhere",
    "datasets": {"letters": "letters:Letters"},
    "late.grace_minutes": 90,
    "late.percent_per_day": 20.0,
    "late.cap_percent": 5.0,
    "late.attempts_per_day": 1,
    "late.cooldown_minutes": 59,
    "late.attempt": "last",
    "late.days": "local",
    "chapters.late": {"percent_per_day": 1.0},
    "drop_lowest": 1,
    "limits.memory_mib": 1234,
    "limits.wall_seconds": 12,
    "limits.cpu_seconds": 123,
    "limits.submission_seconds": 123,
    "limits.submission_cpu_seconds": 124,
    "limits.first_seconds": 12,
    "limits.output_kib": 12,
    "limits.submission_mib": 1,
    "limits.weights_mib": 1,
    "limits.processes": 12,
}


def keys_of(model: type[BaseModel], before: str = "") -> Iterator[str]:
    """Yield the keys of a model, `block.key` inside another; a list's entries stand for themselves."""
    for name, field in model.model_fields.items():
        inner = _model_in(field.annotation)
        nested = (
            inner is not None
            and "zh" not in inner.model_fields
            and f"{before}{name}" not in ("checkins.counts", "chapters.late")
        )
        if nested:
            assert inner is not None
            yield from keys_of(inner, f"{before}{name}.")
        else:
            yield f"{before}{name}"


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for one in get_args(annotation) if (found := _model_in(one))), None)


def with_other(given: Course, key: str, value: Any) -> Course:
    """Return a course in which one key has another value; of a list the last entry's."""
    values = copy.deepcopy(given.model_dump(mode="json", exclude_none=True))
    place: Any = values
    *path, last = key.split(".")
    for part in path:
        place = place[part] if isinstance(place, dict) and part in place else place.setdefault(part, {})
        place = place[-1] if isinstance(place, list) else place
    if key == "chapters.id":
        values["checkins"] = [week for week in values["checkins"] if week.get("chapter") != place["id"]]
    place[last] = value
    return Course.model_validate(values)


def world(of: Course, folder: Path) -> Iterator[tuple[str, Any]]:
    """Yield what the course does with one class, what costs most last."""
    late_note = noted(2, START + 1.9 * WEEK, marks=to_text([Mark(CAME_LATE, days=9)]))
    made_up = noted(3, START + 3.4 * WEEK, "made_up", reason="flu")
    attempts = [attempt("c1", START + 2 * WEEK + HOUR, 90.0), attempt("c2", START + 3 * WEEK, 40.0)]
    pieces = [noted(1, START + DAY), late_note, made_up]
    people = [ledger(pieces, attempts=attempts), ledger([noted(1, START + DAY), noted(2, START + 1.2 * WEEK)])]
    summaries = list(Summariser(of, NOW).summaries(people))
    tries = [START + 2 * WEEK + n * 20 * timedelta(minutes=1) for n in (-3, 2, 3)]
    made = [
        attempt("c1", moment, points, n) for n, (moment, points) in enumerate(zip(tries, (50, 95, 60), strict=True), 1)
    ]
    due = chapter_deadline(of, "c1", ())
    yield "language", chosen_language(None, of.language)
    yield "seed", of.salt and seed_of(of.salt, "s001", "c1")
    yield "written", written_language(None, of.model_copy(update={"language": of.languages[0]}))
    yield "staff", _refused(lambda: check_staff(of.staff))
    yield "data", data_place(folder, of.data).relative_to(folder)
    yield "limits", (limits_of(of), asdict(times_of(of)))
    yield "summaries", summaries
    yield "risk", [reasons(of, one, NOW) for one in summaries]
    yield "missing", [missing(of, one) for one in summaries]
    yield "counting", [choose_attempt(part, due, of.late, of.zone) for part in (made, made[:1], made[1:])]
    yield "autumn", choose_chapter_attempt(summer(of), "c2", [attempt("c2", START + 7 * WEEK + 25 * HOUR, 50.0)], ())
    yield "notes", [judge_note(of, NOTE, moment, pieces, week=week, reason="flu") for week, moment in _moments()]
    yield "submission", [judge_submission(of, "c2", points, "k", START + 3.1 * WEEK) for points in (10.0, 60.0)]
    yield "noticed", noticed(noted(4, NOW, received_at=NOW + 3 * DAY), (), (), evidence_of(of, of.checkins[0]))
    yield "calendar", calendar_file(of, deadlines(of, NOW), NOW, "en")
    yield "datasets", _refused_set(lambda: open_set(folder, of.sets, "letters", folder))
    yield "leave", _leave(of, folder)
    yield "sizes", _sizes(of, folder)
    yield "board", _board(of, folder)


def summer(of: Course) -> Course:
    """Return the course where clocks go back on 25 October, between its deadline and the night of the 26th."""
    return of.model_copy(update={"timezone": "Europe/Berlin"})


def _moments() -> list[tuple[int, datetime]]:
    return [(2, START + 2 * WEEK + 5 * DAY), (3, START + 3.2 * WEEK), (4, NOW), (4, START)]


def _refused_set(action: Any) -> str:
    with pytest.raises(DataError) as caught:
        action()
    return str(caught.value).partition("/")[0]


def _refused(action: Any) -> str:
    try:
        action()
    except (IdentityError, DecisionError) as error:
        return str(error)
    return ""


def _leave(of: Course, folder: Path) -> str:
    with Database(f"sqlite:///{folder / 'leave.db'}") as database:
        with database.writing() as connection:
            change_class_list(connection, [Student("s9")], START, "ta")
        decisions = StaffDecisions(of, database, "ta", lambda: START)
        return _refused(lambda: decisions.leave("s9", [1, 2], "flu", revoke=False, beyond=False))


def _sizes(of: Course, folder: Path) -> list[str]:
    place = folder / "large" / "lenet"
    place.mkdir(parents=True, exist_ok=True)
    (place / "lenet.py").write_bytes(b"#" * (2 << 20))
    first = _read(of, place)
    (place / "lenet.py").write_bytes(b"x = 1\n")
    (place / "lenet.safetensors").write_bytes(b"#" * (2 << 20))
    return [first, _read(of, place)]


def _read(of: Course, place: Path) -> str:
    root = Path(__file__).parents[2]
    found = Grader(root, of, Box("none")).found(HandIn(place, "lenet", "s9"), keep=False)
    return str(found.reason or (found.raw and found.raw.weights_refused))


def _board(of: Course, folder: Path) -> Any:
    from tests.report.classes import CLASS

    given = CLASS.model_copy(update={"board": of.board})
    own = folder / f"board-{of.board.enabled}-{of.board.places}"
    own.mkdir(exist_ok=True)
    report = class_report(own, given)
    return [one.pseudonym for one in report.board], [one.pseudonym for one in report.standings]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("settings")


@pytest.fixture(scope="module")
def usual(folder: Path) -> tuple[Course, dict[str, Any]]:
    given = course(weeks=4, **BLOCKS)
    (folder / "usual").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("AUTOGRADER_DATA", raising=False)  # it wins over `data`
        return given, dict(world(given, folder / "usual"))


def test_every_key_has_another_value_to_try() -> None:
    assert set(OTHER) == set(keys_of(Course))


LATE = [key for key in OTHER if key.startswith("late.")]


@pytest.mark.parametrize("key", LATE)
def test_the_stricter_value_of_each_key_for_late_work_is_noticed(key: str) -> None:
    """Whichever of the two values is stricter waits until somebody confirms it, see `checkin/held.py`."""
    given = course(weeks=4, **BLOCKS)
    one, other = given.late, with_other(given, key, OTHER[key]).late
    assert is_stricter(one, other) or is_stricter(other, one)


@pytest.mark.parametrize("key", LATE)
def test_each_key_for_late_work_is_explained(key: str) -> None:
    name, pages = key.partition(".")[2], ("checkin.md", "checkin.zh.md")
    assert all(f"`{name}" in (ROOT / "docs" / page).read_text("utf-8") for page in pages)


def test_the_same_keys_make_no_difference(
    usual: tuple[Course, dict[str, Any]], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AUTOGRADER_DATA", raising=False)
    (folder / "same").mkdir()
    assert dict(world(usual[0], folder / "same")) == usual[1]


@pytest.mark.parametrize("key", OTHER)
def test_a_key_that_differs_makes_a_difference(
    key: str, usual: tuple[Course, dict[str, Any]], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AUTOGRADER_DATA", raising=False)
    given, before = usual
    own = folder / key
    own.mkdir()
    assert any(found != before[name] for name, found in world(with_other(given, key, OTHER[key]), own)), key
