"""What this course says of LeNet's diagnosis: texts quote what was recorded, and nothing that was not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from autograder.facts import FactsError
from autograder.facts.chart import Chart
from autograder.facts.record_code import RecordCode, record_code
from autograder.facts.wording import spread
from tests.facts.conftest import ROOT


def run(
    activation: str, side: int, seed: int, accuracy: float, rate: float = 0.001, data: str = "palm"
) -> dict[str, Any]:
    epochs = [
        {"epoch": k, "step": 200 * k, "accuracy": accuracy - 0.01 * abs(k - 2), "auc": 0.9 + seed / 100, "logit_range": 0.003}
        for k in range(1, 6)
    ]  # fmt: skip
    inside = [
        {"step": step, "mean_abs": 0.5 + step, "saturated": step / 200, "differences": 0.007, "conv1_gradient": 7e-4}
        for step in (0, 1, 10, 40, 200)
    ]
    optimizer = "adam" if rate == 0.002 else "momentum"
    arm = {"activation": activation, "side": side, "seed": seed, "learning_rate": rate, "optimizer": optimizer}
    return {**arm, "data": data, "seconds": 3.2, "epochs": epochs, "inside": inside}


@pytest.fixture
def told() -> RecordCode:
    found = record_code(ROOT, "diagnosis")
    assert found is not None
    return found


@pytest.fixture
def recorded() -> dict[str, Any]:
    runs = [run("tanh", 28, 1, 0.915), run("tanh", 28, 2, 0.925), run("tanh", 224, 1, 0.5275)]
    return {"runs": runs + [run("sigmoid", 28, 1, 0.97, rate, "mnist") for rate in (0.002, 0.001)]}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("accuracy.tanh.28", "0.915 to 0.925"),
        ("accuracy.tanh.224", "0.5275"),
        ("auc.tanh.28", "0.91 to 0.92"),
        ("logits.tanh.28", "0.003"),
        ("gradient.tanh.28", "0.0007"),
        ("saturated_1.tanh.224", "0%"),
        ("seconds.tanh.28", "3"),
        ("seeds.tanh.28", "2"),
        ("stays.tanh.28", "0"),
        ("stays.tanh.224", "1"),
    ],
)
def test_a_figure_is_a_number_or_the_range_over_the_seeds(
    told: RecordCode, recorded: dict[str, Any], name: str, expected: str
) -> None:
    assert told.figure(recorded, name, "en") == expected


def test_a_range_is_written_in_the_language() -> None:
    assert spread([0.9, 0.95], ".4f", "zh") == "0.9 到 0.95"
    assert spread([0.90001, 0.9], ".2f", "en") == "0.9"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("accuracy.tanh.56", "no such run; run `python benchmarks/diagnosis.py`"),
        ("beauty.tanh.28", "FIGURE one of accuracy"),
        ("accuracy.tanh", "write FIGURE.ACTIVATION.SIDE"),
        ("accuracy.tanh.28.magic", "the optimizer is one of sgd"),
    ],
)
def test_a_figure_that_was_not_recorded_is_refused(
    told: RecordCode, recorded: dict[str, Any], name: str, said: str
) -> None:
    with pytest.raises(FactsError, match=said):
        told.figure(recorded, name, "en")


def test_a_cell_of_all_seeds_says_nothing_of_them(told: RecordCode) -> None:
    found = {"runs": [run("tanh", 28, seed, 0.92) for seed in (1, 2, 3)]}
    assert (
        told.table(found, "table", "zh").splitlines()[2] == "| tanh, SGD 0.001 | 0.92; AUC 0.91 到 0.93 | – | – | – |"
    )
    one = {"runs": [run("tanh", 28, 1, 0.92)]}
    assert told.table(one, "table", "zh").splitlines()[2].startswith("| tanh, SGD 0.001 | 0.92; AUC 0.91（1 个种子） |")


def test_tables_have_a_row_for_what_was_run(told: RecordCode, recorded: dict[str, Any]) -> None:
    assert told.table(recorded, "table", "en").splitlines()[2:] == [
        "| tanh, SGD 0.001 | 0.915 to 0.925; AUC 0.91 to 0.92 (2 seeds) | – | – | 0.5275; AUC 0.91 (1 seed) |"
    ]
    assert told.table(recorded, "inside", "zh").splitlines()[3] == "| 1 | 1.5; 0% | 1.5; 0% |"
    assert told.table(recorded, "given", "en").splitlines()[3] == "| 2 | 0.5275; 0.910 |"
    assert told.table(recorded, "digits", "zh").splitlines()[2] == "| 200 | 6,400 | 0.9600 | 0.9600 |"


def test_the_runs_at_224_pixels_are_drawn_in_two_panels(told: RecordCode, recorded: dict[str, Any]) -> None:
    drawn = told.chart(recorded)
    assert isinstance(drawn, Chart)
    assert [panel.title.en for panel in drawn.panels] == ["accuracy", "AUC"]
    assert [curve.name.zh for curve in drawn.panels[0].curves] == ["tanh, SGD 0.001"]
    assert drawn.panels[0].curves[0].points[1] == (2.0, 0.5275)
    assert drawn.panels[1].curves[0].points[1] == (2.0, 0.91)


def test_the_course_s_own_record_gives_every_table(told: RecordCode) -> None:
    own = json.loads((ROOT / "docs/results/diagnosis.json").read_text("utf-8"))
    for name in told.own["TABLES"]:
        assert len(told.table(own, name, "zh").splitlines()) > 4
