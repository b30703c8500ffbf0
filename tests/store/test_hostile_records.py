"""Records as a hostile student writes them, through every step of a class, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.checkin.board import ranking
from autograder.checkin.calendar_file import calendar_file
from autograder.checkin.certificate import missing
from autograder.checkin.deadlines import deadlines
from autograder.checkin.record import roster_line, summary_record
from autograder.checkin.service import CheckInService
from autograder.checkin.travelling import TravellingRecordError, travelling_records
from autograder.cli.common import import_notes, json_text
from autograder.course import load_course
from autograder.grading.export import write_roster
from autograder.report.gather import gather, lexicon_of
from autograder.report.site import write_site
from autograder.store.database import Database
from tests.cli.class_folder import course_text

TEXTS = st.one_of(
    st.text(st.characters(), max_size=30),
    st.sampled_from(
        ["\0", "\ud800", "\u202e\x1b[2J", "../../x", "=1+1", "a;=1", "x" * 20_000, "A", "a", "é", "e\u0301", "[red]"]
    ),
)
NUMBERS = st.one_of(st.integers(), st.floats(), st.sampled_from([-1, 10**30, float("nan"), float("inf"), True]))
MOMENTS = st.sampled_from(["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-09-08T01:02:03Z", "x", 0])
NOTE = st.fixed_dictionaries(
    {"week": st.one_of(st.integers(1, 4), NUMBERS, TEXTS), "note": TEXTS, "at": st.one_of(MOMENTS, TEXTS)},
    optional={"reason": TEXTS, "wish": TEXTS, "other": TEXTS},
)
ANYTHING = st.recursive(st.one_of(st.none(), NUMBERS, TEXTS), lambda part: st.lists(part, max_size=3), max_leaves=8)
RECORD = st.one_of(
    st.fixed_dictionaries(
        {}, optional={"checkins": st.lists(NOTE, max_size=4), "board": TEXTS, "requests": st.lists(NOTE)}
    ),
    st.fixed_dictionaries({}, optional={"checkins": ANYTHING, "board": ANYTHING, "version": ANYTHING}),
    ANYTHING,
)
GOOD = "Read chapter one, wrote the reader, got it to run."


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=settings.default.max_examples // 4,
    deadline=None,
)
@given(records=st.lists(RECORD, min_size=1, max_size=3))
def test_no_record_stops_a_step_for_the_class(records: list[object], database: Database, tmp_path: Path) -> None:
    (tmp_path / "course.yml").write_text(course_text(extra="board: {enabled: true}"), "utf-8")
    course = load_course(tmp_path)
    for number, record in enumerate(records):
        folder = tmp_path / "submitted" / f"s{number}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "checkins.json").write_text(json.dumps(record), "utf-8")
    import_notes(tmp_path, course, database, "en")
    service = CheckInService(course, database)
    summaries, now = list(service.summaries()), service.clock()
    for summary in summaries:
        json_text(summary_record(course, summary, now, "zh")).encode()
        missing(course, summary)
        calendar_file(course, deadlines(course, now, summary), now, "zh")
    write_roster(tmp_path / "r.csv", course, [roster_line(course, one, now, "zh") for one in summaries], "zh")
    ranking(service.on_the_board())
    write_site(tmp_path / "pages", gather(course, database, lexicon_of(tmp_path, course), now), "zh")


@pytest.mark.parametrize("bad", ["a\0b", "\ud800 half", "x\0" * 50])
def test_a_bad_note_is_named_and_the_others_are_taken(bad: str, database: Database, tmp_path: Path) -> None:
    (tmp_path / "course.yml").write_text(course_text(), "utf-8")
    service = CheckInService(load_course(tmp_path), database)
    now = datetime.now(UTC).isoformat()
    notes = [{"week": 2, "note": GOOD + bad, "at": now}, {"week": 2, "note": GOOD, "at": now}]
    path = tmp_path / "submitted" / "s1" / "checkins.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"checkins": notes, "board": bad}), "utf-8")
    with pytest.raises(TravellingRecordError, match="board"):
        service.import_record("s1", path)
    path.write_text(json.dumps({"checkins": notes, "board": "s1 "}), "utf-8")
    problems = [one.en for one in service.import_record("s1", path).problems]
    assert [said[:15] for said in problems] == ["checkins.0.note", "the pseudonym '"]
    assert [one.note for one in service.summary("s1").ledger.checkins] == [GOOD]
    with pytest.raises(TravellingRecordError, match="not a student id"):
        service.import_record("../s1", path)


def test_a_name_that_is_no_text_is_named(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "course.yml").write_text(course_text(), "utf-8")
    for name in (b"bad\xff", b"a\nb", b"\x1b[31mred"):
        folder = (tmp_path / "submitted").joinpath(name.decode("utf-8", "surrogateescape"))
        folder.mkdir(parents=True)
        (folder / "checkins.json").write_text("{}")
    assert len(list(travelling_records(tmp_path / "submitted"))) == 3
    assert import_notes(tmp_path, load_course(tmp_path), database, "en") == 0
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 3
    assert "\x1b" not in said
