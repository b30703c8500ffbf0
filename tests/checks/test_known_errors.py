"""Errors that learners meet often are told in words that say what to write, in both languages."""

from __future__ import annotations

import pytest

from autograder.checks.raised import Called, told

HERE = ["lenet.py", 5, "y = f(x)"]
NETWORK = Called("LeNet(num_classes=10)", "LeNet", ("num_classes",))


@pytest.mark.parametrize(
    ("kind", "message", "part"),
    [
        ("IndexError", "too many indices for array: array is 0-dimensional, but 1 were indexed", "write .item()"),
        ("ValueError", "Unable to avoid copy while creating an array as requested.", "write np.asarray(x)"),
        (
            "RecursionError",
            "maximum recursion depth exceeded while calling a Python object",
            "calls itself without end",
        ),
        ("SystemExit", "", "it says nothing"),
        (
            "ValueError",
            "cast(): argument 'x' (position 0) must be Tensor, but got numpy.ndarray",
            "paddle.to_tensor(…)",
        ),
        ("ValueError", "only one element tensors can be converted to Python scalars", "mean or sum first"),
        (
            "RuntimeError",
            "(NotFound) The kernel with key (CPU, Undefined(AnyLayout), int64) of kernel `sigmoid` is not registered.",
            "convert it with astype",
        ),
        ("OSError", '(External) function "GradCPUKernel" is not implemented for data type `float32`', "with astype"),
        ("SystemError", "(Fatal) The TensorWrappers of MeanAllGradNode do not exist.", "once for each batch"),
        (
            "ValueError",
            "Input(X) and Input(Label) shall have the same rank.But received: the rank of Input(X) is [2], the rank of "
            "Input(Label) is [1].",
            "the logits have 2 axes and the labels 1",
        ),
        (
            "IndexError",
            "label value should less than the shape of axis dimension when label value(1) not equal to ignore_index(-100)",
            "label 1 is out of range",
        ),
        ("TypeError", "ProbeNetwork.forward() takes 2 positional arguments but 3 were given", "model(images)."),
        ("ValueError", "super().__init__() should be called first", "must begin with super().__init__()"),
        ("TypeError", "exceptions must derive from BaseException", "raise takes an exception"),
        ("TypeError", "'>=' not supported between instances of 'tuple' and 'int'", "such as c2[0]"),
        ("TypeError", "'str' object is not callable", "a text is called like a function"),
        ("ValueError", "axes don't match array", "does not name as many axes"),
        ("TypeError", "argument (position 2) must be list of int, but got float at pos 0", "divide with //"),
        ("ValueError", "The padding's type must be list or tuple. Received: 3.0", "divide with //"),
        ("TypeError", "'float' object cannot be interpreted as an integer", "divide with //"),
        ("AttributeError", "'numpy.ndarray' object has no attribute 'abs'", "such as np.abs(z)"),
        ("TypeError", "no_grad_() takes no arguments", "@paddle.no_grad()"),
        ("TypeError", "ReLU.__init__() got an unexpected keyword argument 'inplace'", "write nn.ReLU()"),
        ("ValueError", "high <= 0", "side - window + 1"),
        ("ValueError", "too many values to unpack (expected 2)", "use paddle.argmax"),
        (
            "error",
            "OpenCV(5.0.0) /io/opencv/matrix_wrap.cpp:511: error: (-215:Assertion failed) m->dims <= 2 in function 'size'",
            "OpenCV cannot use such an array",
        ),
    ],
)
def test_a_frequent_error_says_what_to_write(kind: str, message: str, part: str) -> None:
    said = told({"type": kind, "message": message, "where": HERE}, NETWORK)
    assert part in said.en
    assert f"raised {kind} at line 5" in said.en
    for word in ("kernel", "cpp", "TensorWrappers", "ProbeNetwork"):
        assert word not in said.en
        assert word not in said.zh


@pytest.mark.parametrize(
    "rest", ["missing 1 required positional argument: 'label'", "takes 1 positional argument but 2 were given"]
)
def test_a_forward_with_another_signature_is_not_told_as_the_constructor(rest: str) -> None:
    said = told({"type": "TypeError", "message": f"LeNet.forward() {rest}"}, NETWORK)
    assert "write def forward(self, x)" in said.en
    assert "num_classes" not in said.en + said.zh
