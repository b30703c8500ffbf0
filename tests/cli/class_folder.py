"""A course around the present moment, and the command as people type it, without starting a process."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.main

from autograder.cli import main
from tests.warmed import KEEPER

made_once = cache(
    typer.main.get_command
)  # half the time of a verb is Typer making all forty of them from their functions
DAY = timedelta(days=1)
NOTE = "Read chapter one, wrote the reader, got it to run."


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def course_text(open_week: int = 2, weeks: int = 4, extra: str = "", begun: int = 3) -> str:
    """A course whose week `open_week` has been open for `begun` days; chapters c1 and c2 are over and open.

    With 1 the week before it is in its late window, with 3 it is over.
    """
    start = now() - (open_week - 1) * 7 * DAY - begun * DAY
    lines = ["id: demo", "title: {zh: 示例课, en: Demo}", "timezone: Asia/Shanghai", "language: en", "chapters:"]
    for number, (opens, due) in enumerate([(start - 30 * DAY, now() - DAY), (now() - 2 * DAY, now() + 9 * DAY)], 1):
        lines.append(f"  - {{id: c{number}, opens: {opens.isoformat()}, due: {due.isoformat()}}}")
    lines.append("checkins:")
    for number in range(weeks):
        opens = start + number * 7 * DAY
        due = opens + 7 * DAY - timedelta(seconds=1)
        lines.append(f"  - {{week: {number + 1}, opens: {opens.isoformat()}, due: {due.isoformat()}}}")
    return "\n".join([*lines, extra, ""])


@dataclass
class Outcome:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Outcome]  # a command's words, and where a test says so variables


class Verbs:
    """A folder in which verbs are typed."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.root, self._monkeypatch, self._capsys = root, monkeypatch, capsys
        for name in ("AUTOGRADER_STUDENT", "AUTOGRADER_DB", "AUTOGRADER_LANG", "AUTOGRADER_SMTP"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setattr(typer.main, "get_command", made_once)
        monkeypatch.setattr("autograder.sandbox.box.Zygote", KEEPER)  # each command would warm up a box of its own

    def __call__(self, *words: str) -> Outcome:
        self._monkeypatch.chdir(self.root)
        self._monkeypatch.setattr(sys, "argv", ["autograder", *words])
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(bool(ended.code))
        captured = self._capsys.readouterr()
        return Outcome(code, captured.out, captured.err)


class Folder(Verbs):
    """A course around the present moment."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        super().__init__(root, monkeypatch, capsys)
        if not (root / "course.yml").exists():
            (root / "course.yml").write_text(course_text(), "utf-8")
        monkeypatch.setenv("AUTOGRADER_ACTOR", "wang")
        monkeypatch.setenv("COLUMNS", "300")
