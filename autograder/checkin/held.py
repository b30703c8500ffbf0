"""What a changed course.yml would take from students does not apply before a TA has seen who loses what, and confirmed it.

The rules that the class's database keeps are those that apply. An earlier deadline of a chapter, and stricter rules for late
work, typed into course.yml, are held: the ones of before go on until `autograder rules` stores the new ones.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from autograder.checkin.late import NO_POLICY
from autograder.checkin.wording import shown_moment
from autograder.course import Course, LatePolicy
from autograder.store.records import RulesSince
from autograder.text import Text

EARLIER = Text(
    zh="course.yml 把 {chapter} 的截止时间从 {before} 提前到 {after}：还没有生效，仍按原来的算",
    en="course.yml moves the deadline of {chapter} from {before} to {after}, which is earlier: not applied; the deadline from before "
    "stays in force",
)
STRICTER = Text(
    zh="course.yml 的迟交规则 (late) 对 {chapters} 更严了：还没有生效，仍按原来的算",
    en="course.yml makes the rules for late work (late) stricter for {chapters}: not applied; the rules from before stay in force",
)
CONFIRM = Text(
    zh="谁会少多少分，以及让它生效：autograder rules", en="see who loses what, and apply it: autograder rules"
)


class Held(NamedTuple):
    """A course as it applies.

    Attributes:
        said: What of course.yml is held, a line for each; empty where all of it applies.
    """

    course: Course
    said: tuple[Text, ...] = ()


def held(course: Course, known: Sequence[RulesSince]) -> Held:
    """Return a course with what of it applies.

    Args:
        known: The rules that the class has known, oldest first.
    """
    if not known:
        return Held(course)
    before: dict[str, Any] = json.loads(known[-1].rules)
    chapters = {one["id"]: one for one in before["chapters"]}
    said = list(_earlier(course, chapters))
    dues = {one.id: max(one.due, _due(chapters[one.id])) for one in course.chapters if one.id in chapters}
    dated = [one.model_copy(update={"due": dues.get(one.id, one.due)}) for one in course.chapters]
    lates = {name: _policy(one.get("late")) for name, one in chapters.items()}
    of_course = _policy(before.get("late"))
    strict = [
        one.id
        for one in course.chapters
        if one.id in chapters and is_stricter(lates[one.id] or of_course, course.late_rule(one.id))
    ]
    changes: dict[str, object] = {}
    if strict:
        said.append(STRICTER.format(chapters=", ".join(strict)))
        dated = [one.model_copy(update={"late": lates.get(one.id, one.late)}) for one in dated]
        changes["late"] = of_course
    if not said:
        return Held(course)
    return Held(course.model_copy(update={**changes, "chapters": tuple(dated)}), (*said, CONFIRM))


def is_stricter(before: LatePolicy | None, after: LatePolicy | None) -> bool:
    """Return True if some student may have fewer points by the rule after than by the one before; None takes nothing
    off.
    """
    old, new = before or NO_POLICY, after or NO_POLICY
    taken = old.cap_percent if old.percent_per_day else 0.0
    more_off = bool(new.percent_per_day) and (
        new.percent_per_day > old.percent_per_day
        or new.cap_percent > taken
        or new.grace_minutes < old.grace_minutes
        or new.days != old.days
    )
    fewer = new.attempts_per_day and (not old.attempts_per_day or new.attempts_per_day < old.attempts_per_day)
    same = {old.attempt, new.attempt} <= {"last", "chosen"}  # the last, until a TA chose
    other = new.attempt not in ("best", old.attempt) and not same
    return bool(more_off or fewer or new.cooldown_minutes > old.cooldown_minutes or other)


def _earlier(course: Course, chapters: Mapping[str, Mapping[str, Any]]) -> Iterator[Text]:
    for one in course.chapters:
        if one.id in chapters and one.due < (was := _due(chapters[one.id])):
            before, after = (shown_moment(moment, course.zone) for moment in (was, one.due))
            yield EARLIER.format(chapter=one.id, before=before, after=after)


def _due(chapter: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(chapter["due"])


def _policy(values: Mapping[str, Any] | None) -> LatePolicy | None:
    return LatePolicy.model_validate(values) if values else None
