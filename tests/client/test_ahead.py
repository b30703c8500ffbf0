"""What `check` makes while the box still starts: what the answer's networks will be filled with, and nothing for a skeleton."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.checks.suite import public_kit
from autograder.client.ahead import wanted
from autograder.grading.grade import understood
from autograder.submission import take
from autograder.submission.files import Place

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("file", "seeds"), [("solutions/alexnet/alexnet.py", 2), ("assignments/alexnet/alexnet.ipynb", 0)]
)
def test_values_are_made_for_networks_that_are_written(file: str, seeds: int) -> None:
    suite = public_kit(ROOT, "alexnet")
    found = wanted(suite, understood(suite, take(Place.of(ROOT / file), "alexnet")))
    filled = [check for _, _, _, check in suite.asked if getattr(check, "filled", False)]
    assert [seed for seed, _ in found] == [check.model_dump()["seed"] for check in filled][:seeds]
    assert all((4096, 4096) in shapes for _, shapes in found)


def test_networks_without_large_parameters_need_none() -> None:
    suite = public_kit(ROOT, "lenet")
    answer = understood(suite, take(Place.of(ROOT / "solutions/lenet/lenet.py"), "lenet"))
    assert wanted(suite, answer) == []
