"""Figures of recorded runs come from the files that the runs wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.errors import AuthoringError
from autograder.authoring.prose import Declarations, filled
from autograder.facts.recorded import NotRecorded

EPOCH = {"epoch": 1, "train_loss": 0.7, "validation_loss": 0.6, "accuracy": 0.5, "auc": 0.9, "seconds": 30.0}
METRICS: dict[str, Any] = {
    "network": "Tiny",
    "recipe": {"epochs": 5},
    "best": {"accuracy": 0.93, "auc": 0.97},
    "runs": [
        {
            "seed": 1,
            "best": {"accuracy": 0.93, "auc": 0.97},
            "epochs": [EPOCH, {**EPOCH, "epoch": 2, "accuracy": 0.93, "seconds": 24.0}],
            "confusion": [[180, 9], [19, 192]],
        },
        {
            "seed": 2,
            "best": {"accuracy": 0.91, "auc": 0.96},
            "epochs": [{**EPOCH, "seconds": 40.0}],
            "confusion": [[1, 2], [3, 4]],
        },
    ],
}


@pytest.fixture
def declarations(tmp_path: Path) -> Declarations:
    for folder in ("docs/results", "solutions/tiny", "source/tiny"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "solutions/tiny/metrics.json").write_text(json.dumps(METRICS), "utf-8")
    (tmp_path / "docs/results/other.json").write_text(json.dumps(METRICS), "utf-8")
    return Declarations(tmp_path / "source", "tiny")


@pytest.mark.parametrize(
    ("placeholder", "zh", "en"),
    [
        ("recorded:tiny.best.accuracy", "0.93", "0.93"),
        ("recorded:tiny.runs.0.confusion.1.0", "19", "19"),
        ("recorded:other.runs.0.epochs.0.auc", "0.9", "0.9"),
        ("recorded:tiny.runs.each.best.accuracy", "0.91 到 0.93", "0.91 to 0.93"),
        ("recorded:tiny.runs.each.best.auc", "0.96 到 0.97", "0.96 to 0.97"),
        ("time:tiny.epoch", "24 秒", "24 seconds"),
        ("time:tiny.training", "2 分钟", "2 minutes"),
        ("interval:tiny", "0.025", "0.025"),
        ("recorded:absent.best.accuracy", "（尚未测量）", "(not measured yet)"),
        ("time:absent.epoch", "（尚未测量）", "(not measured yet)"),
        ("interval:0.93.400", "0.025", "0.025"),
        ("interval:0.97.10000", "0.003", "0.003"),
        ("interval:absent", "（尚未测量）", "(not measured yet)"),
        ("run:accuracy.tanh.28", "（尚未测量）", "(not measured yet)"),
    ],
)
def test_a_figure_is_looked_up(declarations: Declarations, placeholder: str, zh: str, en: str) -> None:
    assert filled(f"a {{{{{placeholder}}}}} b", "zh", declarations) == f"a {zh} b"
    assert filled(f"a {{{{{placeholder}}}}} b", "en", declarations) == f"a {en} b"


@pytest.mark.parametrize(
    ("placeholder", "said"),
    [
        ("recorded:tiny.best.acuracy", "no 'acuracy'"),
        ("recorded:tiny.runs.7", "no '7'"),
        ("recorded:tiny.best", "no single value"),
        ("recorded:tiny.runs.each.confusion.0.0", "name one of them"),
        ("recorded:tiny.best.each.accuracy", "no 'each'"),
        ("runs:beauty", "unknown table; there is table, inside"),
        ("time:tiny.week", "time:tiny.epoch or time:tiny.training"),
    ],
)
def test_a_wrong_name_is_refused(declarations: Declarations, placeholder: str, said: str) -> None:
    with pytest.raises(NotRecorded, match=said):
        filled(f"{{{{{placeholder}}}}}", "en", declarations)


def test_a_damaged_record_is_refused(declarations: Declarations, tmp_path: Path) -> None:
    (tmp_path / "docs/results/other.json").write_text("{", "utf-8")
    with pytest.raises(NotRecorded, match=r"other\.json cannot be read"):
        filled("{{recorded:other.best.auc}}", "en", declarations)


def test_curves_are_a_picture_with_words(declarations: Declarations) -> None:
    text = filled("before\n\n{{curves:other}}\n\nafter", "en", declarations)
    assert "![Tiny by epoch: curves, AUC, validation 0.9 → 0.9, accuracy, validation 0.5 → 0.93" in text
    assert "[figure-other-curves]: data:image/svg+xml;base64," in text
    with pytest.raises(AuthoringError, match="a line of its own"):
        filled("see {{curves:other}}", "en", declarations)
