"""A function of arrays is judged by the numbers it returns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.checks import Returns
from autograder.checks.catalogue import check_from


class Session:
    """Calls a function here."""

    def __init__(self, function: Any) -> None:
        self._function = function

    def ask(self, operation: str, /, **arguments: Any) -> Any:
        assert operation == "call"
        return self._function(*arguments["arguments"])


def share(z: Any, limit: float) -> Any:
    return (np.abs(z) > limit).mean()


CHECK = Returns(name="share", cases=(([[3.0, -3.0, 1.0]], 2.0), ([[0.0, 1.0], [2.0, 5.0]], 4)))
EXPECTED = CHECK.ask(Session(share))  # type: ignore[arg-type]


def judged(function: Any) -> Any:
    return CHECK.judge(CHECK.ask(Session(function)), EXPECTED)  # type: ignore[arg-type]


def test_the_reference_is_recorded_and_agrees_with_itself() -> None:
    assert [pytest.approx(2 / 3), 0.25] == EXPECTED
    assert judged(share) is None


def test_lists_arrive_as_float32_arrays() -> None:
    kinds: list[Any] = []
    CHECK.ask(Session(lambda z, limit: kinds.append((z.dtype, z.shape, limit)) or 0.0))  # type: ignore[arg-type]
    assert kinds == [(np.float32, (1, 3), 2.0), (np.float32, (2, 2), 4)]


@pytest.mark.parametrize(
    "answer", [lambda z, limit: np.array([share(z, limit)]), lambda z, limit: float(share(z, limit))]
)
def test_any_form_of_the_number_is_right(answer: Any) -> None:
    assert judged(answer) is None


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda z, limit: 100 * share(z, limit), "returned 66.66667, expected 0.666667"),
        (lambda z, limit: (np.asarray(z) > limit).mean(), "returned 0.3333333, expected 0.666667"),
        (lambda *_: None, "returned None"),
        (lambda z, limit: np.abs(z) > limit, "returned an array of shape [1, 3]"),
        (lambda *_: float("nan"), "returned 1e+300"),
    ],
)
def test_a_wrong_number_is_shown_with_the_call(answer: Any, said: str) -> None:
    complaint = judged(answer)
    assert complaint is not None
    assert said in complaint.en
    assert complaint.en.startswith("share([[3.0, -3.0, 1.0]], 2.0)")


def test_it_survives_json() -> None:
    assert check_from(CHECK.model_dump(mode="json")).ask(Session(share)) == EXPECTED  # type: ignore[arg-type]


def test_a_message_is_in_one_language() -> None:
    check = Returns(name="share", cases=((np.ones((9, 9)).tolist(), 0.5),))
    said = check.judge(check.ask(Session(lambda z, limit: z[0] * limit)), [1.0])  # type: ignore[arg-type]
    assert said is not None
    assert said.zh == "share(数组 [9, 9], 0.5) 返回的是形状为 [9] 的数组，应为 1。"
    assert said.en == "share(array [9, 9], 0.5) returned an array of shape [9], expected 1."
