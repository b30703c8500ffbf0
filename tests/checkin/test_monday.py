"""Monday and reminders, by a clock that moves: the week that ended, the late window, make-ups, and what is over."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from autograder.checkin.monday import Monday, WeekError, monday, public_text
from autograder.checkin.reminders import Due, RemindError, due_reminders, monday_reminders
from autograder.checkin.summary import Summariser
from autograder.course import Course
from autograder.store.records import Action, CheckIn, Ledger, Refusal, Student
from autograder.text import Text
from tests.checkin.samples import SECOND, START, WEEK, action, attempt, course, noted

DAY = timedelta(days=1)
DUE = START + WEEK - SECOND  # Sunday 23:59:59 in Shanghai
MONDAY = START + WEEK + timedelta(hours=9)


def student(number: int, *pieces: CheckIn, actions: tuple[Action, ...] = (), attempts: Any = ()) -> Ledger:
    known = Student(f"s{number:03}", f"同学{number}", f"s{number:03}@x.org")
    return Ledger(known, pieces, actions, tuple(attempts))


def on(
    moment: datetime, *ledgers: Ledger, of: Course | None = None, for_all: Any = (), week: int | None = None
) -> Monday:
    of = of or course()
    return monday(of, Summariser(of, moment, for_all).summaries(ledgers), moment, for_all, week)


def due(moment: datetime, *ledgers: Ledger, week: int | None = None, for_all: Any = ()) -> Due | None:
    summaries = Summariser(course(), moment, for_all).summaries(ledgers)
    return due_reminders(course(), summaries, moment, for_all, week)


def test_the_public_text_counts_and_names_nobody() -> None:
    done = [student(n, noted(1, START)) for n in range(1, 103)]
    lacking = [student(n) for n in range(103, 121)]
    said = public_text(course(), on(MONDAY, *done, *lacking), MONDAY)
    assert said.zh.startswith("第 1 周 102/120 人已打卡，18 人未完成，9 月 15 日周二 23:59 前仍可算迟到。")
    assert "第 2 周的截止时间是 9 月 20 日周日 23:59。" in said.zh
    assert said.en.startswith(
        "Week 1: 102 of 120 have checked in, 18 have not; it still counts as late until Tuesday 15 September 23:59."
    )
    assert "Asia/Shanghai" in said.zh
    assert not any(name in said.zh + said.en for name in ("同学", "s103", "@"))


@pytest.mark.parametrize(
    ("moment", "said", "typed"),
    [
        (DUE + SECOND, "前打卡仍算迟到", '--week 1 -m "这一周做了什么"'),
        (DUE + 2 * DAY, "前打卡仍算迟到", '--week 1 -m "这一周做了什么"'),
        (DUE + 2 * DAY + SECOND, "前可以补卡", '--week 1 --reason "为什么晚了" -m'),
        (DUE + 14 * DAY, "前可以补卡", '--week 1 --reason "为什么晚了" -m'),
        (DUE + 14 * DAY + SECOND, "已不能自己补卡", "autograder ask makeup --week 1"),
    ],
)
def test_the_sentence_says_what_can_still_be_done(moment: datetime, said: str, typed: str) -> None:
    found = on(moment, student(1), week=1)
    assert said in found.lacking[0].sentence.zh
    assert typed in found.lacking[0].sentence.zh
    assert found.lacking[0].sentence.zh.startswith("同学1你好，第 1 周的打卡还没有完成。")
    assert found.lacking[0].sentence.en.startswith("Hello 同学1, week 1 still lacks your check-in.")


def test_without_a_make_up_left_the_sentence_says_how_to_ask() -> None:
    used = (noted(2, MONDAY, "made_up", month="2026-09"), noted(3, MONDAY, "made_up", month="2026-09"))
    sentence = on(DUE + 5 * DAY, student(1, *used), week=1).lacking[0].sentence
    assert "autograder ask makeup --week 1" in sentence.en


def test_a_week_of_submissions_names_the_command_for_them() -> None:
    of = course(checkin={"proof": "submission"})
    found = on(MONDAY, student(1), of=of)
    assert "autograder submit c1 FILE" in found.lacking[0].sentence.en
    assert "autograder submit c1 FILE" in public_text(of, found, MONDAY).en


def test_each_reason_is_told_from_what_is_there() -> None:
    low = attempt("c1", START + DAY, 0.0)
    of = course(checkin={"proof": "both"})
    handed_in = noted(1, START, kind="submission", proof="handed-in:1")
    ledgers = (student(1), student(2, noted(1, START)), student(3, attempts=[low]), student(4, handed_in))
    reasons = {one.student.id: one.reasons[0].en for one in on(MONDAY, *ledgers, of=of).lacking}
    assert reasons == {
        "s001": "neither a note nor a submission that counts",
        "s002": "a note, but no submission that counts",
        "s003": "handed in c1: 0 points, 1 needed",
        "s004": "a submission that is not graded yet",
    }


def test_a_refused_note_is_told_with_its_reason_and_only_in_its_week() -> None:
    def refusal(week: int, why: str) -> Refusal:
        return Refusal("s001", week, f"note:{why}", "short", START, START, Text(zh=why, en=why))

    refused = (refusal(1, "older"), refusal(1, "too short"), refusal(2, "another week"))
    summaries = list(Summariser(course(), MONDAY).summaries((student(1), student(2))))
    first, second = monday(course(), summaries, MONDAY, (), refused=refused).lacking
    assert [one.en for one in first.reasons] == ["a note that does not count: too short"]
    assert [one.zh for one in first.reasons] == ["说明没有算数：too short"]
    assert [one.en for one in second.reasons] == ["neither a note nor a submission that counts"]


def test_who_missed_most_comes_first_with_the_reason_for_being_at_risk() -> None:
    then = START + 3 * WEEK + timedelta(hours=9)
    found = on(then, student(1, noted(1, START), noted(2, START)), student(2))
    assert [one.student.id for one in found.lacking] == ["s002", "s001"]
    assert "missed 2 weeks in a row" in [why.en for why in found.lacking[0].reasons]


def test_leave_is_counted_apart_and_who_left_not_at_all() -> None:
    gone = Ledger(Student("s009", active=False))
    ledgers = (student(1, noted(1, START)), student(2, actions=(action("leave", 1, student="s002"),)), student(3), gone)
    found = on(MONDAY, *ledgers)
    assert (found.done, found.of, found.on_leave) == (1, 2, 1)
    assert "另有 1 人请假。" in public_text(course(), found, MONDAY).zh


def test_when_all_are_done_it_says_so() -> None:
    found = on(MONDAY, student(1, noted(1, START)))
    assert public_text(course(), found, MONDAY).zh.startswith("第 1 周 1 人全部打卡")


def test_the_week_is_the_last_one_that_ended_whatever_a_ta_moved() -> None:
    assert on(DUE + SECOND, student(1)).week == 1
    assert on(START + 3 * WEEK, student(1)).week == 3
    later = action("reopen", 3, until=START + 4 * WEEK)
    assert on(START + 3 * WEEK, student(1), for_all=(later,)).week == 2
    for_one = student(1, actions=(action("reopen", 1, until=START + 2 * WEEK, student="s001"),))
    assert "你的截止时间是 9 月 21 日周一 00:00" in on(MONDAY, for_one).lacking[0].sentence.zh


def test_a_week_that_is_not_over_or_not_there_is_refused() -> None:
    with pytest.raises(WeekError, match="no week has ended yet"):
        on(DUE, student(1))
    with pytest.raises(WeekError, match="week 2 ends 2026-09-20 23:59:59 Asia/Shanghai"):
        on(MONDAY, student(1), week=2)
    for number in (0, 99):
        with pytest.raises(WeekError, match=f"there is no week {number}; the course has weeks 1-4"):
            on(MONDAY, student(1), week=number)
        with pytest.raises(WeekError, match=f"there is no week {number}"):
            due(MONDAY, student(1), week=number)


def test_a_reminder_is_for_the_open_week_or_one_in_its_late_window() -> None:
    assert [one.week for one in due(START, student(1), student(2, noted(1, START))).reminders] == [1]  # type: ignore[union-attr]
    late = due(MONDAY, student(1), student(2, noted(1, START)), week=1)
    assert late is not None
    assert (late.late, late.due, late.of, len(late.reminders)) == (True, DUE + 2 * DAY, 2, 1)
    assert "It counts as late until 2026-09-15 23:59:59 Asia/Shanghai" in late.reminders[0].body.en
    after_the_last = due(START + 4 * WEEK, student(1))
    assert after_the_last is not None
    assert (after_the_last.week, after_the_last.late) == (4, True)
    assert due(START + 5 * WEEK, student(1)) is None


def test_a_reminder_for_a_week_that_is_over_or_ahead_is_refused() -> None:
    with pytest.raises(RemindError, match=r"week 1 was over at 2026-09-15 23:59:59 .* autograder monday --week 1"):
        due(DUE + 2 * DAY + SECOND, student(1), week=1)
    with pytest.raises(RemindError, match="week 3 opens 2026-09-21 00:00:00"):
        due(MONDAY, student(1), week=3)
    reopened = student(1, actions=(action("reopen", 1, until=START + 3 * WEEK, student="s001"),))
    found = due(START + 2 * WEEK, reopened, student(2), week=1)
    assert found is not None
    assert [one.student.id for one in found.reminders] == ["s001"]


def test_a_monday_mail_is_the_sentence_and_goes_out_once_for_its_moment() -> None:
    found = on(MONDAY, student(1))
    mail = next(monday_reminders(course(), found))
    assert mail.body.zh.strip() == found.lacking[0].sentence.zh
    again = next(monday_reminders(course(), on(MONDAY + timedelta(hours=3), student(1))))
    assert mail.key(course()) == again.key(course())
    of_the_open_week = due(START, student(1))
    assert of_the_open_week is not None
    assert mail.key(course()) != of_the_open_week.reminders[0].key(course())
