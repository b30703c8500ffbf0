"""The probes see differences: images are told apart, and known mistakes lie far outside the tolerance."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.checks import Behaviour
from autograder.checks.suite import CheckSuite, read_kit
from autograder.course import load_course

ROOT = Path(__file__).parents[2]
CHAPTERS = [entry.id for entry in load_course(ROOT).chapters]
MIN_SPREAD = 10.0  # times the tolerance, between two images
MIN_DISTANCE = 3.0  # times the tolerance, between a known mistake and the reference


def kit_of(chapter: str) -> CheckSuite:
    return read_kit(ROOT / "solutions" / chapter / "hidden.json")


def outputs(seen: Any) -> list[np.ndarray[Any, Any]]:
    """Return the outputs; of a large one, the projections in place of the values."""
    whole = [int(np.prod(entry["shape"])) == len(entry["values"]) for entry in seen["outputs"]]
    return [
        np.reshape(entry["values"], entry["shape"] if all_of_it else (1, -1))
        for entry, all_of_it in zip(seen["outputs"], whole, strict=True)
    ]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_two_images_give_different_outputs(chapter: str) -> None:
    suite = kit_of(chapter)
    for check_id, check in suite.checks.items():
        if not isinstance(check, Behaviour):
            continue
        several = [out for out in outputs(suite.expected[check_id]["seen"]) if len(out) > 1]
        for out in several:
            spread = np.ptp(out.reshape(len(out), -1), axis=0).max() / np.abs(out).max()
            assert spread > MIN_SPREAD * check.tolerance, check_id


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_known_mistakes_are_no_near_misses(chapter: str) -> None:
    suite = kit_of(chapter)
    for mistake in suite.mistakes:
        distances = [
            _distance(suite.checks[key], observation, suite.expected[key]["seen"])
            for key, observation in mistake.seen.items()
        ]
        assert max(distances) > MIN_DISTANCE, mistake.id


def _distance(check: Any, observation: Any, expected: Any) -> float:
    """Return how far an observation lies from the reference, in tolerances; infinity where it is of another kind."""
    if not isinstance(check, Behaviour) or "seen" not in observation or "error" in observation["seen"]:
        return float("inf")
    pairs = list(zip(outputs(observation["seen"]), outputs(expected), strict=False))
    if any(a.shape != b.shape for a, b in pairs) or observation["seen"].get("without_gradient"):
        return float("inf")
    apart = max(float(np.abs(a - b).max() / np.abs(b).max()) for a, b in pairs) / check.tolerance
    if "gradient" not in expected:
        return apart
    got, wanted = (np.asarray(seen["gradient"]["values"]) for seen in (observation["seen"], expected))
    return max(apart, float(np.abs(got - wanted).max() / np.abs(wanted).max()) / check.gradient_tolerance)
