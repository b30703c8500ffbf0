"""What was written for another machine is told once, at its line."""

from __future__ import annotations

import pytest

from autograder.submission.elsewhere import notes_on
from autograder.submission.statements import Statement


def notes(text: str) -> list[str]:
    return [note.en for note in notes_on([Statement("lenet.py", 10, text)])]


@pytest.mark.parametrize(
    "line",
    [
        'paddle.set_device("gpu:0")',
        "paddle.device.set_device('gpu')",
        "x = paddle.to_tensor(x, place=paddle.CUDAPlace(0))",
        "x = x.cuda()",
        'x = x.to("gpu:0")',
    ],
)
def test_a_gpu_is_told_with_its_line(line: str) -> None:
    (note,) = notes(f"def f(x):\n    pass\n    {line}\n    {line}")
    assert note.startswith("lenet.py, line 12:")
    assert "CPU" in note


def test_worker_processes_are_told() -> None:
    (note,) = notes("def f(x):\n    return DataLoader(x, num_workers=2)")
    assert "num_workers" in note


@pytest.mark.parametrize(
    ("line", "name"),
    [("return np.trapz(y, x)", "np.trapz"), ("x = numpy.in1d(a, b)", "np.in1d"), ("x.astype(np.float)", "np.float")],
)
def test_a_name_of_numpy_1_is_told_with_its_line(line: str, name: str) -> None:
    (note,) = notes(f"def f(x):\n    {line}")
    assert note.startswith(f"lenet.py, line 11: {name} ")


@pytest.mark.parametrize(
    "line", ["np.float32(x)", "np.int64", "np.floor(x)", "np.product_of", "np.bool", "np.matmul(x, y)"]
)
def test_a_name_that_numpy_has_is_not_told(line: str) -> None:
    assert notes(line) == []


@pytest.mark.parametrize(
    "line", ['paddle.set_device("cpu")', "DataLoader(x, num_workers=0)", "gpu = None", "place = CPUPlace()"]
)
def test_what_is_the_same_everywhere_is_not_told(line: str) -> None:
    assert notes(line) == []
