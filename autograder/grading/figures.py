"""What becomes of a measured accuracy: digits that a student may read, parts of points, and a flag for the TA."""

from __future__ import annotations

import math
from collections.abc import Sequence

from autograder.grading.wording import LOOKED_UP
from autograder.store.result import Finding
from autograder.text import Told, told

LOST_ON_COPIES = 0.2  # of the accuracy on 60 images; honest networks lose less, see docs/security.md
ON_SOME, ON_COPIES = "accuracy_on_some", "accuracy_on_copies_of_these"


def rounded_down(figure: float) -> float:
    """Return a figure with two digits, so that one below a minimum never reads as if it had reached it."""
    return math.floor(100 * figure + 1e-9) / 100


def in_fifths(share: float) -> float:
    """Return a share of points rounded down to a fifth: finer ones would tell more of the test images with each attempt."""
    return math.floor(5 * share + 1e-9) / 5


def looked_up(findings: Sequence[Finding]) -> tuple[Told, ...]:
    """Return a flag for each accuracy that imperceptible changes of the images take away, see `Accuracy`."""
    flags = []
    for finding in findings:
        before, after = finding.values.get(ON_SOME), finding.values.get(ON_COPIES)
        if isinstance(before, float) and isinstance(after, float) and before - after > LOST_ON_COPIES:
            flags.append(told(LOOKED_UP(before=before, after=after)))
    return tuple(flags)
