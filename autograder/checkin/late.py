"""Late work and attempts: what is taken off, which attempt counts, and why."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

from autograder.checkin.weeks import day_of, is_after, second
from autograder.course import Course, LatePolicy
from autograder.portable.older import UTC
from autograder.store.records import LATENESS, LEFT_OUT, Action, Attempt, ByHand
from autograder.text import Text

DAY = timedelta(days=1)
NOTHING_COUNTS = Text(zh="没有一次提交算数", en="no attempt counts")
ONLY = Text(zh="唯一的一次提交", en="the only attempt")
BEST = Text(zh="扣分后最高的一次", en="the best after deductions")
BEST_IN_TIME = Text(zh="按时提交里最高的一次", en="the best of those in time")
LAST = Text(zh="最后一次", en="the last one")
NOT_CHOSEN = Text(zh="最后一次，助教还没有选", en="the last one, until a teaching assistant chooses")
CHOSEN_BY_TA = Text(zh="助教选的：{reason}", en="a teaching assistant chose it: {reason}")
TOO_MANY = Text(zh="当天已经有 {limit} 次算数的提交", en="there were {limit} attempts that count on that day")
TOO_SOON = Text(
    zh="离上一次算数的提交不到 {minutes} 分钟",
    en="less than {minutes} minutes after the attempt before it",
)
EXCUSED_WORDS = {
    LATENESS: Text(zh="助教批准迟交不扣分：{reason}。", en="Excused, nothing is taken off for being late: {reason}."),
    LEFT_OUT: Text(
        zh="助教批准免除，这一章不计入课程总分：{reason}。",
        en="Excused, this chapter does not count in the total: {reason}.",
    ),
}
NO_POLICY = LatePolicy(percent_per_day=0.0, attempt="last")


class ScoredAttempt(NamedTuple):
    """An attempt with what late work costs.

    Attributes:
        percent: Taken off.
        points: What is left.
        refused: Why it cannot count.
    """

    attempt: Attempt
    percent: float
    days_late: int
    points: float
    refused: Text | None = None


class AttemptChoice(NamedTuple):
    """All attempts of one student in one chapter, and the one that counts.

    Attributes:
        due: Their deadline in the course's zone.
        excused: What TAs excused, with the reason.
    """

    attempts: tuple[ScoredAttempt, ...]
    chosen: ScoredAttempt | None
    why: Text
    due: datetime | None = None
    excused: Mapping[str, str] = MappingProxyType({})

    @property
    def excused_said(self) -> tuple[Text, ...]:
        """What TAs excused, in words."""
        return tuple(EXCUSED_WORDS[what].format(reason=reason) for what, reason in self.excused.items())

    @property
    def points(self) -> float:
        """The points that count."""
        return self.chosen.points if self.chosen else 0.0

    def withholds(self, one: ScoredAttempt, now: datetime) -> bool:
        """Return True if a student may not know yet what hidden checks found: of an attempt too many, before the
        deadline.
        """
        return one.refused is not None and self.due is not None and not is_after(now, self.due)


def days_late(handed_in: datetime, due: datetime, grace: timedelta, local: ZoneInfo | None = None) -> int:
    """Return the number of days begun after deadline and grace; 0 when it is in time.

    Args:
        local: The zone in which a day ends at the same time of day; None where it ends after 24 hours.
    """
    if handed_in <= due:
        return 0
    end = second(due + grace)
    if not is_after(handed_in, end):
        return 0
    days = math.ceil((second(handed_in) - end) / DAY)
    if local is None:
        return days
    wall = end.astimezone(local)  # adding days to it moves the clock on the wall
    first = next(n for n in (days - 1, days, days + 1) if not is_after(handed_in, (wall + n * DAY).astimezone(UTC)))
    return max(1, first)


def percent_off(policy: LatePolicy, days: int) -> float:
    """Return the per cent that work `days` days late loses."""
    return min(policy.cap_percent, policy.percent_per_day * days)


def chapter_deadline(course: Course, chapter: str, actions: Iterable[Action]) -> datetime | None:
    """Return the deadline of a chapter: its own, or the later one of a TA who reopened it."""
    dates = course.chapter(chapter)
    if dates is None:
        return None
    newest: dict[str | None, Action] = {}
    for action in actions:
        if action.kind == "reopen" and action.chapter == chapter:
            newest[action.student] = action
    return max([dates.due, *(a.until for a in newest.values() if a.active and a.until)])


def choose_chapter_attempt(
    course: Course, chapter: str, attempts: Sequence[Attempt], actions: Sequence[Action], by_hand: ByHand = 0.0
) -> AttemptChoice:
    """Return which attempt of a student in a chapter counts, by the course's rules and what TAs decided.

    Args:
        actions: Those for everybody, then the student's own, oldest first.
    """
    due = chapter_deadline(course, chapter, actions)
    choice, given = choice_of_ta(chapter, actions), excused(chapter, actions)
    rule = course.late_rule(chapter)
    found = choose_attempt(attempts, due, rule, course.zone, by_hand, choice, in_time=LATENESS in given)
    return found._replace(excused=given) if given else found


def excused(chapter: str, actions: Iterable[Action]) -> dict[str, str]:
    """Return what of a chapter is excused, with the reason: the newest decision for everybody and the student's own hold."""
    newest: dict[str | None, Action] = {}
    for action in actions:
        if action.kind == "excuse" and action.chapter == chapter:
            newest[action.student] = action
    return {one.value: one.reason for one in newest.values() if one.active}


def choice_of_ta(chapter: str, actions: Iterable[Action]) -> Action | None:
    """Return the newest choice of a TA in a chapter, None where there is none or it was taken back."""
    own = [action for action in actions if action.kind == "choose" and action.chapter == chapter]
    return own[-1] if own and own[-1].active else None


def choose_attempt(
    attempts: Sequence[Attempt],
    due: datetime | None,
    policy: LatePolicy | None,
    zone: ZoneInfo,
    by_hand: ByHand = 0.0,
    by_ta: Action | None = None,
    *,
    in_time: bool = False,
) -> AttemptChoice:
    """Return which attempt of a chapter counts.

    Args:
        attempts: in the order in which they were received; their order holds, not their clocks.
        due: None takes nothing off.
        by_hand: points that TAs gave or took; they belong to the answer that was marked and are reduced like the rest.
        by_ta: the choice of a TA; it holds by every policy, and for an attempt that came too soon, too.
        in_time: lateness is excused, so every attempt is as one in time.
    """
    rule = policy or NO_POLICY
    limited = bool(rule.attempts_per_day or rule.cooldown_minutes)
    grace, local = timedelta(minutes=rule.grace_minutes), zone if rule.days == "local" else None
    seen: list[ScoredAttempt] = []
    accepted: list[Attempt] = []
    for attempt in attempts:
        days = 0 if due is None or in_time or attempt.at <= due else days_late(attempt.at, due, grace, local)
        percent = percent_off(rule, days) if days else 0.0
        given = by_hand if isinstance(by_hand, float) else by_hand.get(attempt.key, 0.0)
        raw = attempt.points + given if given else attempt.points
        points = raw if not percent and raw >= 0.0 else max(0.0, raw) * (100.0 - percent) / 100.0
        refused = _refusal(rule, attempt, accepted, zone) if limited else None
        seen.append(ScoredAttempt(attempt, percent, days, points, refused))
        if limited and refused is None:
            accepted.append(attempt)
    return AttemptChoice(tuple(seen), *_chosen(rule, seen, by_ta), due.astimezone(zone) if due else None)


def _chosen(rule: LatePolicy, seen: Sequence[ScoredAttempt], by_ta: Action | None) -> tuple[ScoredAttempt | None, Text]:
    """Return the attempt that counts, and why."""
    if by_ta and (found := [one for one in seen if one.attempt.digest == by_ta.value.rpartition(" ")[2]]):
        return found[-1], CHOSEN_BY_TA.format(reason=by_ta.reason)
    valid = [one for one in seen if one.refused is None]
    if not valid:
        return None, NOTHING_COUNTS
    if len(valid) == 1:
        return valid[0], ONLY
    if rule.attempt in ("last", "chosen"):
        return valid[-1], LAST if rule.attempt == "last" else NOT_CHOSEN
    on_time = [one for one in valid if not one.days_late] if rule.attempt == "best_on_time" else []
    return max(on_time or valid, key=lambda one: (one.points, one.attempt.number)), BEST_IN_TIME if on_time else BEST


def _refusal(rule: LatePolicy, attempt: Attempt, accepted: Sequence[Attempt], zone: ZoneInfo) -> Text | None:
    if rule.attempts_per_day:
        day = day_of(attempt.at, zone)
        if sum(day_of(one.at, zone) == day for one in accepted) >= rule.attempts_per_day:
            return TOO_MANY.format(limit=rule.attempts_per_day)
    cooldown = timedelta(minutes=rule.cooldown_minutes)
    # A clock that ran backwards gives a negative distance: that is no reason to refuse.
    if accepted and timedelta(0) <= attempt.at - accepted[-1].at < cooldown:
        return TOO_SOON.format(minutes=rule.cooldown_minutes)
    return None
