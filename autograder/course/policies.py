"""The course's policies: what a check-in is, make-ups, leave, help in time, the board, certificates, late work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from autograder.course.record import (
    Complaint,
    NotNegative,
    Percent,
    PositiveNumber,
    Record,
    Switch,
    WholeNumber,
    raw_number,
)
from autograder.portable.validated import Field
from autograder.text import Text

COOLDOWN = Text(
    zh="两次提交之间要隔 {minutes:g} 分钟，一天里交不了 {count:g} 次",
    en="{minutes:g} minutes between attempts leave no room for {count:g} of them in a day",
)


class EvidencePolicy(Record):
    """What the class makes of a note that looks wrong: it came late, equals another one, or is filler.

    Attributes:
        within_days: How long after its moment a note may reach the class unmarked.
        marked: Whether a week whose only proof is marked `counts`, counts as `late`, or for `nothing`.
    """

    within_days: PositiveNumber = 7
    marked: Literal["counts", "late", "nothing"] = "counts"


class CheckinProof(Record):
    """What counts as the check-in of a week.

    Attributes:
        proof: `submission` (graded, of the week's chapter, with at least `points`), `note` (of at least `characters`),
            `either` or `both`.
        late_days: How long after the deadline it still counts, as late.
        evidence: What a note that looks wrong is worth (a week's `counts` without it follows the course).
    """

    proof: Literal["submission", "note", "either", "both"] = "either"
    points: NotNegative = 1.0
    characters: PositiveNumber = 20
    late_days: WholeNumber = 2
    evidence: EvidencePolicy = EvidencePolicy()


class MakeupPolicy(Record):
    """补卡: what a student may make up without asking; a TA may grant more.

    Attributes:
        per_month: How many in one calendar month of the course's zone.
        look_back_days: How long after the deadline.
        worth_percent: What a week made up is worth in the completion rate.
    """

    per_month: WholeNumber = 2
    look_back_days: WholeNumber = 14
    worth_percent: Percent = 50.0


class LeavePolicy(Record):
    """请假: how many weeks of one student a TA may put on leave without `--beyond`."""

    most_weeks: WholeNumber = 4


class AtRiskPolicy(Record):
    """When a student is shown to the TAs first. A rule whose value is 0 is off.

    Attributes:
        missed_in_a_row: Weeks.
        completion_below_percent: Of the weeks so far.
        points_fall_percent: From the first to the last of the newest points_fall_tasks chapters that were graded.
        nothing_days_before_due: Days before a deadline on which nothing has been handed in.
    """

    missed_in_a_row: WholeNumber = 2
    completion_below_percent: Percent = 60.0
    points_fall_percent: Percent = 30.0
    points_fall_tasks: Annotated[int, Field(strict=True, ge=2)] = 3
    nothing_days_before_due: WholeNumber = 2


class BoardPolicy(Record):
    """The board, where students who want it stand by pseudonym."""

    enabled: Switch = True
    places: PositiveNumber = 20


class CertificatePolicy(Record):
    """When a student gets a certificate: per cent of all weeks of the course, and points of 100."""

    weeks_percent: Percent = 80.0
    points_percent: Percent = 60.0


class LatePolicy(Record):
    """Late work and attempts.

    Late work loses `percent_per_day` for each day begun after the grace, `cap_percent` at the most.

    Attributes:
        days: A day ends after 24 `hours`, or at the same time of day by the `local` clock, also where clocks are set
            back or forward.
        attempts_per_day: In one day of the course's zone, 0 for any number.
        cooldown_minutes: Between two attempts.
        attempt: Which one counts, the `best` (after what is taken off), the `last`, the `best_on_time`, the best of
            those that were in time, and of all where none was, or the `chosen` one: the last until a TA chose. A TA may
            choose by every policy.
    """

    grace_minutes: WholeNumber = 0
    percent_per_day: Percent = 10.0
    cap_percent: Percent = 100.0
    days: Literal["hours", "local"] = "hours"
    attempts_per_day: WholeNumber = 0
    cooldown_minutes: WholeNumber = 0
    attempt: Literal["best", "last", "best_on_time", "chosen"] = "best"

    @classmethod
    def contradictions(cls, raw: Mapping[str, object]) -> Iterator[Complaint]:
        """Yield a cooldown that leaves no second attempt in a day."""
        cooldown, per_day = raw_number(raw, "cooldown_minutes"), raw_number(raw, "attempts_per_day")
        if cooldown and per_day and cooldown * (per_day - 1) >= 24 * 60:
            yield ("cooldown_minutes",), COOLDOWN.format(minutes=cooldown, count=per_day)
