from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from autograder.training import Recipe, TrainingError


def test_a_recipe_has_the_course_s_defaults() -> None:
    recipe = Recipe(epochs=5, seed=1)
    assert (recipe.batch_size, recipe.learning_rate, recipe.momentum) == (10, 0.001, 0.9)
    assert (recipe.weight_decay, recipe.half, recipe.optimizer) == (0.0, False, "momentum")


def test_a_recipe_survives_json() -> None:
    recipe = Recipe(epochs=5, seed=1, optimizer="adam", half=True)
    assert Recipe(**recipe.to_record()) == recipe


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"epochs": 0}, "epochs must be a whole number from 1 to 10000, not 0"),
        ({"epochs": 2.0}, "epochs must be a whole number"),
        ({"epochs": True}, "epochs must be a whole number"),
        ({"batch_size": -1}, "batch_size must be a whole number from 1"),
        ({"seed": -1}, "seed must be a whole number from 0"),
        ({"seed": 2**32}, "seed must be a whole number from 0 to 4294967295"),
        ({"learning_rate": 0}, "learning_rate must be a number above 0"),
        ({"learning_rate": float("nan")}, "learning_rate must be a number above 0"),
        ({"learning_rate": "0.1"}, "learning_rate must be a number above 0"),
        ({"momentum": 1.0}, "momentum must be a number at least 0 and below 1"),
        ({"weight_decay": -0.1}, "weight_decay must be a number at least 0"),
        ({"half": 1}, "half must be True or False"),
        ({"optimizer": "sgd"}, "optimizer must be one of momentum, adam, not 'sgd'"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused(wrong: dict[str, Any], expected: str) -> None:
    with pytest.raises(TrainingError, match=expected):
        Recipe(**{"epochs": 5, "seed": 1, **wrong})


def test_a_learner_reads_what_is_wrong_in_the_language_of_the_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AUTOGRADER_LANG", raising=False)
    monkeypatch.chdir(tmp_path)
    for language, said in (
        ("zh", "Recipe：epochs 应为 1 到 10000 的整数"),
        ("en", "Recipe: epochs must be a whole number"),
    ):
        (tmp_path / "checks.json").write_text(json.dumps({"language": language}), "utf-8")
        with pytest.raises(TrainingError, match=said) as caught:
            Recipe(epochs=0, seed=1)
        assert caught.value.said.zh.startswith("Recipe：epochs")
