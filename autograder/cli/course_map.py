"""How a student's course and the class look in a terminal, in colour and in plain text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text as Line

from autograder.checkin.advice import command
from autograder.checkin.record import RosterLine
from autograder.checkin.rules import makeups_left
from autograder.checkin.status import Status
from autograder.checkin.summary import ChapterPoints, Summary
from autograder.checkin.weeks import by_number, is_after, month_of
from autograder.checkin.wording import COLOURS, MARKS, STATUS_WORDS, late_until, shown_moment, shown_span
from autograder.course import Course
from autograder.text import Language, Text
from autograder.untrusted.outside import one_line

CHAPTERS = Text(zh="章节", en="Chapters")
WEEKS = Text(zh="打卡", en="Check-ins")
FIGURES = Text(
    zh="完成率 {percent:.0f}% ({done}/{of}) · 连续 {current} 周 · 最长 {longest} 周 · 本月还可补卡 {left} 次",
    en="completion {percent:.0f} % ({done} of {of}) · streak {current} · longest {longest} · make-ups left this month {left}",
)
LEFT_OUT = Text(zh="免除，不计入总分", en="excused, no part of the total")
COURSE_POINTS = Text(zh="课程得分 {points:.1f}/100", en="course points {points:.1f}/100")
NEXT = Text(zh="第 {week} 周打卡截止：{due}，还有 {left}", en="Week {week} is due {due}, {left} left")
LATE_LINE = Text(zh="第 {week} 周的截止时间已过，{said}：{command}", en="Week {week} is over; {said}: {command}")
AFTER = Text(zh="下一个截止时间：第 {week} 周，{due}，还有 {left}", en="Next deadline: week {week}, {due}, {left} left")
NOT_YET = Text(zh="未开始", en="not open yet")
OPEN = Text(zh="截止 {due}", en="due {due}")
SENT = Text(zh="{when} 已提交，等待评分", en="handed in at {when}, not graded yet")
MARKED = Text(zh="{when} 已提交，已评分：autograder results", en="handed in at {when} and graded: autograder results")
OVER = Text(zh="没有提交", en="nothing handed in")
ATTEMPT = Text(zh="第 {number} 次提交", en="attempt {number}")
OFF = Text(zh="迟交扣 {percent:g}%", en="{percent:g} % off for being late")
BAR = 12
INDENT = "    "  # before what is said about a student on a line of its own
AT_RISK = Text(zh="需要关注：{count} 人", en="At risk: {count}")
HEADINGS = (
    Text(zh="学号", en="student"),
    Text(zh="姓名", en="name"),
    Text(zh="完成率", en="done"),
    Text(zh="连续", en="streak"),
    Text(zh="得分", en="points"),
)


def console() -> Console:
    """Return a console that neither wraps nor marks up; colour on a terminal, plain text elsewhere."""
    return Console(highlight=False, markup=False, soft_wrap=True, emoji=False)


def padded(text: str, width: int) -> str:
    """Return `text` cut or filled to `width` terminal cells; a Chinese character takes two."""
    while cell_len(text) > width:
        text = text[:-1]
    return text + " " * (width - cell_len(text))


def heat_map(marks: Iterable[tuple[str, str]]) -> Line:
    """Return one coloured character for each (status, mark)."""
    return Line.assemble(*((mark, COLOURS[status]) for status, mark in marks))


def student_map(
    course: Course,
    summary: Summary,
    now: datetime,
    language: Language,
    handed_in: Mapping[str, datetime] | None = None,
    graded: Mapping[str, datetime] | None = None,
) -> list[Line]:
    """Return the course as a map: chapters with points, weeks as a heat map, what is next.

    Args:
        handed_in: When a chapter was handed in last, by the student's own receipts.
        graded: When what the class graded of it had come, by what the class returned.
    """
    sent, marked = handed_in or {}, graded or {}
    student = summary.student
    title = f"{course.title.to(language)} · {student.id} {student.name}".rstrip()
    lines = [Line(one_line(title), style="bold"), Line(), Line(CHAPTERS.to(language), style="bold")]
    width = max((len(dates.id) for dates in course.chapters), default=0) + 2
    opens = {dates.id: dates.opens for dates in course.chapters}
    lines += [
        _chapter(one, course, now, width, language, opens[one.chapter], sent.get(one.chapter), marked.get(one.chapter))
        for one in summary.chapters
    ]
    lines.append(Line(f"  {COURSE_POINTS.to(language).format(points=summary.course_points)}"))
    if summary.weeks:
        lines += [Line(), Line(WEEKS.to(language), style="bold"), *_weeks(summary, language)]
        lines.append(Line(f"  {figures(course, summary, now).to(language)}"))
    if late := late_weeks(course, summary):
        lines += [Line(), *(Line(said.to(language), style="yellow") for said in late)]
    if upcoming := next_deadline(course, summary, now):
        lines += [Line(), Line(upcoming.to(language), style="cyan")]
    return lines


def late_weeks(course: Course, summary: Summary) -> list[Text]:
    """Return for each week in its late window until when it counts, and the command for it."""
    found = []
    for one in summary.weeks:
        if one.late_until is not None:
            said = late_until(one.late_until, course.zone, summary.progress.current)
            found.append(LATE_LINE.format(week=one.week, said=said, command=command(course, one.week)))
    return found


def figures(course: Course, summary: Summary, now: datetime) -> Text:
    """Return completion, streaks and make-ups left on one line."""
    done, ledger = summary.progress, summary.ledger
    left = makeups_left(course, month_of(now, course.zone), ledger.checkins, ledger.actions)
    return FIGURES.format(
        percent=100 * done.completion, done=done.done, of=done.of, current=done.current, longest=done.longest, left=left
    )


def next_deadline(course: Course, summary: Summary, now: datetime) -> Text | None:
    """Return the next deadline that is still to do: of the open week, else of the week after it; None at the end."""
    to_do = [one for one in summary.weeks if one.status in (Status.OPEN, Status.UPCOMING)]
    found = min(to_do, key=lambda one: one.due, default=None)
    if found is None:
        return None
    text = NEXT if found.status is Status.OPEN else AFTER
    return text.format(week=found.week, due=shown_moment(found.due, course.zone), left=shown_span(found.due - now))


def _chapter(
    one: ChapterPoints,
    course: Course,
    now: datetime,
    width: int,
    language: Language,
    opens: datetime,
    sent: datetime | None,
    graded: datetime | None,
) -> Line:
    name = padded(one.chapter, width)
    if one.points is None and sent is not None:
        said = (MARKED if graded is not None and graded >= sent else SENT).format(
            when=sent.astimezone(course.zone).strftime("%Y-%m-%d %H:%M")
        )
        return Line.assemble(f"  {name}", ("·" * BAR, "dim"), ("  " + said.to(language), "green"))
    if one.points is None and one.left_out:
        return Line.assemble(f"  {name}", ("·" * BAR, "dim"), ("  " + LEFT_OUT.to(language), "dim"))
    if one.points is None:
        due = one.due.astimezone(course.zone).strftime("%Y-%m-%d %H:%M")
        said, style = (NOT_YET, "dim") if now < opens else (OVER, "red") if is_after(now, one.due) else (OPEN, "cyan")
        return Line.assemble(f"  {name}", ("·" * BAR, "dim"), ("  " + said.to(language).format(due=due), style))
    share = min(1.0, one.points / one.max_points) if one.max_points else 0.0
    full = round(BAR * share)
    colour = "green" if share >= 0.8 else "yellow" if share >= 0.6 else "red"
    points = f"  {one.points:g}/{one.max_points:g}"
    chosen = one.choice.chosen if one.choice else None
    notes = []
    if chosen and one.choice and len(one.choice.attempts) > 1:
        notes.append(ATTEMPT.to(language).format(number=chosen.attempt.number))
    if chosen and chosen.percent:
        notes.append(OFF.to(language).format(percent=chosen.percent))
    if one.left_out:
        notes.append(LEFT_OUT.to(language))
    joined = f"  ({', '.join(notes)})" if notes else ""
    return Line.assemble(f"  {name}", ("█" * full, colour), ("░" * (BAR - full), "dim"), points, (joined, "dim"))


def _weeks(summary: Summary, language: Language) -> list[Line]:
    numbers, marks = Line("  "), Line("  ")
    for one in summary.weeks:
        numbers.append(f"{one.week:>3} ", style="dim")
        marks.append("  ")
        marks.append(MARKS[one.status], style=COLOURS[one.status])
        marks.append(" ")
    legend = Line("  ")
    for status in ("on_time", "late", "made_up", "on_leave", "missed", "waiting", "late_open", "open", "upcoming"):
        legend.append(MARKS[status], style=COLOURS[status])
        legend.append(f" {STATUS_WORDS[status].to(language)}  ", style="dim")
    return [numbers, marks, legend]


def class_map(
    course: Course,
    lines: Sequence[RosterLine],
    language: Language,
    *,
    points: bool = False,
    width: int | None = None,
) -> list[Line]:
    """Return the class as a matrix: student x week, and student x chapter where `points` is asked for.

    width: terminal cells of a line; what is said about a student stands below them where it is longer.
    """
    of_mark = {mark: status for status, mark in MARKS.items()}
    headings = [heading.to(language) for heading in HEADINGS]
    ids = _width(headings[0], [one_line(line.student) for line in lines])
    names = _width(headings[1], [one_line(line.name) for line in lines])
    weeks = "".join(str(week.week)[-1] for week in by_number(course))
    widths = {dates.id: max(6, cell_len(dates.id)) + 2 for dates in course.chapters}
    chapters = "".join(padded(dates.id, widths[dates.id]) for dates in course.chapters) if points else ""
    head = f"{padded(headings[0], ids)}{padded(headings[1], names)}{weeks}  " + "  ".join(headings[2:])
    found = [Line(f"{head}  {chapters}".rstrip(), style="bold")]
    risky = sum(bool(line.at_risk) for line in lines)
    found.insert(0, Line(AT_RISK.to(language).format(count=risky), style="bold red" if risky else "green"))
    for line in lines:
        text = Line.assemble(
            padded(one_line(line.student), ids),
            padded(one_line(line.name), names),
            heat_map((of_mark[mark], mark) for mark in line.marks),
            f"  {100 * line.completion:>4.0f}%  {line.current:>4}  {line.course_points:>6.1f}",
        )
        if points:
            shown = ("·" if p is None else f"{p:g}" for p in line.points)
            text.append("  " + "".join(map(padded, shown, widths.values())))
        said = [Line(f"! {'; '.join(line.at_risk)}", style="red")] if line.at_risk else []
        if line.noticed:
            said.append(Line(f"? {one_line('; '.join(line.noticed))}", style="yellow"))
        found += _with_what_is_said(text, said, width)
    return found


def _with_what_is_said(row: Line, said: Sequence[Line], width: int | None) -> list[Line]:
    """Return a row with what is said about it: behind it where that fits into the width, else folded and indented below."""
    whole = Line("  ").join([row, *said])
    if width is None or whole.cell_len <= width or not said:
        return [whole]
    below = []
    for one in said:
        first, *more = one.wrap(console(), max(width - len(INDENT) - 2, 20))
        for part in (first, *more):
            part.rstrip()
        below += [Line.assemble(INDENT, first), *(Line.assemble(INDENT, "  ", part) for part in more)]
    return [row, *below]


def _width(heading: str, column: Iterable[str]) -> int:
    return min(24, max(map(cell_len, [heading, *column])) + 1)
