"""How a network becomes a compiled one, and what passes are saved; in this process, with code of our own."""

from __future__ import annotations

from typing import Any

import numpy as np
import paddle
import pytest
from paddle import nn

from autograder.sandbox.child.on_paddle.measuring import NEWER, OLDER, Measuring

HEAD = "import paddle\nfrom paddle import nn\nfrom paddle.nn import functional as F\n"
CONVOLUTIONS = """
class Net(nn.Layer):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2D(3, 8, 3, padding=1), nn.Conv2D(8, 8, 3)
        self.pool, self.fc = nn.MaxPool2D(2), nn.Linear(8 * 4 * 4, 2)

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        return self.fc(paddle.flatten(F.relu(self.conv2(x)), 1))
"""
BIAS_ELSEWHERE = """
class Net(nn.Layer):
    def __init__(self):
        super().__init__()
        self.conv, self.fc = nn.Conv2D(3, 8, 3, padding=1), nn.Linear(8 * 12 * 12, 2)

    def forward(self, x):
        shared = self.conv.bias.reshape([1, 8, 1, 1])
        x = F.conv2d(x, self.conv.weight, padding=1) + shared
        return self.fc(paddle.flatten(F.relu(x) + shared, 1))
"""
NEWER_ONLY = CONVOLUTIONS.replace("F.relu(self.conv1(x))", "paddle.maximum(self.conv1(x), paddle.zeros([1]))")
SIGMOIDS = CONVOLUTIONS.replace("F.relu(self.conv1(x))", "nn.Tanh()(self.conv1(x))").replace(
    "F.relu(self.conv2(x))", "paddle.exp(F.sigmoid(x=self.conv2(x)))"
)
COUNTING = """
passes = []


class Net(nn.Layer):
    def forward(self, x):
        passes.append(list(x.shape))
        return paddle.flatten(x, 1)


def counted():
    return len(passes)
"""
NETWORK = {"$handle": -1}


def asked(operations: Measuring, operation: str, **arguments: Any) -> Any:
    answer = operations.run(operation, arguments)
    assert "error" not in answer, answer
    return answer["value"]


def with_network(code: str) -> Measuring:
    operations = Measuring()
    asked(operations, "load", statements=[["answer.ipynb, cell 3", 1, HEAD + code]])
    asked(operations, "make", target="Net", arguments=[], blank=True)
    asked(operations, "fill", target=NETWORK, seed=3)
    return operations


def images(count: int) -> np.ndarray[Any, Any]:
    return np.random.default_rng(1).standard_normal((count, 3, 12, 12)).astype(np.float32)


def reshapes(operations: Measuring) -> int:
    graph = paddle.base.core.ProgramDesc((operations.compiled / OLDER).read_bytes())
    block = graph.block(0)
    return [block.op(place).type() for place in range(block.op_size())].count("reshape2")


@pytest.mark.parametrize(
    ("code", "form", "left"),
    [(CONVOLUTIONS, OLDER, 0), (BIAS_ELSEWHERE, OLDER, 1), (SIGMOIDS, OLDER, 0), (NEWER_ONLY, NEWER, None)],
    ids=["convolutions", "bias_elsewhere", "sigmoids", "newer_only"],
)
def test_a_compiled_network_gives_the_same_logits(code: str, form: str, left: int | None) -> None:
    operations = with_network(code)
    forms = asked(operations, "compile", target=NETWORK, shape=[3, 12, 12])
    assert (operations.compiled / form).exists()
    assert left is None or reshapes(operations) == left  # a bias that is used elsewhere, too, stays as it is
    plain = asked(operations, "forward", target=NETWORK, images=images(5))["output"]
    for name in (*forms, "float32"):  # and back: one predictor at a time
        logits = asked(operations, "predict", images=images(5), form=name)
        assert np.abs(logits - plain).max() <= (1e-4 if name == "float32" else 0.05) * np.abs(plain).max()


def test_eager_passes_stay_eager() -> None:
    operations = with_network(CONVOLUTIONS)
    before = asked(operations, "forward", target=NETWORK, images=images(2))["output"]
    asked(operations, "compile", target=NETWORK, shape=[3, 12, 12])
    assert paddle.in_dynamic_mode()
    assert np.array_equal(asked(operations, "forward", target=NETWORK, images=images(2))["output"], before)


def test_sizes_come_from_a_pass_that_ran_already() -> None:
    operations = with_network(COUNTING)
    asked(operations, "forward", target=NETWORK, images=images(2))
    sizes = asked(operations, "sizes", target=NETWORK, shape=[2, 3, 12, 12])
    assert sizes["output"] == [2, 432]
    assert asked(operations, "call", target="counted", arguments=[]) == 1
    assert asked(operations, "sizes", target=NETWORK, shape=[1, 3, 4, 4])["output"] == [1, 48]
    assert asked(operations, "call", target="counted", arguments=[]) == 2


def test_sizes_are_those_of_the_network_that_was_made_last() -> None:
    operations = with_network(CONVOLUTIONS)
    assert asked(operations, "sizes", target=NETWORK, shape=[2, 3, 12, 12])["output"] == [2, 2]
    asked(operations, "load", statements=[["answer.py", 1, CONVOLUTIONS.replace("8 * 4 * 4, 2", "8 * 4 * 4, 5")]])
    asked(operations, "make", target="Net", arguments=[])
    assert asked(operations, "sizes", target=NETWORK, shape=[2, 3, 12, 12])["output"] == [2, 5]


DUMMY_PASS = """
class Net(nn.Layer):
    def __init__(self):
        super().__init__()
        self.conv, self.norm = nn.Conv2D(3, 8, 3), nn.BatchNorm2D(8)
        self.fc = nn.Linear(self.norm(self.conv(paddle.zeros([1, 3, 12, 12]))).size, 2)
"""


@pytest.mark.filterwarnings("ignore:When training, we now always track:UserWarning")
@pytest.mark.parametrize(("code", "made"), [(CONVOLUTIONS, False), (DUMMY_PASS, True)], ids=["plain", "dummy_pass"])
def test_parameters_are_counted_without_memory_for_them_where_that_works(code: str, made: bool) -> None:
    operations = Measuring()
    asked(operations, "load", statements=[["answer.py", 1, HEAD + code]])
    new = {"target": "Net", "arguments": [], "blank": True}
    counted = asked(operations, "describe_new", **new)
    assert (operations.made is not None) == made
    asked(operations, "make", **new)
    assert counted == asked(operations, "describe_new", **new)
    assert [[8, 3, 3, 3], True] in counted


OWN_MATRIX = """
class Net(nn.Layer):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2D(3, 8, 3)
        spread = nn.initializer.Uniform(-2.0, 2.0)
        self.fc = self.create_parameter([300, 200], default_initializer=spread)
"""


def test_matrices_are_drawn_as_the_answer_says_and_filters_not_at_all() -> None:
    operations = Measuring()
    asked(operations, "load", statements=[["answer.py", 1, HEAD + OWN_MATRIX + "made = []\n"]])
    asked(operations, "load", statements=[["answer.py", 1, "def Kept():\n    made.append(Net())\n    return made[0]"]])
    ((shape, largest, spread, bias),) = asked(operations, "initial", target="Kept", arguments=[])
    assert bias is None
    assert shape == [300, 200]
    assert (largest, spread) == pytest.approx((2.0, 2 / 3**0.5), rel=0.02)
    (network,) = operations.namespace["made"]
    assert not network.conv.weight.numpy().any()
    assert nn.Conv2D(3, 8, 3).weight.numpy().any()  # and nothing of that is left


SOFTMAX = """
class Net(nn.Layer):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(432, 20)

    def forward(self, x):
        return F.softmax(self.fc(paddle.flatten(x, 1)))
"""


def test_what_is_silenced_shows_through_a_softmax() -> None:
    operations = with_network(SOFTMAX)
    ((_, inputs, outputs, _),) = asked(operations, "silenced", target=NETWORK, images=images(4), training=False)
    assert (inputs, outputs) == (0.0, 0.0)
