"""Charts of recorded runs: every point is drawn at its place, in both languages, and the same each time."""

from __future__ import annotations

import re
from typing import Any

import pytest

from autograder.facts import FactsError
from autograder.facts.chart import PANEL_HEIGHT, TOP, Chart, chart
from autograder.facts.curves import epochs_chart
from autograder.facts.record_code import record_code
from tests.facts.conftest import ROOT


def run(depth: int, residual: bool, seed: int, losses: list[float]) -> dict[str, Any]:
    return {"depth": depth, "residual": residual, "seed": seed, "training_loss": losses}


DEPTHS: dict[str, Any] = {
    "setting": {"epochs": 2},
    "runs": [
        run(8, False, 1, [2.0, 1.0]),
        run(40, False, 1, [2.2, 1.8]),
        run(40, False, 2, [2.0, 1.6]),
        run(8, True, 1, [2.0, 0.8]),
        run(40, True, 1, [2.0, 0.4]),
        run(8, False, 2, [2.0, 1.0]),
        run(8, True, 2, [2.0, 0.8]),
        run(40, True, 2, [2.0, 0.4]),
        run(40, False, 3, [9.0, 9.0]),
    ],
}


def depths(record: dict[str, Any]) -> Chart:
    told = record_code(ROOT, "degradation")
    assert told is not None
    drawn = told.chart(record)
    assert drawn is not None
    return drawn


def test_depths_have_a_panel_without_and_one_with_shortcuts() -> None:
    drawn = depths(DEPTHS)
    assert [panel.title.en for panel in drawn.panels] == ["plain", "residual"]
    assert [curve.name.en for curve in drawn.panels[0].curves] == ["8 layers", "40 layers"]
    assert drawn.panels[0].curves[1].points == (
        (0.5, 2.1),
        (1.5, 1.7),
    )  # the mean over the seeds that all have, in epochs


def test_a_chart_is_the_same_each_time_and_higher_values_stand_higher() -> None:
    drawn = depths(DEPTHS)
    picture = chart(drawn, "zh")
    assert picture == chart(drawn, "zh") != chart(drawn, "en")
    assert "普通网络 · 训练损失" in picture
    places = re.findall(r'<polyline points="([\d., ]+)"', picture)
    curves = [[tuple(map(float, pair.split(","))) for pair in place.split()] for place in places]
    falling = [curve for curve in curves if curve[0][1] != curve[-1][1]]  # the others belong to the legend
    assert len(falling) == 4
    assert all(TOP <= y <= TOP + PANEL_HEIGHT for curve in falling for _, y in curve)
    assert all(curve[0][1] < curve[-1][1] for curve in falling)  # losses fall, and y grows downwards


@pytest.mark.parametrize("record", [{}, {"runs": [{"residual": True}]}, {"runs": []}])
def test_a_record_without_epochs_is_refused(record: dict[str, Any]) -> None:
    with pytest.raises(
        FactsError, match=r"docs/results/x\.json has no epochs .* `def chart\(record\)` in source/records/x\.py"
    ):
        epochs_chart("x", record)


def test_epochs_of_more_than_two_classes_have_no_area() -> None:
    epoch = {"epoch": 1, "train_loss": 0.7, "validation_loss": 0.6, "accuracy": 0.5, "auc": None}
    drawn = epochs_chart("x", {"network": "Tiny", "runs": [{"seed": 1, "epochs": [epoch]}]})
    assert [curve.name.en for curve in drawn.panels[0].curves] == [
        "accuracy, validation",
        "validation loss",
        "training loss",
    ]
