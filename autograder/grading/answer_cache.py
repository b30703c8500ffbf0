"""Nothing twice: answers that are the same in all that a check can see are asked once in a grading process.

What a check can see is the code that is loaded, with its file names and lines, the weights file, the kit and the box.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from autograder.identity import hashed
from autograder.store.result import Finding
from autograder.submission import RawSubmission, Slice

MAX_KNOWN = 500
# What the machine may have had a part in is nobody else's: that is asked again.
OF_THE_ANSWER = frozenset(("pass", "fail", "error", "skipped"))


class Known(NamedTuple):
    """Findings, the key of the result that they were made for, and what was taken from ready-made networks."""

    key: str
    findings: tuple[Finding, ...]
    borrowed: tuple[str, ...] = ()


class AnswerCache:
    """The findings of this process's answers, the newest `MAX_KNOWN`; nothing of it is kept when the process ends."""

    def __init__(self) -> None:
        self._known: dict[str, Known] = {}

    def find(self, seen: str) -> Known | None:
        """Return the findings of an answer that looked the same, see `seen_by_checks`."""
        return self._known.get(seen)

    def keep(self, seen: str, known: Known) -> None:
        """Keep findings where each says something about the answer alone."""
        if not all(finding.status in OF_THE_ANSWER for finding in known.findings):
            return
        self._known[seen] = known
        if len(self._known) > MAX_KNOWN:
            del self._known[next(iter(self._known))]


def seen_by_checks(slices: Sequence[Slice], raw: RawSubmission, judged_by: str) -> str:
    """Return the hash of all that the checks can see of an answer, each part told from every other.

    judged_by: see `identity.judged_by`.
    """
    code = [
        [
            [[part.filename, part.line, part.text] for part in each.statements],
            sorted(each.missing.items()),
            [[problem.line, problem.text] for problem in each.problems],
        ]
        for each in slices
    ]
    refused = raw.weights_refused
    weights = ["refused", refused.zh, refused.en] if refused else ["file", raw.weights_name or "", raw.weights_hash]
    return hashed([code, weights, judged_by])
