from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.training import History, Recipe, TrainingError
from autograder.training.history import Epoch
from autograder.training.metrics import merged, read_metrics, suggested_minimum, write_metrics


def table(right_ones: int, right_zeros: int, ones: int = 211, zeros: int = 189) -> tuple[tuple[int, ...], ...]:
    return ((right_zeros, zeros - right_zeros), (ones - right_ones, right_ones))


def history(seed: int, *right: int) -> History:
    """A run whose epochs judge so many of 400 photographs rightly."""
    epochs = tuple(
        Epoch(k, 0.5, 0.4, count / 400, 0.9 + k / 100, table(min(count, 211), max(0, count - 211)), 90.0)
        for k, count in enumerate(right, 1)
    )
    return History("AlexNet", Recipe(epochs=len(right), seed=seed), epochs, "a" * 64, "real", left_out=("P0056.jpg",))


def of(*histories: History) -> dict[str, Any]:
    metrics: dict[str, Any] | None = None
    for one in histories:
        metrics = merged("alexnet", one, metrics)
    assert metrics is not None
    return metrics


def test_the_top_of_the_file_is_the_best_run() -> None:
    metrics = of(history(2, 360, 374), history(1, 370, 372))
    assert metrics["chapter"] == "alexnet"
    assert metrics["seed"] == 2
    assert metrics["best"] == {"seed": 2, "epoch": 2, "accuracy": 0.935, "auc": 0.92}
    assert metrics["epochs"] == metrics["runs"][1]["epochs"]
    assert [run["seed"] for run in metrics["runs"]] == [1, 2]
    assert set(metrics["epochs"][0]) >= {"epoch", "train_loss", "accuracy", "auc", "seconds"}
    assert "seed" not in metrics["recipe"]
    assert metrics["data_sha256"] == "a" * 64
    assert metrics["data"] == {"origin": "real", "left_out": ["P0056.jpg"]}
    assert {"python", "numpy", "paddlepaddle"} <= metrics["versions"].keys()
    assert metrics["runs"][1]["confusion"] == [[163, 26], [0, 211]]


def test_a_network_made_with_other_arguments_goes_by_its_declared_name() -> None:
    record = merged("vgg", history(1, 360), None, "NarrowVGG")
    assert record["network"] == "NarrowVGG"
    assert [run["seed"] for run in merged("vgg", history(2, 360), record, "NarrowVGG")["runs"]] == [1, 2]
    assert [run["seed"] for run in merged("vgg", history(2, 360), record)["runs"]] == [2]  # another network


def test_a_seed_run_again_takes_its_own_place() -> None:
    assert [run["best"]["accuracy"] for run in of(history(1, 360), history(2, 370), history(1, 380))["runs"]] == [
        0.95,
        0.925,
    ]


def test_runs_of_another_recipe_or_other_images_are_dropped() -> None:
    one, two = history(1, 360), history(2, 370)
    assert len(of(one, replace(two, recipe=replace(two.recipe, learning_rate=0.1)))["runs"]) == 1
    assert len(of(one, replace(two, data_sha256="b" * 64))["runs"]) == 1
    assert len(of(one, replace(two, network="VGG"))["runs"]) == 1


def test_metrics_survive_the_file(tmp_path: Path) -> None:
    metrics = of(history(1, 360, 374), history(2, 370, 372))
    write_metrics(tmp_path / "deep" / "metrics.json", metrics)
    assert read_metrics(tmp_path / "deep" / "metrics.json") == metrics
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["metrics.json"]
    assert read_metrics(tmp_path / "metrics.json") is None


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize("text", ["{", "[]", "{}", json.dumps({"runs": []})])
def test_damaged_metrics_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "metrics.json").write_text(text)
    with pytest.raises(TrainingError, match="remove it and train again"):
        read_metrics(tmp_path / "metrics.json")


@pytest.mark.parametrize(
    ("histories", "expected"),
    [
        ((history(1, 370), history(2, 376)), 0.895),  # 0.925 - 2 sqrt(0.925 x 0.075 / 400) = 0.8987
        ((history(1, 376),), 0.89),  # one seed: 0.94 - 4 sqrt(0.94 x 0.06 / 400) = 0.8925
        ((history(1, 400), history(2, 400)), 0.98),  # the margin is at least 0.02
        ((history(1, 211), history(2, 211)), 0.58),  # a constant answer: 0.5275 + 0.0499, rounded up
    ],
)  # fmt: skip
def test_the_minimum_follows_the_rule(histories: tuple[History, ...], expected: float) -> None:
    assert suggested_minimum(of(*histories)) == expected


@given(st.integers(211, 400), st.integers(211, 400))
def test_the_minimum_is_a_step_above_a_constant_answer_and_below_every_learned_best(one: int, other: int) -> None:
    minimum = suggested_minimum(of(history(1, one), history(2, other)))
    assert round(minimum * 200, 6) == round(minimum * 200)
    assert minimum >= 0.5475
    if min(one, other) > 260:
        assert minimum <= min(one, other) / 400 - 0.02
