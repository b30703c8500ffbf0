"""The fast way through a network: the same figures to the image, and the slow one where it cannot be trusted. Real boxes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save

from autograder.checks import accuracy
from autograder.checks.accuracy import (
    AS_WRITTEN,
    FLOAT32,
    Accuracy,
    CompilerDied,
    Images,
    Measured,
    Way,
    WeightsFile,
    margins,
    resized,
)
from autograder.checks.catalogue import check_from
from autograder.sandbox.box import Box, BoxLimits, BoxSession
from autograder.text import Text

HEAD = "import os, numpy, paddle\nfrom paddle import nn\n"
NET = """
class Net(nn.Layer):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2D(3, 4, 3)
        self.norm = nn.BatchNorm2D(4)
        self.fc = nn.Linear(4, 2)

    def forward(self, x):
        h = nn.functional.relu(self.norm(self.conv(x)))
        return self.fc(nn.functional.adaptive_avg_pool2d(h, 1).flatten(1))
"""
OTHER_SELF = NET.replace("def forward(self, x)", "def forward(this, x)").replace("return self.fc", "return this.fc")
OTHER_SELF = OTHER_SELF.replace("relu(self.norm(self.conv", "relu(this.norm(this.conv")
RAISING = NET.replace("        h =", "        if not paddle.in_dynamic_mode(): raise ArithmeticError('x')\n        h =")
OWN_ERROR = "class Zebra(Exception): pass\n" + RAISING.replace("ArithmeticError", "Zebra")
DIFFERENT = NET.replace("return self.fc(", "return (1 if paddle.in_dynamic_mode() else 2) * self.fc(")
DYING = NET.replace("        h =", "        os._exit(3) if not paddle.in_dynamic_mode() else None\n        h =")
CHECK = Accuracy(name="Net", batch=7)


@pytest.fixture(scope="module")
def box(shared_box: Box) -> Box:
    return replace(shared_box, limits=BoxLimits(cpu_seconds=60))


@pytest.fixture
def session(box: Box) -> Iterator[BoxSession]:
    with box.session() as opened:
        yield opened


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accuracy, "MAX_BATCH_SIZE", 16)


def images() -> Images:
    generator = np.random.default_rng(5)
    return Images(generator.standard_normal((60, 3, 12, 12)).astype(np.float32), generator.integers(0, 2, 60))


def weights() -> WeightsFile:
    generator = np.random.default_rng(6)
    shapes = {"conv.weight": (4, 3, 3, 3), "conv.bias": (4,), "fc.weight": (4, 2), "fc.bias": (2,)}
    shapes |= {f"norm.{name}": (4,) for name in ("weight", "bias", "_mean")}
    arrays = {name: generator.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()}
    return WeightsFile("w.safetensors", save({**arrays, "norm._variance": np.ones(4, np.float32)}))


def measured(session: BoxSession, code: str, fast: bool) -> Measured | Text:
    session.ask("load", statements=[["answer.py", 1, HEAD + code]])
    return CHECK.measure(session, weights(), images(), seed=1, fast=fast)


class Noting:
    """A session that notes which operations it is asked for."""

    def __init__(self, session: BoxSession) -> None:
        self.session, self.asked, self.forms = session, list[str](), list[str]()

    def ask(self, operation: str, /, **arguments: Any) -> Any:
        self.asked.append(operation)
        self.forms += [arguments["form"]] if operation == "predict" else []
        return self.session.ask(operation, **arguments)


def test_the_compiled_network_gives_the_same_figures(session: BoxSession) -> None:
    noting = Noting(session)
    fast = measured(noting, NET, fast=True)  # type: ignore[arg-type]
    assert isinstance(fast, Measured)
    assert fast.slow == ""
    assert 0 < fast.accuracy < 1
    plain = measured(session, NET, fast=False)
    assert isinstance(plain, Measured)
    assert (fast.accuracy, fast.constant) == (plain.accuracy, plain.constant)
    assert fast.auc == pytest.approx(plain.auc, abs=0.01)  # bfloat16 where the processor has it


def test_float32_alone_gives_the_same_figures_and_auc(session: BoxSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accuracy, "FORMS", ("float32",))
    noting = Noting(session)
    fast = measured(noting, NET, fast=True)  # type: ignore[arg-type]
    assert noting.asked.count("predict") == 1 + 4 + 4  # the first few once more, 56 images by 16, and copies of 60
    assert fast == measured(session, NET, fast=False)


class Told:
    """A session whose answers to `predict` and `forward` are made up: logits by form; an image is its own number."""

    def __init__(self, logits: dict[str, np.ndarray[Any, Any]]) -> None:
        self.logits, self.asked = logits, list[tuple[str, int]]()

    def ask(self, operation: str, /, images: Any, form: str = "plain", **_: Any) -> Any:
        numbers = images[:, 0].astype(int)
        self.asked.append((form, len(numbers)))
        rows = self.logits[form][numbers][:, None]
        return rows if operation == "predict" else {"output": rows}


def told(bfloat16: list[float], float32: list[float], plain: list[float]) -> tuple[list[float], list[tuple[str, int]]]:
    """Return the logits of a network that was made up in three forms, and how many images each form was asked for."""
    named = {"bfloat16": bfloat16, "float32": float32, "plain": plain}
    session = Told({form: np.array(values) for form, values in named.items()})
    numbers = np.arange(len(plain))
    found = CHECK._logits(
        session,  # type: ignore[arg-type]
        None,
        Images(numbers[:, None], numbers),
        numbers,
        100,
        [Way("bfloat16", 0.01), FLOAT32, AS_WRITTEN],
    )
    assert isinstance(found, np.ndarray)
    return found[:, 0].tolist(), session.asked


def test_what_bfloat16_is_unsure_of_comes_from_float32_and_then_from_the_network_itself() -> None:
    found, asked = told([10, 0.09, -0.1, -9], [10.1, 0.08, 0.0001, -9.1], [10.1, 0.08, -0.0001, -9.1])
    assert found == [10, 0.08, -0.0001, -9]
    assert asked == [("bfloat16", 4), ("float32", 2), ("plain", 1)]


def test_what_looks_constant_in_bfloat16_is_measured_in_float32() -> None:
    values = [5.0, 5.001, 5.002]
    assert told([5.0, 5.0, 5.0], values, values) == (values, [("bfloat16", 3), ("float32", 3)])


@pytest.mark.skipif(
    "avx512_bf16" not in Path("/proc/cpuinfo").read_text(), reason="NO BFLOAT16: this processor does not have it"
)
def test_bfloat16_is_used_where_the_processor_has_it(session: BoxSession) -> None:
    noting = Noting(session)
    measured(noting, NET, fast=True)  # type: ignore[arg-type]
    assert noting.forms[:3] == ["float32", "bfloat16", "bfloat16"]  # both are compared, the rest goes to the faster


@pytest.mark.parametrize(
    ("code", "why"),
    [(OTHER_SELF, ""), (RAISING, "ArithmeticError"), (OWN_ERROR, "Error"), (DIFFERENT, "|Δ|")],
    ids=["other_self", "raising", "own_error", "different"],
)
def test_a_network_that_cannot_be_compiled_runs_as_it_is(session: BoxSession, code: str, why: str) -> None:
    found = measured(session, code, fast=True)
    assert isinstance(found, Measured)
    assert found.slow.startswith(why)
    slow = measured(session, code, fast=False)
    assert isinstance(slow, Measured)
    assert (found.accuracy, found.auc) == (slow.accuracy, pytest.approx(slow.auc, abs=0 if why else 0.01))


def test_a_death_while_compiling_is_told_apart(session: BoxSession, box: Box) -> None:
    with pytest.raises(CompilerDied):
        measured(session, DYING, fast=True)
    with box.session() as another:
        assert isinstance(measured(another, DYING, fast=False), Measured)


def test_an_image_near_a_decision_is_run_as_it_is(session: BoxSession, monkeypatch: pytest.MonkeyPatch) -> None:
    noting = Noting(session)
    monkeypatch.setattr(accuracy, "FORMS", ("float32",))
    monkeypatch.setattr(accuracy, "FLOAT32", Way("float32", 1e9))
    found = measured(noting, NET, fast=True)  # type: ignore[arg-type]
    assert noting.asked.count("predict") == noting.asked.count("forward") == 9
    assert found == measured(session, NET, fast=False)


def test_the_distance_from_another_decision() -> None:
    assert margins(np.array([[2.0], [-0.5]])).tolist() == [2.0, 0.5]
    assert margins(np.array([[1.0, 4.0, 3.0], [2.0, 2.0, 0.0]])).tolist() == [1.0, 0.0]


def test_a_weights_file_that_was_trained_on_generated_data_is_known_by_its_note() -> None:
    arrays = {"w": np.zeros(3, np.float32)}
    for noted, wanted in (({"data": "generated"}, True), ({"data": "real"}, False), (None, False)):
        assert WeightsFile("one.safetensors", save(arrays, noted)).from_generated_data is wanted
    assert not WeightsFile("one.pdparams", b'"data":"generated"').from_generated_data


def test_images_of_another_side_are_means_of_areas_and_those_of_the_right_side_stay() -> None:
    images = np.arange(2 * 3 * 8 * 8, dtype=np.float32).reshape(2, 3, 8, 8)
    prepared = resized(Images(images, np.zeros(2)), 4).prepare(images)
    assert prepared.dtype == np.float32
    np.testing.assert_allclose(prepared, images.reshape(2, 3, 4, 2, 4, 2).mean(axis=(3, 5)))
    assert resized(Images(images, np.zeros(2)), 8).prepare(images) is images


def test_a_network_for_smaller_images_is_measured_on_these(session: BoxSession) -> None:
    session.ask("load", statements=[["answer.py", 1, HEAD + NET]])
    whole = images()
    small = Images(resized(whole, 6).prepare(whole.images), whole.labels)
    check = check_from({"type": "resized_accuracy", "name": "Net", "batch": 7, "side": 6})
    assert isinstance(check, Accuracy)
    found = check.measure(session, weights(), whole, seed=1)
    assert found == CHECK.measure(session, weights(), small, seed=1)
    assert found != CHECK.measure(session, weights(), whole, seed=1)
    assert "side" not in CHECK.model_dump()  # keys of results of courses without it stay
