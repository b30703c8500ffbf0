"""The course once more: a copy for the next class, with its dates moved and nothing of the class before."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from autograder.course import ChapterDates, CheckinWeek, Course, load_course
from autograder.course.document import read_document
from autograder.course.drawn import unguessable
from autograder.course.loading import COURSE_FILE
from autograder.errors import AuthoringError
from autograder.text import Language, Text

# What a class leaves at the top of a course folder, and what a machine leaves anywhere.
OF_THE_CLASS = shutil.ignore_patterns(
    *("submitted", "autograded", "feedback", "exports", "certificates", "exchange", "gradebook.db*", "*.checkpoint*"),
    *("data", "demo", ".autograder", ".git", ".venv*", "students.csv", "roster.csv"),
)
OF_THE_MACHINE = shutil.ignore_patterns(
    *("__pycache__", ".*_cache", ".ipynb_checkpoints", "*.egg-info", "*.safetensors", "*.pdparams")
)
MOMENT = re.compile(r"\b\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:Z|[+-]\d{2}:?\d{2})")
YEAR = re.compile(r"20\d{2}")
WEEK = timedelta(days=7)
# Month and days of the public holidays of China that keep their date; Spring Festival, Qingming and others move.
HOLIDAYS = ((1, 1, 1), (5, 1, 5), (10, 1, 7))
MARK = "  # look: "
NOT_EMPTY = Text(
    zh="{folder}: 已经有了，而且不是空的；请换一个新文件夹", en="{folder}: exists and is not empty; name a new folder"
)
IN_ITSELF = Text(
    zh="{folder}: 在这门课自己里面；请换一个旁边的文件夹",
    en="{folder}: lies in the course itself; name a folder beside it",
)
SAME_ID = Text(
    zh="{id}: 与原来的课程代号相同；请用 --id 换一个，成绩才不会混在一起",
    en="{id}: the id of the course before; choose another by --id, so that results stay apart",
)
SALT_LINE = Text(
    zh='{file}: salt 要单独写一行，写成 salt: "{salt}"',
    en='{file}: write the salt on one line of its own, as salt: "{salt}"',
)
UNUSUAL = Text(
    zh="这一段比别的长 ({days} 天)，当时可能有假期", en="longer than the others ({days} days): a holiday then?"
)
HOLIDAY = Text(zh="现在碰上 {day} 的假期", en="now meets the holiday of {day}")


@dataclass(frozen=True)
class Moved:
    """A course that was copied.

    Attributes:
        id: Its new one.
        weeks: By how many its dates moved.
        look: Lines of course.yml, by number.
    """

    id: str
    weeks: int
    look: dict[int, Text]


def rollover(
    root: Path,
    target: Path,
    start: date,
    course_id: str | None = None,
    language: Language | None = None,
    keep_salt: bool = False,
) -> Moved:
    """Copy the course in `root` to the new folder `target`, its first week moved to that of `start`.

    Dates move by whole weeks and keep weekday and time of day in the course's zone. Entries that may have to do with a
    holiday are marked in the new course.yml, in its language or in `language`. Class, database, data and caches stay behind.
    The salt is a new one, unless `keep_salt`; then what was recorded of each variant is still good.

    Raises:
        AuthoringError: `target` is there and not empty, lies in the course, or the new id is the old one. Nothing is
            written then.
        CourseError: course.yml has mistakes.
    """
    course = load_course(root)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise AuthoringError(NOT_EMPTY.format(folder=target))
    if target.resolve().is_relative_to(root.resolve()):
        raise AuthoringError(IN_ITSELF.format(folder=target))
    opens = [entry.opens for entry in (*course.chapters, *course.checkins)]
    first = min(opens).astimezone(course.zone).date() if opens else start
    weeks = round((start - first) / WEEK)
    new_id = course_id or _next_id(course.id, start.year - first.year)
    if new_id == course.id:
        raise AuthoringError(SAME_ID.format(id=new_id))
    text = (root / COURSE_FILE).read_text("utf-8-sig")
    moved = _with_id(_moved(text, course, weeks), course.id, new_id)
    moved = moved if keep_salt else _with_salt(moved, course)

    def ignored(folder: str, names: list[str]) -> set[str]:
        if Path(folder) != root:
            return OF_THE_MACHINE(folder, names)
        return OF_THE_MACHINE(folder, names) | OF_THE_CLASS(folder, names) | {f"{course.id}.zip"}  # that class's bundle

    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        shutil.copytree(root, unfinished, ignore=ignored, symlinks=True, dirs_exist_ok=True)
        (unfinished / COURSE_FILE).write_text(moved, "utf-8")
        look = _to_look_at(unfinished, course)
        lines = moved.split("\n")
        for number, why in look.items():
            lines[number - 1] += MARK + why.to(language or course.language)
        (unfinished / COURSE_FILE).write_text("\n".join(lines), "utf-8")
        load_course(unfinished)
        unfinished.chmod(0o755)
        if target.exists():
            target.rmdir()
        unfinished.rename(target)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return Moved(new_id, weeks, look)


def _next_id(old: str, years: int) -> str:
    """Return the id of the next run: a year in it goes on, else it is numbered."""
    if YEAR.search(old):
        return YEAR.sub(lambda year: str(int(year[0]) + max(years, 0)), old)
    number = re.search(r"-(\d+)$", old)
    return f"{old[: number.start()]}-{int(number[1]) + 1}" if number else f"{old}-2"


def _moved(text: str, course: Course, weeks: int) -> str:
    """Return the text of course.yml with every moment moved by weeks; comments stay as they are."""

    def later(match: re.Match[str]) -> str:
        then = datetime.fromisoformat(match[0].replace("Z", "+00:00").replace(" ", "T", 1).replace(" ", ""))
        local = then.astimezone(course.zone)
        # The same time of day, whatever the clocks do in between.
        wall = local.replace(tzinfo=None) + weeks * WEEK
        return wall.replace(tzinfo=course.zone).isoformat()

    def line(one: str) -> str:
        code, mark, comment = one.partition(" #")
        return MOMENT.sub(later, code) + mark + comment

    return "\n".join(one if one.lstrip().startswith("#") else line(one) for one in text.split("\n"))


def _with_id(text: str, old: str, new: str) -> str:
    return re.sub(
        rf"^id:(\s*)(['\"]?){re.escape(old)}\2", lambda found: f"id:{found[1]}{new}", text, count=1, flags=re.MULTILINE
    )


def _with_salt(text: str, course: Course) -> str:
    """Return the text with a new public salt, where the course has one: last year's seeds and weights serve nobody."""
    if course.salt is None:
        return text
    pattern = re.compile(rf"^salt:(\s*)(['\"]?){course.salt}\2", re.MULTILINE)
    new, count = pattern.subn(lambda found: f'salt:{found[1]}"{unguessable()}"', text, count=1)
    if not count:
        raise AuthoringError(SALT_LINE.format(file=COURSE_FILE, salt=course.salt))
    return new


def _to_look_at(root: Path, before: Course) -> dict[int, Text]:
    """Return why which line of the new course.yml may need another date."""
    document, course = read_document(root / COURSE_FILE, COURSE_FILE), load_course(root)
    found: dict[int, Text] = {}
    entries: Sequence[tuple[str, Sequence[ChapterDates | CheckinWeek]]] = (
        ("chapters", course.chapters),
        ("checkins", course.checkins),
    )
    for key, dates in entries:
        lengths = [(one.due - one.opens).days + 1 for one in dates]
        usual = Counter(lengths).most_common(1)[0][0] if lengths else 0
        for place, (one, days) in enumerate(zip(dates, lengths, strict=True)):
            why = [UNUSUAL.format(days=days)] if days > usual else []
            why += [HOLIDAY.format(day=day.isoformat()) for day in _holidays(one, before)]
            if why:
                found[document.line((key, place))] = Text.joined(why, "; ")
    return found


def _holidays(entry: ChapterDates | CheckinWeek, course: Course) -> Iterator[date]:
    """Yield the first day of each holiday of fixed date in which the last day of an entry lies."""
    last = entry.due.astimezone(course.zone).date()
    for month, day, days in HOLIDAYS:
        begin = date(last.year, month, day)
        if begin <= last < begin + timedelta(days=days):
            yield begin
