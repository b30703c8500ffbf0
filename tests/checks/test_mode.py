"""Dropout, batch norm, initial values and refusals, on small networks in this process."""

from __future__ import annotations

import functools
from typing import Any

import paddle
import paddle.nn.functional as F
import pytest
from paddle import nn

from autograder.checks import DropoutRate, Initial, Raises, TrainMode
from autograder.checks.base import observe
from autograder.checks.raised import told
from tests.checks.test_augment import Session as _Session

IMAGE = (1, 3, 8, 8)


class Session(_Session):
    def __init__(self, name: str, thing: Any) -> None:
        super().__init__(thing)
        self.operations.namespace = {name: thing}


class Net(nn.Layer):
    """fc 192 → 400 → 300 → 2 with dropout written in one of several ways."""

    def __init__(self, dropout: str = "layer", rate: float = 0.5) -> None:
        super().__init__()
        self.fc1, self.fc2, self.fc3 = nn.Linear(192, 400), nn.Linear(400, 300), nn.Linear(300, 2)
        self.drop, self.way, self.rate = nn.Dropout(rate), dropout, rate

    def dropped(self, x: Any) -> Any:
        if self.way == "layer":
            return self.drop(x)
        return F.dropout(x, self.rate, training=self.training if self.way == "function" else True)

    def forward(self, x: Any) -> Any:
        x = self.dropped(F.relu(self.fc1(paddle.flatten(x, 1))))
        return self.fc3(self.dropped(F.relu(self.fc2(x))))


def rates(way: str, rate: float) -> list[float]:
    check = DropoutRate(name="Net", arguments=(way, rate), inputs=(IMAGE,), seed=3)
    return [row[1] for row in observe(check, Session("Net", Net))["seen"]["rows"]]


def rows(*row: Any, drawn_anew: bool = True, one_mask: bool = False) -> dict[str, Any]:
    """Return what is seen of a network with one fc layer."""
    resting = () if len(row) > 4 else (0.0, 0.0)
    return {"rows": [[*row, *resting]], "drawn_anew": drawn_anew, "one_mask": one_mask}


def test_two_passes_that_drop_the_same_are_named() -> None:
    check = DropoutRate(name="Net", arguments=(), inputs=(IMAGE,), seed=3)
    right = rows([900, 200], 0.5, 0.0, 1.0)
    complaint = check.judge(rows([900, 200], 0.5, 0.0, 1.0, drawn_anew=False), right)
    assert complaint is not None
    assert "choose at random again" in complaint.en


@pytest.mark.parametrize("way", ["layer", "function"])
def test_the_rate_is_read_however_dropout_is_written(way: str) -> None:
    first, second, third = rates(way, 0.3)
    assert first == 0
    assert second == pytest.approx(0.3, abs=0.08)
    assert third == pytest.approx(0.3, abs=0.1)


def test_dropout_that_never_rests_shows_no_rate() -> None:
    assert max(map(abs, rates("always", 0.5))) < 0.12


def test_a_wrong_rate_is_named() -> None:
    check = DropoutRate(name="Net", arguments=(), inputs=(IMAGE,), seed=3)
    expected = rows([900, 200], 0.5, 0.0, 1.0)
    complaint = check.judge(rows([900, 200], 0.1, 0.0, 1.0), expected)
    assert complaint is not None
    assert "10% of the inputs" in complaint.en
    assert check.judge(rows([900, 200], 0.46, 0.0, 1.1), expected) is None
    after_the_last_layer = check.judge(rows([900, 200], 0.5, 0.5, 1.0), expected)
    assert after_the_last_layer is not None
    assert "50% of the outputs" in after_the_last_layer.en


def test_dropout_in_eval_mode_one_mask_and_what_sets_nothing_to_zero_are_named() -> None:
    check = DropoutRate(name="Net", arguments=(), inputs=(IMAGE,), seed=3)
    expected = rows([900, 200], 0.5, 0.0, 1.0, 0.4, 0.0)
    for seen, said in (
        (rows([900, 200], 0.03, 0.0, 1.0, 0.7, 0.0), "in eval mode, too, inputs"),
        (rows([900, 200], -0.7, 0.0, 1.0, 0.4, 0.0), "AlphaDropout does not"),
        (rows([900, 200], 0.5, 0.0, 1.0, 0.4, 0.0, one_mask=True), "for all samples of a batch"),
    ):
        complaint = check.judge(seen, expected)
        assert complaint is not None
        assert said in complaint.en


@pytest.mark.parametrize("axis", [None, 1])
def test_each_sample_has_a_mask_of_its_own(axis: int | None) -> None:
    class Own(Net):
        def __init__(self, way: str, rate: float) -> None:
            super().__init__(way, rate)
            self.drop = nn.Dropout(rate, axis=axis)

    check = DropoutRate(name="Net", arguments=("layer", 0.5), inputs=(IMAGE,), seed=3)
    seen = observe(check, Session("Net", Own))["seen"]
    assert seen["one_mask"] is (axis == 1)


@pytest.mark.parametrize(("gain", "right"), [(0.5, False), (2.0, False), (1.2, True), (None, True)])
def test_what_dropout_keeps_is_scaled(gain: float | None, right: bool) -> None:
    check = DropoutRate(name="Net", arguments=(), inputs=(IMAGE,), seed=3)
    complaint = check.judge(rows([900, 200], 0.5, 0.0, gain), rows([900, 200], 0.5, 0.0, 1.0))
    assert (complaint is None) == right
    if complaint is not None:
        assert f"{gain:.2f} times" in complaint.en


def test_the_mean_of_inputs_is_read_from_gradients() -> None:
    check = DropoutRate(name="Net", arguments=("layer", 0.5), inputs=(IMAGE,), seed=3)
    gains = [row[3] for row in observe(check, Session("Net", Net))["seen"]["rows"]]
    assert gains[0] == pytest.approx(1.0)
    assert gains[1] == pytest.approx(1.0, abs=0.35)  # 400 neurons, half of them silent


class Frozen(nn.Layer):
    """Batch norm that uses running statistics in train mode too, or not."""

    def __init__(self, use_global_stats: Any = None) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2D(3, use_global_stats=use_global_stats)

    def forward(self, x: Any) -> Any:
        return self.norm(x)


@pytest.mark.filterwarnings("ignore:When training")
def test_batch_norm_must_use_the_batch_in_train_mode() -> None:
    check = TrainMode(name="Frozen", inputs=((4, 3, 8, 8),), seed=1)
    expected = observe(check, Session("Frozen", Frozen))["seen"]
    frozen = observe(check, Session("Frozen", lambda: Frozen(True)))["seen"]
    assert check.judge(expected, expected) is None
    assert check.judge(frozen, expected) is not None


class ByHand(nn.Layer):
    """Convolution, a norm by hand, ReLU; the averages move by a part of the way each."""

    def __init__(self, mean: float = 0.1, variance: float = 0.1, sums: bool = False, way: str = "n") -> None:
        super().__init__()
        self.conv, self.parts, self.way = nn.Conv2D(4, 6, 3, padding=1, bias_attr=False), (mean, variance), way
        self.scale = self.create_parameter([6], default_initializer=nn.initializer.Constant(1.0))
        self.shift = self.create_parameter([6], is_bias=True)
        self.register_buffer("running_mean", paddle.zeros([6]))
        self.register_buffer("running_variance", paddle.ones([6]))
        self.kept = 1.0 if sums else None

    def forward(self, x: Any) -> Any:
        x = self.conv(x)
        mean, variance = self.running_mean, self.running_variance
        if self.training:
            mean, variance = x.mean([0, 2, 3]), x.var([0, 2, 3], unbiased=self.way == "n - 1")
            for average, now, part in zip((self.running_mean, self.running_variance), (mean, variance), self.parts):
                average.set_value((self.kept or 1 - part) * average + part * now.detach())
        mean, variance, scale, shift = (each.reshape([1, 6, 1, 1]) for each in (mean, variance, self.scale, self.shift))
        return F.relu(scale * (x - mean) / (variance + 1e-5).sqrt() + shift)


@pytest.mark.parametrize(
    ("made", "part"),
    [
        ({}, ""),
        ({"mean": 0.01, "variance": 0.01}, ""),
        ({"mean": 0.001, "variance": 0.001}, ""),
        ({"mean": 1.0, "variance": 1.0}, ""),
        ({"way": "n - 1"}, ""),
        ({"variance": 0.0}, "the running variance is not"),
        ({"mean": 0.0}, "the running mean is not"),
        ({"mean": 1.0, "variance": 1.0, "sums": True}, "the running mean is not"),
        ({"mean": 0.0, "variance": 0.0}, "the output in eval mode is the same"),
    ],
)
def test_both_averages_of_a_norm_go_towards_the_batch(made: dict[str, Any], part: str) -> None:
    check = TrainMode(name="Net", inputs=((5, 4, 9, 9),), seed=1417, averages=True, one_norm=True, tolerance=0.01)
    makers = (ByHand, functools.partial(ByHand, **made))
    expected, seen = (observe(check, Session("Net", make))["seen"] for make in makers)
    said = check.judge(seen, expected)
    assert (said is None) == (not part)
    assert said is None or part in said.en


def test_every_argument_that_must_be_refused_is_asked_about() -> None:
    check = Raises(name="Net", arguments=(18,), also=((77,),))

    def by_range(depth: int) -> None:
        if depth < 50:
            raise ValueError

    refused = observe(check, Session("Net", refusing(ValueError())))["seen"]
    assert check.judge(refused, refused) is None
    said = check.judge(observe(check, Session("Net", by_range))["seen"], refused)
    assert said is not None
    assert "Net(77)" in said.en


def test_initial_values_are_compared_by_bound_and_spread() -> None:
    def linear(initializer: Any) -> Any:
        return lambda: nn.Linear(2048, 1, weight_attr=paddle.ParamAttr(initializer=initializer))

    check = Initial(name="Net")

    def seen(make: Any) -> Any:
        paddle.seed(1)
        return observe(check, Session("Net", make))["seen"]

    bound = 2048**-0.5
    expected = seen(linear(nn.initializer.Uniform(-bound, bound)))
    assert check.judge(seen(linear(nn.initializer.Uniform(-bound, bound))), expected) is None
    for wrong in (None, nn.initializer.Normal(0.0, bound / 3**0.5), nn.initializer.Uniform(-bound, 0.0)):
        assert check.judge(seen(linear(wrong)), expected) is not None


def refusing(error: BaseException | None) -> Any:
    def make(_depth: int) -> str:
        if error is not None:
            raise error
        return "made"

    return make


@pytest.mark.parametrize(
    ("error", "right"),
    [(ValueError(), True), (AssertionError(), True), (UnicodeError(), True), (TypeError(), False), (None, False)],
)
def test_only_a_refusal_by_value_error_or_assert_is_right(error: BaseException | None, right: bool) -> None:
    check = Raises(name="make", arguments=(34,))
    seen = observe(check, Session("make", refusing(error)))["seen"]
    assert (check.judge(seen, None) is None) is right


class OtherName(nn.Layer):
    def __init__(self, depth: int = 50) -> None:
        super().__init__()
        raise ValueError(depth)


class Misspelt(nn.Layer):
    def _init_(self, layers: int = 50) -> None:
        raise ValueError(layers)


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (OtherName, "OtherName must accept layers: it is made as OtherName(18, layers=34)"),
        (Misspelt, "_init_ in Misspelt is misspelt"),
    ],
)
def test_a_call_that_does_not_fit_is_no_wrong_refusal(made: Any, sentence: str) -> None:
    check = Raises(name=made.__name__, arguments=(18, 34), named=("layers",))
    raised = observe(check, Session(made.__name__, made))["raised"]
    assert sentence in told(raised, check.calling).en
