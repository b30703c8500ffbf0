"""Texts quote what was recorded, and nothing that was not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from autograder.recorded import DIAGNOSIS, TABLES, NotRecorded, Recorded, spread


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
def recorded(tmp_path: Path) -> Recorded:
    runs = [run("tanh", 28, 1, 0.915), run("tanh", 28, 2, 0.925), run("tanh", 224, 1, 0.5275)]
    runs += [run("sigmoid", 28, 1, 0.97, rate, "mnist") for rate in (0.002, 0.001)]
    file = tmp_path / DIAGNOSIS
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"runs": runs}), "utf-8")
    (tmp_path / "solutions/tiny").mkdir(parents=True)
    metrics = {"runs": [{"best": {"accuracy": 0.9275, "auc": 0.977}, "epochs": [{"seconds": 46.2}, {"seconds": 50.0}]}]}
    (tmp_path / "solutions/tiny/metrics.json").write_text(json.dumps(metrics), "utf-8")
    return Recorded(tmp_path)


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
    ],
)
def test_a_figure_is_a_number_or_the_range_over_the_seeds(recorded: Recorded, name: str, expected: str) -> None:
    assert recorded.figure(name, "en") == expected


def test_a_range_is_written_in_the_language() -> None:
    assert spread([0.9, 0.95], ".4f", "zh") == "0.9 到 0.95"
    assert spread([0.90001, 0.9], ".2f", "en") == "0.9"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("accuracy.tanh.56", "no such run in .* run `python benchmarks/diagnosis.py`"),
        ("beauty.tanh.28", "FIGURE one of accuracy"),
        ("accuracy.tanh", "write FIGURE.ACTIVATION.SIDE"),
        ("accuracy.tanh.28.magic", "the optimizer is one of sgd"),
    ],
)
def test_a_figure_that_was_not_recorded_is_refused(recorded: Recorded, name: str, said: str) -> None:
    with pytest.raises(NotRecorded, match=said):
        recorded.figure(name, "en")


def test_without_a_record_the_command_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotRecorded, match=r"benchmarks/diagnosis\.py"):
        Recorded(tmp_path).figure("accuracy.tanh.28", "en")


def test_tables_have_a_row_for_what_was_run(recorded: Recorded) -> None:
    assert TABLES["table"](recorded, "en").splitlines()[2:] == [
        "| tanh, SGD 0.001 | 0.915 to 0.925; AUC 0.91 to 0.92 | – | – | 0.5275; AUC 0.91 |"
    ]
    assert TABLES["inside"](recorded, "zh").splitlines()[3] == "| 1 | 1.5; 0% | 1.5; 0% |"
    assert TABLES["given"](recorded, "en").splitlines()[3] == "| 2 | 0.5275; 0.910 |"
    assert TABLES["digits"](recorded, "zh").splitlines()[2] == "| 200 | 6,400 | 0.9600 | 0.9600 |"


def test_a_reference_is_quoted_from_its_metrics(recorded: Recorded) -> None:
    assert recorded.reference("accuracy", "tiny", "en") == "0.9275"
    assert recorded.reference("tiny.seconds", "other", "en") == "46"
    with pytest.raises(NotRecorded, match="has no such figure"):
        recorded.reference("accuracy", "other", "en")


def test_the_course_s_own_record_gives_every_table() -> None:
    own = Recorded(Path(__file__).parents[1])
    for table in TABLES.values():
        assert len(table(own, "zh").splitlines()) > 4
