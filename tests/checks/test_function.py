"""The checks of loaders, on a loader in this process: what a refusal must say, and answers without measure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.checks import Loader, Transform
from autograder.checks.base import MAX_NUMBERS, observe
from tests.checks.test_mode import Session

DOT_FILE = Loader(name="load", names=("N1.jpg",), batch_size=1, mode="valid", extra_files=(".DS_Store",), refusal="may")


def refusing(error: BaseException) -> Any:
    def load(_folder: str, _batch_size: int, _mode: str) -> Any:
        raise error

    return observe(DOT_FILE, Session("load", load))["seen"]


@pytest.mark.parametrize(
    "error",
    [
        ValueError("/tmp/x/.DS_Store is no photograph"),
        ValueError("refused", Path(".DS_Store")),
        UnicodeError(".DS_Store"),
    ],
)
def test_a_refusal_that_names_the_dot_file_is_right(error: BaseException) -> None:
    assert DOT_FILE.judge(refusing(error), {}) is None


@pytest.mark.parametrize("error", [ValueError("no photograph"), ValueError(), KeyError(".DS_Store")])
def test_a_refusal_of_another_type_or_without_the_name_is_wrong(error: BaseException) -> None:
    complaint = DOT_FILE.judge(refusing(error), {})
    assert complaint is not None
    assert "names the file" in complaint.en


def test_a_call_that_does_not_fit_is_no_wrong_refusal() -> None:
    seen = observe(DOT_FILE, Session("load", lambda _folder, _batch_size: None))
    assert "takes 2 positional arguments but 3 were given" in seen["raised"]["message"]


def half_right(pixel: int) -> Any:
    """A transform that is right but for pictures of one colour."""

    def transform(image: np.ndarray[Any, Any]) -> Any:
        return None if image.min() == image.max() == pixel else image.transpose(2, 0, 1).astype(np.float32) / 127.5 - 1

    return transform


def test_black_and_white_must_become_the_ends_of_the_range() -> None:
    check = Transform(name="transform_img", sizes=((224, 224),), seed=1, ends=True)
    right, nothing, by_128 = (
        observe(check, Session("transform_img", function))["seen"]
        for function in (
            half_right(300),
            half_right(255),
            lambda image: (image.transpose(2, 0, 1) - np.float32(128)) / 128,
        )
    )
    assert check.judge(right, right) is None
    for seen, part in ((nothing, "255 becomes nan, expected 1"), (by_128, "255 becomes 0.9922, expected 1")):
        complaint = check.judge(seen, right)
        assert complaint is not None
        assert part in complaint.en


class Huge:
    """A session whose loader gives one batch of a million images."""

    def ask(self, operation: str, /, **_: Any) -> Any:
        colours = np.zeros(3_000_000)
        batch = {"image_dtype": "float32", "image_shape": [], "label_dtype": "float32", "label_shape": []}
        return [{**batch, "colours": colours, "labels": colours}] if operation == "drain" else "folder"


def test_a_batch_without_measure_is_read_in_part() -> None:
    (batch,) = DOT_FILE.ask(Huge())["passes"][0]
    assert batch["order"] == [-1]
    assert len(batch["labels"]) == MAX_NUMBERS + 1
