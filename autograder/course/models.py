"""The course: dates, weights, check-in weeks, policies and limits, as `course.yml` states them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from autograder.course.names import Identifier, LanguageCode, Moment, Salt, SetPlace, Slug, ZoneName
from autograder.course.policies import (
    AtRiskPolicy,
    BoardPolicy,
    CertificatePolicy,
    CheckinProof,
    LatePolicy,
    LeavePolicy,
    MakeupPolicy,
)
from autograder.course.record import (
    Complaint,
    CourseText,
    NotEmpty,
    Positive,
    PositiveNumber,
    Record,
    WholeNumber,
    problem,
    raw_list,
    raw_value,
    repeated,
    unknown,
)
from autograder.course.wording import NO_SUCH_CHAPTER, TWICE, quoted
from autograder.portable.validated import BeforeValidator, Field, ValidationInfo, field_validator
from autograder.text import LANGUAGES, Text

LATER = Text(zh="必须晚于 opens", en="must be later than opens")
NO_LANGUAGE = Text(zh="languages: 里没有 {value}{advice}", en="there is no language in languages: {value}{advice}")


class Period(Record):
    """A time from `opens` to `due`, both in UTC."""

    opens: Moment
    due: Moment

    @field_validator("due")
    @classmethod
    def _due_after_opens(cls, due: Moment, info: ValidationInfo) -> Moment:
        opens = info.data.get("opens")
        if opens is not None and due <= opens:
            raise problem(LATER)
        return due


class ChapterDates(Period):
    """When a chapter is open, and what share of the course grade it has (relative to the other weights).

    Attributes:
        late: Its own rule for late work and attempts, in place of the course's as a whole.
    """

    id: Identifier
    weight: Positive = 1.0
    late: LatePolicy | None = None


class CheckinWeek(Period):
    """One week of the check-in (打卡), about one chapter or about the course in general.

    Attributes:
        counts: What counts in this week, where it differs from the course's `checkin`.
    """

    week: PositiveNumber
    chapter: Identifier | None = None
    counts: CheckinProof | None = None


class Limits(Record):
    """What one check may use in the box, and how large a submission and a weights file may be.

    Attributes:
        wall_seconds: For all questions of one check but accuracy.
        cpu_seconds: Of one process; submission_seconds and submission_cpu_seconds: for all checks of a submission
            together, accuracy included.
        first_seconds: After so many a submission waits until the others have had as many.
    """

    memory_mib: PositiveNumber = 4096
    wall_seconds: PositiveNumber = 60
    cpu_seconds: PositiveNumber = 180
    submission_seconds: PositiveNumber = 900
    submission_cpu_seconds: PositiveNumber = 900
    first_seconds: PositiveNumber = 30
    output_kib: PositiveNumber = 256
    submission_mib: PositiveNumber = 20
    weights_mib: PositiveNumber = 600
    processes: PositiveNumber = 64


def _pairs(written: object) -> object:
    """Return the entries of a mapping: a course is hashed, and so must be all that it holds."""
    return tuple(written.items()) if isinstance(written, Mapping) else written


class Course(Record):
    """One run of the course. Moments are in UTC and shown in `zone`; a relative `data` starts at the course folder.

    Attributes:
        languages: Those that the course's own texts stand in.
        language: Of assignments and feedback, the first by default.
        staff: The accounts that may use the verbs for teaching assistants; empty where file permissions alone decide.
        datasets: The course's own data sets, each with its class, see `autograder.data.dataset`.
        drop_lowest: So many chapters do not count for a student, those without which they have most.
        salt: What each student's own seeds are drawn from, known to everybody; None: all have the chapters' seeds.
    """

    id: Slug
    title: CourseText
    timezone: ZoneName
    languages: Annotated[tuple[LanguageCode, ...], NotEmpty] = LANGUAGES
    language: LanguageCode
    salt: Salt | None = None
    chapters: tuple[ChapterDates, ...]
    checkins: tuple[CheckinWeek, ...] = ()
    staff: tuple[Annotated[str, Field(strict=True, min_length=1)], ...] = ()
    checkin: CheckinProof = CheckinProof()
    makeup: MakeupPolicy = MakeupPolicy()
    leave: LeavePolicy = LeavePolicy()
    at_risk: AtRiskPolicy = AtRiskPolicy()
    board: BoardPolicy = BoardPolicy()
    certificate: CertificatePolicy = CertificatePolicy()
    data: Path | None = None
    datasets: Annotated[tuple[tuple[Identifier, SetPlace], ...], BeforeValidator(_pairs)] = ()
    late: LatePolicy | None = None
    drop_lowest: WholeNumber = 0
    limits: Limits = Limits()

    @classmethod
    def contradictions(cls, raw: Mapping[str, object]) -> Iterator[Complaint]:
        """Yield chapters and weeks listed twice, and weeks about a chapter that the course does not have."""
        yield from repeated(raw, "chapters", "id")
        yield from repeated(raw, "checkins", "week")
        languages = raw_list(raw, "languages") or list(LANGUAGES)
        for position, name in enumerate(languages):
            if name in languages[:position]:
                yield ("languages", position), TWICE.format(value=quoted(name))
        if message := unknown(raw_value(raw, "language"), languages, NO_LANGUAGE):
            yield ("language",), message
        chapter_ids = [raw_value(entry, "id") for entry in raw_list(raw, "chapters")]
        for position, week in enumerate(raw_list(raw, "checkins")):
            if message := unknown(raw_value(week, "chapter"), chapter_ids, NO_SUCH_CHAPTER):
                yield ("checkins", position, "chapter"), message

    @property
    def sets(self) -> dict[str, str]:
        """The course's own data sets by name, each with the file and the class that reads it."""
        return dict(self.datasets)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which dates are shown."""
        return ZoneInfo(self.timezone)

    def late_rule(self, chapter: str) -> LatePolicy | None:
        """Return the rule for late work of a chapter: its own, else the course's."""
        dates = self.chapter(chapter)
        return dates.late if dates is not None and dates.late is not None else self.late

    def week(self, number: int) -> CheckinWeek | None:
        """Return a check-in week, None when the course does not have it."""
        return next((week for week in self.checkins if week.week == number), None)

    def chapter(self, chapter_id: str) -> ChapterDates | None:
        """Return the dates of a chapter, None when the course does not have it."""
        return next((chapter for chapter in self.chapters if chapter.id == chapter_id), None)
