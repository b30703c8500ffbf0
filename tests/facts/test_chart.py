"""Charts of recorded runs: every point is drawn at its place, in both languages, and the same each time."""

from __future__ import annotations

import re
from typing import Any

import pytest

from autograder.facts import FactsError
from autograder.facts.chart import PANEL_HEIGHT, TOP, chart
from autograder.facts.curves import recorded_chart


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


def test_depths_have_a_panel_without_and_one_with_shortcuts() -> None:
    drawn = recorded_chart("depths", DEPTHS)
    assert [panel.title.en for panel in drawn.panels] == ["plain", "residual"]
    assert [curve.name.en for curve in drawn.panels[0].curves] == ["8 layers", "40 layers"]
    assert drawn.panels[0].curves[1].points == (
        (0.5, 2.1),
        (1.5, 1.7),
    )  # the mean over the seeds that all have, in epochs


def test_a_chart_is_the_same_each_time_and_higher_values_stand_higher() -> None:
    drawn = recorded_chart("depths", DEPTHS)
    picture = chart(drawn, "zh")
    assert picture == chart(drawn, "zh") != chart(drawn, "en")
    assert "普通网络 · 训练损失" in picture
    places = re.findall(r'<polyline points="([\d., ]+)"', picture)
    curves = [[tuple(map(float, pair.split(","))) for pair in place.split()] for place in places]
    falling = [curve for curve in curves if curve[0][1] != curve[-1][1]]  # the others belong to the legend
    assert len(falling) == 4
    assert all(TOP <= y <= TOP + PANEL_HEIGHT for curve in falling for _, y in curve)
    assert all(curve[0][1] < curve[-1][1] for curve in falling)  # losses fall, and y grows downwards


@pytest.mark.parametrize("record", [{}, {"setting": {"epochs": 2}, "runs": [{"residual": True}]}, {"runs": []}])
def test_a_record_without_curves_is_refused(record: dict[str, Any]) -> None:
    with pytest.raises(FactsError, match=r"docs/results/x\.json has no curves"):
        chart(recorded_chart("x", record), "en")
