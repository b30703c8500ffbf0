"""What the child tells of an exception: the layer that got another size, a misspelt method, what came back."""

from __future__ import annotations

from typing import Any

import pytest

from autograder.sandbox.session import StudentError, value_of

LAYERS = """
import paddle
from paddle import nn
class Net(nn.Layer):
    def {init}(self, width=4):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2D(1, 2, 3), nn.Flatten())
        self.fc = nn.Linear(width, 3)
    def {forward}(self, x):
        {body}
"""


def operations(text: str, **parts: str) -> Any:
    from autograder.sandbox.child.on_paddle.networks import PaddleOperations as Operations

    asked = Operations()
    given = {"init": "__init__", "forward": "forward", "body": "return self.fc(self.body(x))", **parts}
    loaded = value_of(asked.run("load", {"statements": [["a.py", 1, text.format(**given).strip()]]}))
    assert loaded == {"errors": []}
    return asked


def sizes(asked: Any, shape: tuple[int, ...] = (2, 1, 4, 4)) -> Any:
    network = value_of(asked.run("make", {"target": "Net", "arguments": []}))
    return value_of(asked.run("sizes", {"target": network, "shape": list(shape)}))


def test_a_layer_that_gets_another_size_is_told_with_its_name() -> None:
    error = sizes(operations(LAYERS))["error"]
    assert error["note"] == {"kind": "misfit", "of": "Linear", "layer": "fc", "got": [2, 8], "expects": 4}
    assert error["frames"][-1] == {"file": "a.py", "line": 9, "text": "return self.fc(self.body(x))"}
    assert "C++" not in error["message"]
    assert "[Hint" not in error["message"]


def test_a_layer_inside_another_is_told_with_its_path() -> None:
    error = sizes(operations(LAYERS), (2, 3, 4, 4))["error"]
    assert error["note"] == {"kind": "misfit", "of": "Conv2D", "layer": "body.0", "got": [2, 3, 4, 4], "expects": 1}


@pytest.mark.parametrize(
    ("body", "what", "count"),
    [
        ("pass", "NoneType", None),
        ("return x, x", "tuple", 2),
        ("return [x]", "list", 1),
        ("return {{'a': x}}", "dict", 1),
    ],
)
def test_another_thing_than_a_tensor_is_told(body: str, what: str, count: int | None) -> None:
    error = sizes(operations(LAYERS, body=body.replace("{{", "{").replace("}}", "}")))["error"]
    assert error["note"] == {"kind": "returned", "what": what, "count": count}


@pytest.mark.parametrize("name", ["_init_", "__int__", "__init", "init", "__Init__"])
def test_a_misspelt_constructor_is_told_when_the_network_is_made(name: str) -> None:
    with pytest.raises(StudentError) as caught:
        sizes(operations(LAYERS, init=name))
    assert caught.value.note == {"kind": "misspelt", "class": "Net", "found": name, "wanted": "__init__"}


@pytest.mark.parametrize("name", ["foward", "Forward", "forwrad"])
def test_a_misspelt_forward_is_told_when_it_is_called(name: str) -> None:
    error = sizes(operations(LAYERS, forward=name))["error"]
    assert error["note"] == {"kind": "no_forward", "class": "Net", "found": name}


def test_a_network_without_layers_of_its_own_needs_no_constructor() -> None:
    text = "import paddle\nfrom paddle import nn\nclass Net(nn.ReLU):\n    def initialise(self): ...\n"
    assert sizes(operations(text))["output"] == [2, 1, 4, 4]


@pytest.mark.parametrize(("before", "written"), [("", False), ("super().__init__()", False), ("self.a = 1", True)])
def test_a_stub_is_told_from_a_line_that_was_left(before: str, written: bool) -> None:
    text = f"from paddle import nn\nclass Net(nn.Layer):\n    def forward(self, x):\n        '''Text.'''\n        {before}\n        raise NotImplementedError()\n"
    assert sizes(operations(text))["error"]["note"] == {"kind": "unfinished", "function": "forward", "written": written}


def test_what_a_failed_statement_would_have_bound_is_told() -> None:
    from autograder.sandbox.child.on_paddle.networks import PaddleOperations as Operations

    asked = Operations()
    text = "import no_such_module as a, os as b"
    (error,) = value_of(asked.run("load", {"statements": [["a.py", 3, text]]}))["errors"]
    assert error["binds"] == ["a", "b"]
    assert error["frames"] == [{"file": "a.py", "line": 3, "text": text}]
