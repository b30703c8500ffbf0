"""A prediction is written down before the experiment, and stays."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.training import TrainingError, preregister

GUESS = {"tanh 28": "learns", "why": "it has a steep slope"}


def at(hour: int) -> datetime:
    return datetime(2026, 10, 12, hour, tzinfo=UTC)


def test_the_digest_follows_from_the_words_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    digest = preregister(GUESS, tmp_path / "a.json", language="en", now=lambda: at(8))
    assert capsys.readouterr().out == f"Prediction recorded: digest {digest}, at 2026-10-12 08:00:00 UTC (+00:00).\n"
    assert preregister(dict(reversed(GUESS.items())), tmp_path / "b.json", now=lambda: at(9)) == digest
    assert preregister({**GUESS, "why": "it has a steep slope!"}, tmp_path / "b.json") != digest


def test_a_second_guess_does_not_replace_the_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "predictions.json"
    first = preregister(GUESS, file, language="zh", now=lambda: at(8))
    preregister({**GUESS, "tanh 28": "stays"}, file, language="zh", now=lambda: at(9))
    assert first in capsys.readouterr().out.splitlines()[1]
    preregister(GUESS, file, language="en", now=lambda: at(10))
    assert f"was recorded at 2026-10-12 08:00:00 UTC (+00:00): digest {first}" in capsys.readouterr().out
    entries = json.loads(file.read_text("utf-8"))
    assert [entry["predictions"]["tanh 28"] for entry in entries] == ["learns", "stays"]


def test_the_time_is_that_of_the_course(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    dates = "opens: 2026-09-07T00:00:00+08:00, due: 2026-09-20T23:59:59+08:00"
    course = f"id: tiny\ntitle: {{zh: 小课, en: Tiny}}\ntimezone: Asia/Shanghai\nlanguage: en\nchapters:\n  - {{id: first, {dates}}}\n"
    (tmp_path / "course.yml").write_text(course, "utf-8")
    place = tmp_path / "assignments" / "first"
    place.mkdir(parents=True)
    monkeypatch.chdir(place)
    preregister(GUESS, language="en", now=lambda: at(8))
    assert ", at 2026-10-12 16:00:00 Asia/Shanghai (+08:00)." in capsys.readouterr().out
    assert json.loads(Path("predictions.json").read_text("utf-8"))[0]["time"] == "2026-10-12T08:00:00+00:00"


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize("predictions", [{}, {"tanh 28": "..."}, {"tanh 28": "learns", "why": " "}])
def test_nothing_is_no_prediction(tmp_path: Path, predictions: dict[str, str]) -> None:
    with pytest.raises(TrainingError, match="write down what you expect first"):
        preregister(predictions, tmp_path / "predictions.json")
    assert not (tmp_path / "predictions.json").exists()


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize("text", ["{", "{}", "[1]", '[{"digest": "1"}]'])
def test_a_file_that_holds_something_else_is_left_alone(tmp_path: Path, text: str) -> None:
    file = tmp_path / "predictions.json"
    file.write_text(text, "utf-8")
    with pytest.raises(TrainingError, match="cannot be read"):
        preregister(GUESS, file)
    assert file.read_text("utf-8") == text
