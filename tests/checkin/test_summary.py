"""Points of the course, who is at risk, the board, certificates."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.checkin.board import is_exact, neighbours, points_shown, pseudonym_of, ranking
from autograder.checkin.certificate import certificate_id, is_genuine, missing, normal_id
from autograder.checkin.pseudonym import PseudonymError, checked_pseudonym
from autograder.checkin.record import roster_line
from autograder.checkin.risk import reasons
from autograder.checkin.rules import Accepted, judge_note
from autograder.checkin.summary import Summariser, Summary, share_of
from autograder.course import Course, LatePolicy
from autograder.store.records import Certificate, Ledger
from tests.checkin.samples import NOTE, START, WEEK, action, attempt, course, ledger, noted

DAY = timedelta(days=1)
OVER = START + 6 * WEEK


def summary(given_ledger: Ledger, now: Any = OVER, given_course: Course | None = None) -> Summary:
    return Summariser(given_course or course(), now).summary(given_ledger)


def at_risk(given_ledger: Ledger, now: Any = OVER, given_course: Course | None = None) -> list[str]:
    given_course = given_course or course()
    return [text.en for text in reasons(given_course, summary(given_ledger, now, given_course), now)]


def test_course_points_weigh_chapters_and_take_off_what_is_late() -> None:
    late = {"percent_per_day": 10.0, "cap_percent": 50.0}
    found = summary(
        ledger([], [], [attempt("c1", START, 100.0), attempt("c2", START + 4 * WEEK, 50.0)]), OVER, course(late=late)
    )
    assert [one.points for one in found.chapters] == [100.0, 45.0]
    assert found.course_points == pytest.approx(72.5)
    assert found.full_mark_at == START


def test_a_deadline_that_a_ta_moved_holds_for_that_student_only() -> None:
    late = course(late={"percent_per_day": 10.0})
    moved = [action("reopen", chapter="c1", until=START + 3 * WEEK, student="s001")]
    work = [attempt("c1", START + 2.5 * WEEK, 100.0)]
    assert summary(ledger([], moved, work), OVER, late).chapters[0].points == 100.0
    assert summary(ledger([], [], work), OVER, late).chapters[0].points == pytest.approx(60.0)


def test_every_rule_names_its_reason() -> None:
    assert at_risk(ledger([noted(n, START) for n in (1, 2, 3, 4)])) == []
    assert "missed 3 weeks in a row" in at_risk(ledger([noted(1, START)]))
    assert "completion is 25 %, below 60 %" in at_risk(ledger([noted(1, START)]))
    falling = [attempt(f"c{n}", START, points) for n, points in enumerate((90.0, 80.0, 40.0), 1)]
    done = [noted(n, START) for n in range(1, 7)]
    assert at_risk(ledger(done, [], falling), START + 9 * WEEK, course(6)) == [
        "points fell from 90 % to 40 % over the last 3 chapters"
    ]
    assert at_risk(ledger([noted(1, START)]), START + 13 * DAY) == [
        "nothing handed in for c1, less than 2 days before the deadline"
    ]
    assert at_risk(ledger([noted(1, START)], [], [attempt("c1", START, 1.0)]), START + 13 * DAY) == []


def test_a_rule_of_zero_is_off() -> None:
    off = {
        "missed_in_a_row": 0,
        "completion_below_percent": 0.0,
        "points_fall_percent": 0.0,
        "nothing_days_before_due": 0,
    }
    assert at_risk(ledger(), OVER, course(at_risk=off)) == []
    assert at_risk(ledger(), START + 13 * DAY, course(at_risk=off)) == []


def entry(student: str, pseudonym: str, weeks: int, points: float, at: Any = START) -> Summary:
    own = [replace(action("board"), value=pseudonym, student=student)] if pseudonym else []
    work = [attempt("c1", at, points), attempt("c2", at, points)]
    return summary(replace(ledger([noted(n, START) for n in range(1, weeks + 1)], own, work, id=student)))


def test_the_board_ranks_by_completion_points_and_the_last_full_mark() -> None:
    entries = [
        entry("s1", "owl", 3, 100.0),
        entry("s2", "fox", 4, 50.0),
        entry("s3", "", 4, 100.0),
        entry("s4", "ant", 4, 100.0, START + DAY),
        entry("s5", "bee", 4, 100.0, START),
        entry("s6", "cat", 4, 100.0, START),
    ]
    places = ranking(entries, 10)
    assert [(one.place, one.pseudonym) for one in places] == [
        (1, "bee"),
        (1, "cat"),
        (3, "ant"),
        (4, "fox"),
        (5, "owl"),
    ]
    assert ranking(reversed(entries), 2) == places[:2]


def test_the_board_shows_ones_neighbours_where_the_best_places_do_not() -> None:
    entries = [entry(f"s{n:02}", f"owl {n}", 4, 100.0 - n) for n in range(12)]
    standings = ranking(entries)
    assert [one.place for one in neighbours(standings, "s08", 3)] == [7, 8, 9, 10, 11]
    assert [one.place for one in neighbours(standings, "s11", 3)] == [10, 11, 12]
    assert [one.place for one in neighbours(standings, "s03", 3)] == [4, 5, 6]
    assert neighbours(standings, "s02", 3) == neighbours(standings, "nobody", 3) == ()


@pytest.mark.parametrize(("count", "shown"), [(9, "90–100"), (10, "97.3")])
def test_among_a_few_points_are_shown_by_tens(count: int, shown: str) -> None:
    standings = ranking(entry(f"s{n}", f"owl {n}", 4, 97.3) for n in range(count))
    assert points_shown(standings[0].points, is_exact(standings)) == shown


@pytest.mark.parametrize(("points", "shown"), [(0.0, "0–10"), (9.99, "0–10"), (60.0, "60–70"), (100.0, "90–100")])
def test_each_ten_has_its_points(points: float, shown: str) -> None:
    assert points_shown(points, exact=False) == shown


def test_who_leaves_the_board_is_gone() -> None:
    assert pseudonym_of([action("board", value="owl"), action("board", active=False)]) is None
    assert pseudonym_of([action("board", value="owl"), action("board", value="fox")]) == "fox"


@pytest.mark.parametrize("text", ["", "x", "s001!", "the Zhang San", "a\u202eb", "x" * 25, "\u200b\u200b"])
def test_a_pseudonym_gives_nothing_away_and_hides_nothing(text: str) -> None:
    with pytest.raises(PseudonymError):
        checked_pseudonym(text, "s001", "zhang san")


def test_a_pseudonym_has_one_form() -> None:
    assert checked_pseudonym("  Ｏｗｌ   八 ", "s001") == "Owl 八"


def test_the_certificate_names_what_is_missing() -> None:
    texts = [
        text.en for text in missing(course(), summary(ledger([noted(1, START)], [], [attempt("c1", START, 80.0)])))
    ]
    assert texts == ["25 % of the weeks are done, 80 % are needed", "40.0 of 100 points, 60 are needed"]
    full = ledger([noted(n, START) for n in (1, 2, 3, 4)], [], [attempt("c1", START, 60.0), attempt("c2", START, 60.0)])
    assert missing(course(), summary(full)) == ()


GIVEN = Certificate("", "s001", "张三", "demo", 100.0, 87.5, START)


def test_an_id_fits_one_certificate_and_one_secret() -> None:
    genuine = replace(GIVEN, id=certificate_id(b"secret", GIVEN))
    assert is_genuine(b"secret", genuine)
    assert not is_genuine(b"other", genuine)
    for change in ({"name": "李四"}, {"points": 99.0}, {"student": "s002"}, {"course": "x"}, {"at": OVER}):
        assert not is_genuine(b"secret", replace(genuine, **change))


@given(st.binary(min_size=1, max_size=40))
def test_an_id_is_read_as_people_type_it(secret: bytes) -> None:
    text = certificate_id(secret, GIVEN)
    assert normal_id(text.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == text
    assert len(text) == 29


@pytest.mark.parametrize("machine", ["UTC", "Asia/Seoul", "America/New_York", "Pacific/Kiritimati"])
def test_a_check_in_at_two_in_the_morning_shows_at_once_whatever_zone_the_machine_has(
    machine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The streak's state and its mark come from one status in the course's zone."""
    monkeypatch.setenv("TZ", machine)
    time.tzset()
    try:
        moment = START + timedelta(hours=2)  # 2 am of the first Monday in Shanghai
        given_course = course()
        before = summary(ledger(), moment, given_course)
        judged = judge_note(given_course, NOTE, moment)
        assert isinstance(judged, Accepted)
        after = summary(ledger([judged.checkin]), moment, given_course)
        marks = [roster_line(given_course, one, moment, "en").marks for one in (before, after)]
        assert (before.progress.current, after.progress.current, marks) == (0, 1, ["○···", "●···"])
    finally:
        monkeypatch.undo()
        time.tzset()


@given(st.lists(st.tuples(st.floats(0.1, 5.0), st.floats(0.0, 1.0)), min_size=1, max_size=6), st.integers(0, 4))
def test_the_chapters_without_which_most_is_left_are_dropped(parts: list[tuple[float, float]], drop: int) -> None:
    count = max(1, len(parts) - drop)
    means = (sum(w * x for w, x in kept) / sum(w for w, _ in kept) for kept in combinations(parts, count))
    assert share_of(parts, drop) == pytest.approx(max(means), abs=1e-9)


def test_a_chapter_may_have_a_rule_of_its_own_and_the_lowest_may_be_dropped() -> None:
    made = course(drop_lowest=1, late={"percent_per_day": 10})
    own = made.chapters[1].model_copy(update={"late": LatePolicy(percent_per_day=50)})
    made = made.model_copy(update={"chapters": (made.chapters[0], own)})
    late = [attempt(one.id, one.due + WEEK / 7, 80.0) for one in made.chapters]
    summary = Summariser(made, START + 9 * WEEK).summary(ledger(attempts=late))
    assert [one.points for one in summary.chapters] == [72.0, 40.0]
    assert summary.course_points == pytest.approx(72.0)
