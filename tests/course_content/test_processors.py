"""Right answers stay right where sums round in another way, as on another processor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.authoring.record import observations
from autograder.checks import Behaviour
from autograder.checks.suite import read_kit
from autograder.course import load_chapter, load_course
from autograder.sandbox.box import Box

ROOT = Path(__file__).parents[2]
CHAPTERS = [entry.id for entry in load_course(ROOT).chapters if entry.id != "reader"]  # without a network
RUN_AT_ONCE = ("lenet_palm", "googlenet")  # a plain network, and the one whose outputs move furthest
# Images that change so little move the outputs of GoogLeNet by 3e-5 of their size; two processors' differed by 2e-6.
SHAKEN = 1e-6


def comparisons(chapter: str) -> dict[str, Behaviour]:
    """Return the checks that compare outputs and gradients, with the grader's images and, where they differ, the students'."""
    found: dict[str, Behaviour] = {}
    for kit in ("hidden.json", "checks.json"):
        for key, check in read_kit(ROOT / "solutions" / chapter / kit).checks.items():
            if isinstance(check, Behaviour) and check not in found.values():
                found[f"{key} in {kit}"] = check
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    "chapter", [one if one in RUN_AT_ONCE else pytest.param(one, marks=pytest.mark.long) for one in CHAPTERS]
)
def test_the_reference_passes_where_its_images_change_by_a_millionth(
    chapter: str, shared_box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks: dict[str, Any] = dict(comparisons(chapter))
    text = (ROOT / "solutions" / chapter / f"{chapter}.py").read_text("utf-8")
    asked = load_chapter(ROOT / "source" / chapter)
    expected = observations(text, asked, checks, shared_box)
    drawn, generator = Behaviour.drawn, np.random.default_rng(1)

    def shaken(check: Behaviour, seed: int, shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
        images = drawn(check, seed, shape)
        return np.asarray(images * (1 + SHAKEN * generator.standard_normal(images.shape)), np.float32)

    monkeypatch.setattr(Behaviour, "drawn", shaken)
    seen = observations(text, asked, checks, shared_box)
    failed = [key for key, check in checks.items() if check.judge(seen[key]["seen"], expected[key]["seen"]) is not None]
    assert checks
    assert failed == []
