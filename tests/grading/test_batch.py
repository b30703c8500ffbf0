"""Which hand-ins are graded, in which order, until when."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from autograder.cli.common import UsageError
from autograder.cli.verbs import app
from autograder.grading.batch import came_since, slowest, with_failed_result, within
from autograder.grading.classroom import HandIn
from autograder.store.result import Result
from tests.results import result

NOW = datetime(2026, 3, 10, tzinfo=UTC)


def hand(student: str, chapter: str = "lenet") -> HandIn:
    return HandIn(Path("submitted") / student / chapter, chapter, student)


def record(student: str, seconds: float, *statuses: str, chapter: str = "lenet", **more: Any) -> Result:
    findings = [{"status": status} for status in statuses]
    return result(student=student, chapter=chapter, seconds=seconds, findings=findings, **more)


def test_only_those_that_failed() -> None:
    newest = [
        record("right", 1, "pass", "skipped"),
        record("wrong", 1, "pass", "timeout"),
        record("refused", 0, status="rejected"),
    ]
    hands = [hand(name) for name in ("right", "wrong", "refused", "new")]
    assert [each.student for each in with_failed_result(hands, newest)] == ["wrong", "refused"]
    assert with_failed_result([hand("wrong", "vgg")], newest) == []


def test_only_what_came_since(tmp_path: Path) -> None:
    hands = []
    for day in (1, 5, 9):
        path = tmp_path / f"s{day}.py"
        path.touch()
        os.utime(path, (datetime(2026, 3, day, tzinfo=UTC).timestamp(),) * 2)
        hands.append(HandIn(path, "lenet", None))
    assert came_since(hands, datetime(2026, 3, 5, tzinfo=UTC), NOW) == hands[1:]


def test_a_budget_ends_by_the_clock() -> None:
    moment = [100.0]
    may_begin = within(60, lambda: moment[0])
    assert may_begin()
    moment[0] = 160.0
    assert not may_begin()
    assert within(None, lambda: 1e9)()


def test_the_slowest_are_named() -> None:
    assert [r.student for r in slowest([record("a", 1), record("b", 5), record("c", 2), record("d", 4)])] == list("bdc")


def test_a_spent_budget_begins_nothing_and_says_what_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = Path(__file__).parents[2]
    for name in ("solutions", "assignments", "course.yml"):
        (tmp_path / name).symlink_to(root / name)
    for student in ("a", "b"):
        folder = tmp_path / "submitted" / student / "reader"
        folder.mkdir(parents=True)
        (folder / "reader.py").write_text("x = 1\n")
    monkeypatch.chdir(tmp_path)
    for words, said in (((), "2 份里有 2 份没有开始"), (("--lang", "en"), "2 of 2 not begun")):
        outcome = CliRunner().invoke(app, ["grade", "--budget", "0", *words])
        assert outcome.exit_code == 1
        assert said in outcome.output
    refused = CliRunner().invoke(app, ["grade", "--only-failed", "x.py"]).exception
    assert isinstance(refused, UsageError)  # for which the command ends with 2
    assert "请去掉文件" in refused.said.zh
