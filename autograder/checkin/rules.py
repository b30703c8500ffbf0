"""What a new check-in is worth: accepted for a week and how, or refused and why."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from autograder.checkin.status import Status, WeekJudge, WeekStatus, holding
from autograder.checkin.weeks import (
    by_number,
    deadline,
    is_after,
    last_makeup_moment,
    month_of,
    open_week,
    proof_of,
    standing_at,
)
from autograder.checkin.wording import STATUS_WORDS, shown_moment
from autograder.course import CheckinWeek, Course
from autograder.store.records import Action, CheckIn, CheckInKind, Ledger, Standing, Student
from autograder.text import Text

MAX_NOTES = 20  # of one student in one week
NO_WEEKS = Text(zh="这门课没有打卡周", en="this course has no check-in weeks")
NO_SUCH_WEEK = Text(zh="没有第 {week} 周", en="there is no week {week}")
NONE_OPEN = Text(
    zh="现在没有开放的打卡周；第 {week} 周 {opens} 开始", en="no week is open now; week {week} opens {opens}"
)
ALL_OVER = Text(
    zh="所有打卡周都结束了；补卡请加 --week 和 --reason",
    en="all weeks are over; to make one up add --week and --reason",
)
NOT_YET = Text(zh="第 {week} 周 {opens} 才开始", en="week {week} opens {opens}")
TOO_MANY_NOTES = Text(
    zh="第 {week} 周已经有 {most} 条说明了", en="week {week} already has {most} notes, and no more are possible"
)
NOTE_TOO_SHORT = Text(
    zh="说明有 {length} 个字，至少要 {least} 个", en="the note has {length} characters, at least {least} are needed"
)
NOTES_DO_NOT_COUNT = Text(
    zh="第 {week} 周要交作业才算打卡 ({points:g} 分以上)",
    en="in week {week} only a graded submission counts ({points:g} points or more)",
)
TOO_FEW_POINTS = Text(
    zh="得了 {points:g} 分，打卡至少要 {least:g} 分", en="it has {points:g} points, a check-in needs {least:g}"
)
REASON_NEEDED = Text(
    zh="第 {week} 周的截止时间 {due} 已过；补卡要写理由：--reason",
    en="the deadline of week {week}, {due}, is over; a make-up needs a reason: --reason",
)
TOO_LONG_AGO = Text(
    zh="第 {week} 周只能补到 {until}；请找助教",
    en="week {week} could be made up until {until}; ask a TA",
)
QUOTA = Text(
    zh="{month} 的 {limit} 次补卡已用完；请找助教",
    en="the {limit} make-ups of {month} are used up; ask a TA",
)
WHICH_WEEK = Text(
    zh="说明是给哪一周的？加上 {weeks}",
    en="Which week is the note for? Add {weeks}",
)
ONE_OF_THEM = Text(zh="--week {week} ({status})", en="--week {week} ({status})")
NOTHING_TO_MAKE_UP = Text(zh="第 {week} 周是请假，不用补卡", en="week {week} is on leave, there is nothing to make up")


@dataclass(frozen=True)
class Accepted:
    """A check-in to be stored."""

    checkin: CheckIn


@dataclass(frozen=True)
class Refused:
    """A check-in that does not count, and why."""

    why: Text


def hash_of(text: str) -> str:
    """Return the name of a note as proof."""
    return f"note:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def note_length(note: str) -> int:
    """Return the number of characters of a note that are not white space."""
    return sum(not character.isspace() for character in note)


def judge_note(
    course: Course,
    note: str,
    moment: datetime,
    known: Sequence[CheckIn] = (),
    actions: Sequence[Action] = (),
    *,
    week: int | None = None,
    reason: str = "",
) -> Accepted | Refused:
    """Return what a note at `moment` gives.

    Args:
        known: what the student has checked in before.
        actions: of TAs, for this student and for everybody.
        week: the number; by default the open week. Where another one is in its late window and not done, it must be given.
        reason: for a make-up.
    """
    possible = weeks_for_a_note(course, moment, known, actions) if week is None else ()
    if len(possible) > 1:
        return Refused(which_week(possible))
    chosen = _week(course, moment, actions, possible[0].week if possible else week)
    if isinstance(chosen, Refused):
        return chosen
    rule = proof_of(course, chosen)
    if rule.proof == "submission":
        return Refused(NOTES_DO_NOT_COUNT.format(week=chosen.week, points=rule.points))
    if (length := note_length(note)) < rule.characters:
        return Refused(NOTE_TOO_SHORT.format(length=length, least=rule.characters))
    proof = hash_of(note)
    others = [one for one in known if one.kind == "note" and one.week == chosen.week and one.proof != proof]
    if len(others) >= MAX_NOTES:
        return Refused(TOO_MANY_NOTES.format(week=chosen.week, most=MAX_NOTES))
    return _accepted(course, chosen, "note", proof, moment, known, actions, note=note, reason=reason)


def judge_submission(
    course: Course,
    chapter: str,
    points: float | None,
    proof: str,
    moment: datetime,
    known: Sequence[CheckIn] = (),
    actions: Sequence[Action] = (),
    *,
    week: int | None = None,
    reason: str = "",
) -> Accepted | Refused:
    """Return what a submission handed in at `moment` gives; `points` is None while it has not been graded."""
    chosen = (
        _week_of_chapter(course, chapter, moment, actions) if week is None else _week(course, moment, actions, week)
    )
    if isinstance(chosen, Refused):
        return chosen
    rule = proof_of(course, chosen)
    if points is not None and points < rule.points:
        return Refused(TOO_FEW_POINTS.format(points=points, least=rule.points))
    return _accepted(course, chosen, "submission", proof, moment, known, actions, reason=reason)


def weeks_for_a_note(
    course: Course, moment: datetime, known: Sequence[CheckIn], actions: Sequence[Action]
) -> tuple[WeekStatus, ...]:
    """Return the weeks that a note without a week may be for: those late and not done yet, and the open one."""
    own = tuple(action for action in actions if action.student is not None)
    statuses = WeekJudge(course, moment, actions).statuses(Ledger(Student(""), tuple(known), own))
    late = [one for one in statuses if one.status is Status.LATE_OPEN and _takes_notes(course, one.week)]
    current = open_week(course, moment, actions)
    return (*late, *(one for one in statuses if late and current and one.week == current.week))


def which_week(possible: Sequence[WeekStatus]) -> Text:
    """Return the question for which week a note is."""
    each = [ONE_OF_THEM.format(week=one.week, status=STATUS_WORDS[one.status]) for one in possible]
    between = Text(zh=" 或 ", en=" or ")
    shown = Text(zh=between.zh.join(one.zh for one in each), en=between.en.join(one.en for one in each))
    return WHICH_WEEK.format(weeks=shown)


def _takes_notes(course: Course, number: int) -> bool:
    week = course.week(number)
    return week is not None and proof_of(course, week).proof != "submission"


def makeups_left(course: Course, month: str, known: Sequence[CheckIn], actions: Sequence[Action] = ()) -> int:
    """Return how many make-ups are left in a month.

    Those that a TA granted count, each week counts once, and one that is on leave by now costs nothing.
    """
    used = {c.week for c in known if c.standing == "made_up" and c.month == month}
    used |= {
        a.week for a in actions if a.kind == "makeup" and a.active and a.week and month_of(a.at, course.zone) == month
    }
    used = {week for week in used if not _on_leave(actions, week)}
    return max(0, course.makeup.per_month - len(used))


def _on_leave(actions: Sequence[Action], week: int) -> bool:
    about = [action for action in actions if action.week == week]
    return holding(about, "leave") is not None or holding(about, "excuse") is not None


def _week(course: Course, moment: datetime, actions: Sequence[Action], number: int | None) -> CheckinWeek | Refused:
    if number is not None:
        week = course.week(number)
        if week is None:
            return Refused(NO_SUCH_WEEK.format(week=number))
        if moment < week.opens:
            return Refused(_with_moments(NOT_YET, course, week=number, opens=week.opens))
        return week
    if found := open_week(course, moment, actions):
        return found
    if not course.checkins:
        return Refused(NO_WEEKS)
    coming = next((week for week in by_number(course) if week.opens > moment), None)
    late = [w for w in by_number(course) if standing_at(course, w, deadline(w, actions), moment) and w.opens <= moment]
    if late:
        return late[-1]
    return Refused(_with_moments(NONE_OPEN, course, week=coming.week, opens=coming.opens) if coming else ALL_OVER)


def _week_of_chapter(
    course: Course, chapter: str, moment: datetime, actions: Sequence[Action]
) -> CheckinWeek | Refused:
    """Return the week that a submission of a chapter is for: the open one, else one that is just over."""
    about = [week for week in by_number(course) if week.chapter in (None, chapter) and week.opens <= moment]
    for wanted in ("on_time", "late"):
        found = [week for week in about if standing_at(course, week, deadline(week, actions), moment) == wanted]
        if found:
            return found[0] if wanted == "on_time" else found[-1]
    return _week(course, moment, actions, None) if not course.checkins else Refused(ALL_OVER)


def _accepted(
    course: Course,
    week: CheckinWeek,
    kind: CheckInKind,
    proof: str,
    moment: datetime,
    known: Sequence[CheckIn],
    actions: Sequence[Action],
    *,
    note: str = "",
    reason: str = "",
) -> Accepted | Refused:
    due = deadline(week, actions)
    month = month_of(moment, course.zone)
    standing: Standing | None = standing_at(course, week, due, moment)
    if standing is None:
        if _on_leave(actions, week.week):
            return Refused(NOTHING_TO_MAKE_UP.format(week=week.week))
        before = next((c for c in known if c.week == week.week and c.standing == "made_up"), None)
        if not reason.strip():
            return Refused(_with_moments(REASON_NEEDED, course, week=week.week, due=due))
        until = last_makeup_moment(course, due)
        if is_after(moment, until):
            return Refused(_with_moments(TOO_LONG_AGO, course, week=week.week, until=until))
        if before is not None:
            month = before.month  # a week made up again costs nothing: it stays in the month that paid for it
        elif makeups_left(course, month, known, actions) == 0:
            return Refused(QUOTA.format(month=month, limit=course.makeup.per_month))
        standing = "made_up"
    made_up = reason.strip() if standing == "made_up" else ""
    return Accepted(CheckIn(week.week, kind, proof, moment, standing, month, note, made_up))


def _with_moments(text: Text, course: Course, **values: object) -> Text:
    shown = {
        name: shown_moment(value, course.zone) if isinstance(value, datetime) else value
        for name, value in values.items()
    }
    return text.format(**shown)
