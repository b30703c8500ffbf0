"""Teams that hand in once: `teams.csv` in the course folder says who is in which, for all chapters or for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import AutograderError
from autograder.handin.matching import ClassList, plain
from autograder.handin.worksheets import read_table
from autograder.text import Text

FILE = "teams.csv"
HEADINGS = {
    "student": ("student", "id", "学号", "学生"),
    "team": ("team", "group", "小组", "组", "队"),
    "chapter": ("chapter", "章节"),
}
NO_COLUMNS = Text(
    zh="{file}: 表头要有 学号 (student) 和 小组 (team)，可以有 章节 (chapter)",
    en="{file}: its heading must have student and team, and may have chapter",
)
STRANGER = Text(
    zh="{file} 第 {line} 行：名单里没有 {student}", en="{file}, line {line}: {student} is not on the class list"
)
TWICE = Text(
    zh="{file} 第 {line} 行：{student} 在 {chapter} 已经是 {team} 的",
    en="{file}, line {line}: {student} is in {team} already",
)


class TeamsError(AutograderError):
    """A table of teams that contradicts itself or the class list."""


@dataclass(frozen=True)
class Teams:
    """The teams of one chapter.

    Attributes:
        members: By the team's name.
        team: By student.
    """

    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    team: Mapping[str, str] = field(default_factory=dict)

    def named(self, name: str) -> tuple[str, ...]:
        """Return the members of a team, none where there is no such team."""
        return self.members.get(plain(name.strip()), ())

    def of(self, student: str) -> tuple[str, ...]:
        """Return all members of a student's team, the student alone where they are in none."""
        return self.members[self.team[student]] if student in self.team else (student,)


def read_teams(root: Path, chapter: str, students: ClassList) -> Teams:
    """Return the teams of a chapter, none where there is no file; raises `TeamsError`."""
    path = root / FILE
    if not path.is_file():
        return Teams()
    cells = read_table(path)
    head = [plain(cell.strip()) for cell in cells[0]] if cells else []
    place = {name: next((head.index(word) for word in words if word in head), -1) for name, words in HEADINGS.items()}
    if place["student"] < 0 or place["team"] < 0:
        raise TeamsError(NO_COLUMNS.format(file=FILE))
    members: dict[str, list[str]] = defaultdict(list)
    team: dict[str, str] = {}
    for line, row in enumerate(cells[1:], 2):
        said = {name: row[at].strip() if 0 <= at < len(row) else "" for name, at in place.items()}
        if said["chapter"] not in ("", chapter) or not said["team"]:
            continue
        student = students.exactly(said["student"])
        if student is None:
            raise TeamsError(STRANGER.format(file=FILE, line=line, student=said["student"]))
        if student in team:
            raise TeamsError(TWICE.format(file=FILE, line=line, student=student, chapter=chapter, team=team[student]))
        team[student] = plain(said["team"])
        members[team[student]].append(student)
    return Teams({name: tuple(sorted(found)) for name, found in members.items()}, team)
