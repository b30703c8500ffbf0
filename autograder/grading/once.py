"""Nothing twice: answers that are the same in all that a check can see are asked once in a grading process.

What a check can see is the code that is loaded, with its file names and lines, the weights file, the kit and the box.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import NamedTuple

from autograder.checks.accuracy import WeightsFile
from autograder.checks.kit import Kit
from autograder.grading.result import Finding
from autograder.submission import Slice
from autograder.text import Text

MOST_KNOWN = 500
# What the machine may have had a part in is nobody else's: that is asked again.
OF_THE_ANSWER = frozenset(("pass", "fail", "error", "skipped"))


class Known(NamedTuple):
    """Findings, the key of the result that they were made for, and what was taken from ready-made networks."""

    key: str
    findings: tuple[Finding, ...]
    borrowed: tuple[str, ...] = ()


class Once:
    """The findings of this process's answers, the newest `MOST_KNOWN`; nothing of it is kept when the process ends."""

    def __init__(self) -> None:
        self._known: dict[str, Known] = {}

    def find(self, sight: str) -> Known | None:
        """Return the findings of an answer that looked the same, see `sight_of`."""
        return self._known.get(sight)

    def keep(self, sight: str, known: Known) -> None:
        """Keep findings where each says something about the answer alone."""
        if not all(finding.status in OF_THE_ANSWER for finding in known.findings):
            return
        self._known[sight] = known
        if len(self._known) > MOST_KNOWN:
            del self._known[next(iter(self._known))]


def sight_of(kit: Kit, slices: Sequence[Slice], weights: WeightsFile | Text | None, box_name: str) -> str:
    """Return the hash of all that the checks can see of an answer, each part told from every other."""
    code = [
        [
            [[part.filename, part.line, part.text] for part in each.statements],
            sorted(each.missing.items()),
            [[problem.line, problem.text] for problem in each.problems],
        ]
        for each in slices
    ]
    if isinstance(weights, WeightsFile):
        given = ["file", weights.name, weights.sha256]
    else:
        given = ["none"] if weights is None else ["refused", weights.zh, weights.en]
    return hashlib.sha256(json.dumps([code, given, kit.digest.hex(), box_name]).encode()).hexdigest()
