"""The checks of loops, on functions in this process: what they must not believe."""

from __future__ import annotations

from typing import Any

import numpy as np
import paddle
import paddle.nn.functional as F
import pytest

from autograder.checks import Evaluate, TrainEpoch
from autograder.checks.base import observe
from tests.checks.test_mode import Session

NO_GRAD = Evaluate(name="evaluate", batches=(4,), seed=1, look_at=("no_grad",), starts_in_training=False)


def no_grad(model: Any, loader: Any) -> tuple[float, float]:
    with paddle.no_grad():
        for images, _ in loader:
            model(paddle.to_tensor(images))
    return 0.5, 0.5


def with_gradients(model: Any, loader: Any) -> tuple[float, float]:
    for images, _ in loader:
        model(paddle.to_tensor(images))
    return 0.5, 0.5


def forged(model: Any, loader: Any) -> tuple[float, float]:
    found = with_gradients(model, loader)
    model.passes = [[False, False, 4]]
    return found


@pytest.mark.parametrize(("function", "gradients"), [(no_grad, False), (with_gradients, True), (forged, True)])
def test_a_note_on_the_model_does_not_turn_gradients_off(function: Any, gradients: bool) -> None:
    assert observe(NO_GRAD, Session("evaluate", function)) == {"seen": {"gradients": gradients}}


def test_what_one_run_writes_into_the_pairs_of_a_loader_is_not_in_the_next() -> None:
    def greedy(_model: Any, loader: Any) -> tuple[float, float]:
        total = 0.0
        for images, labels in loader:
            total += float(images.sum())
            images[:], labels[:] = 0, 0
        return total, 0.0

    values = Evaluate(name="evaluate", batches=(4, 3), seed=1)
    first, second = (observe(values, Session("evaluate", greedy)) for _ in range(2))
    assert first == second
    assert first["seen"]["values"][0] != 0


class Many:
    """A session whose probe network has more parameters than it can have."""

    def __init__(self, state: dict[str, Any]) -> None:
        self.state = state

    def ask(self, operation: str, /, **_: Any) -> Any:
        assert operation == "loop"
        return {"result": 0.0, "passes": [], "training": True, "parameters": self.state}


@pytest.mark.parametrize(
    "state", [{"w": np.zeros(500_001)}, {str(name): np.zeros(1) for name in range(10_001)}], ids=["large", "many"]
)
def test_parameters_without_measure_are_not_read(state: dict[str, Any]) -> None:
    epoch = TrainEpoch(name="train", batches=(1,), seed=1, look_at=("update",))
    assert observe(epoch, Many(state)) == {"unreadable": "ValueError"}


def test_a_result_of_many_values_is_counted_only() -> None:
    values = Evaluate(name="evaluate", batches=(4,), seed=1)
    assert observe(values, Session("evaluate", lambda *_: np.zeros(100_000)))["seen"] == {"values": 100_000}


def test_checks_that_look_at_other_parts_of_a_run_share_it_and_other_inputs_are_another_run() -> None:
    runs: list[int] = []

    def evaluate(model: Any, loader: Any) -> tuple[float, float]:
        runs.append(1)
        model.eval()
        return no_grad(model, loader)

    session = Session("evaluate", evaluate)
    values, mode, no_gradients = (
        Evaluate(name="evaluate", batches=(4, 3), seed=1, look_at=(part,)) for part in ("values", "mode", "no_grad")
    )
    assert observe(values, session)["seen"]["values"] == [0.5, 0.5]
    assert observe(no_gradients, session) == {"seen": {"gradients": False}}
    assert len(runs) == 1
    assert "evaluating" in observe(mode, session)["seen"]
    assert len(runs) == 2  # once more, from the other mode
    observe(values.model_copy(update={"seed": 2}), session)
    assert len(runs) == 3
    observe(values, Session("evaluate", evaluate))
    assert len(runs) == 4


def test_a_run_that_raised_is_asked_for_again() -> None:
    answers = iter([ValueError("first"), (0.5, 0.5)])

    def evaluate(_model: Any, _loader: Any) -> Any:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    session, values = Session("evaluate", evaluate), Evaluate(name="evaluate", batches=(4,), seed=1)
    assert observe(values, session)["raised"]["message"] == "first"
    assert observe(values, session)["seen"]["values"] == [0.5, 0.5]


@pytest.mark.filterwarnings("ignore:When training")
@pytest.mark.parametrize(("owned", "part"), [(False, ""), (True, "does not use the optimizer that it gets")])
def test_an_optimizer_that_is_not_used_is_named(owned: bool, part: str) -> None:
    def by(own: bool) -> Any:
        def train(model: Any, loader: Any, optimizer: Any) -> float:
            chosen = paddle.optimizer.SGD(0.1, parameters=model.parameters()) if own else optimizer
            for images, labels in loader:
                F.cross_entropy(model(paddle.to_tensor(images)), paddle.to_tensor(labels)).backward()
                chosen.step()
                chosen.clear_grad()
            return 0.0

        return train

    check = TrainEpoch(name="train", batches=(4, 3), seed=1, look_at=("update",))
    expected, seen = (observe(check, Session("train", by(own)))["seen"] for own in (False, owned))
    said = check.judge(seen, expected)
    assert (said is None) == (not part)
    assert said is None or part in said.en


def test_right_parameters_are_right_whoever_made_the_steps() -> None:
    check = TrainEpoch(name="train", batches=(4,), seed=1, look_at=("update",))
    right = {"training": True, "sizes": [4], "stepped": True, "parameters": {}}
    assert check.judge({**right, "stepped": False}, right) is None
