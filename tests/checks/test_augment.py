"""What the augmentation check reads from pictures, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from autograder.checks import Augment
from autograder.checks.augment import DRAWS, draw_of, probe
from autograder.sandbox.child.on_paddle.networks import PaddleOperations as Operations
from autograder.sandbox.session import value_of

Image = np.ndarray[Any, Any]
PARTS = ("form", "random", "flip", "crop", "brightness")


class Session:
    """Answers with the operations of the box, in this process."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.operations = Operations({"augment": function})

    def ask(self, operation: str, /, **arguments: Any) -> Any:
        return value_of(self.operations.run(operation, arguments))


def augmented(
    image: Image,
    rng: np.random.Generator,
    *,
    flips: float = 0.5,
    least: float = 0.8,
    bright: float = 0.1,
    turn: float = 0.0,
    axis: int = 2,
    contrast: float = 0.0,
    noise: float = 0.0,
    exchanged: bool = False,
    interpolation: int = cv2.INTER_LINEAR,
) -> Image:
    """A right answer, and with other settings many wrong ones."""
    if rng.random() < flips:
        image = np.flip(image, axis)
    side = round(224 * float(np.sqrt(rng.uniform(least, 1))))
    top, left = rng.integers(0, 224 - side + 1, 2)
    crop = np.ascontiguousarray(image[:, top : top + side, left : left + side].transpose(1, 2, 0))
    large = cv2.resize(crop, (224, 224), interpolation=interpolation)
    if exchanged and rng.random() < 0.5:
        large = large.transpose(1, 0, 2)
    if turn:
        matrix = cv2.getRotationMatrix2D((112, 112), rng.uniform(-turn, turn), 1)
        large = cv2.warpAffine(large, matrix, (224, 224))
    if contrast:
        large = large * rng.uniform(1 - contrast, 1 + contrast)
    if noise:
        large = large + rng.normal(0, noise, large.shape)
    return np.clip(large.transpose(2, 0, 1) + rng.uniform(-bright, bright), -1, 1).astype(np.float32)


def verdict(function: Callable[..., Any], *parts: Any) -> str | None:
    check = Augment(name="augment", seed=5, look_at=parts or PARTS)
    complaint = check.judge(check.ask(Session(function)), None)
    return None if complaint is None else complaint.en


@pytest.mark.parametrize("turn", [0.0, 15.0])
def test_a_right_answer_passes(turn: float) -> None:
    assert verdict(lambda image, rng: augmented(image, rng, turn=turn)) is None


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"flips": 1.0}, "flipped 100%"),
        ({"flips": 0.0}, "flipped 0%"),
        ({"axis": 1}, "upside down"),
        ({"least": 0.5}, "of the area"),
        ({"least": 1.0}, "always crops about 100%"),
        ({"bright": 0.3}, "shifts the brightness by up to"),
        ({"bright": 0.0}, "should vary between"),
        ({"turn": 60.0, "least": 0.99}, "rotates by more"),
        ({"contrast": 0.2}, "changes the contrast"),
        ({"noise": 0.02}, "other numbers to other pixels"),
        ({"exchanged": True}, "exchanges height and width"),
        ({"interpolation": cv2.INTER_CUBIC}, "beyond those of both sides"),
        ({"interpolation": cv2.INTER_LANCZOS4}, "beyond those of both sides"),
        ({"interpolation": cv2.INTER_NEAREST}, "by the nearest pixel"),
    ],
)
def test_a_wrong_setting_is_named(settings: dict[str, Any], said: str) -> None:
    assert said in str(verdict(lambda image, rng: augmented(image, rng, **settings), "flip", "brightness", "crop"))


def changed_in_place(image: Image, rng: np.random.Generator) -> Image:
    image += np.float32(rng.uniform(-0.1, 0.1))
    return np.clip(image, -1, 1)


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (changed_in_place, "changed the array"),
        (lambda image, rng: augmented(image, rng).astype(np.float64), "float64"),
        (lambda image, rng: augmented(image, rng)[:, :200], "[3, 200, 224]"),
        (lambda image, rng: augmented(image, rng) + np.float32(rng.uniform(0, 0.1)), "must stay in"),
        (lambda image, _rng: augmented(image, np.random.default_rng()), "all random numbers from the rng"),
        (lambda image, _rng: augmented(image, np.random.default_rng(1)), "the same results"),
        (lambda _image, _rng: None, "NoneType"),
        (lambda image, rng: augmented(image, rng)[::-1], "another order"),
        (
            lambda image, rng: (augmented(image, rng) + rng.uniform(-0.1, 0.1, (3, 1, 1)) / 1.5).astype(np.float32),
            "must stay in",
        ),
    ],
)
def test_a_wrong_form_is_named(function: Callable[..., Any], said: str) -> None:
    assert said in str(verdict(function, "form", "random", "brightness"))


def test_the_probe_itself_reads_as_untouched() -> None:
    draw = draw_of(probe())
    assert draw is not None
    assert (draw.pop("across"), draw.pop("down"), draw.pop("area"), draw.pop("nearest")) == (1.0, 1.0, 1.0, 1.0)
    assert draw.pop("gain") == 1
    assert set(draw) == {"turn", "shift", "uneven", "apart", "x", "y", "grain", "beyond", "exchanged"}
    assert not any(draw.values())
    assert draw_of(np.zeros((3, 10, 10), np.float32)) is None


def test_flip_crop_and_brightness_are_read_from_the_same_draws() -> None:
    draws: list[int] = []

    def counted(image: Image, rng: np.random.Generator) -> Image:
        draws.append(1)
        return augmented(image, rng)

    session = Session(counted)
    parts = [Augment(name="augment", seed=3, look_at=(part,)) for part in ("flip", "crop", "brightness")]
    seen = [part.ask(session) for part in parts]
    assert len(draws) == DRAWS
    assert seen[0] == seen[1] == seen[2]
    assert all(part.judge(tree, None) is None for part, tree in zip(parts, seen))


def test_what_changes_the_brightness_wrongly_is_no_other_crop() -> None:
    for settings in ({"contrast": 0.2}, {"noise": 0.02}):
        assert verdict(lambda image, rng, changes=settings: augmented(image, rng, **changes), "crop", "flip") is None
