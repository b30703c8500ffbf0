"""Results for tests that do not grade."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograder.store.result import Finding, Result
from autograder.text import Text, Told, told


def said(words: str) -> Told:
    """What a text of these words says, in both languages."""
    return told(Text(zh=words, en=words))


def finding(**fields: Any) -> Finding:
    """A finding with these fields, `message` in words; the rest is usual."""
    base = {"task": "t", "check": "t.c", "kind": "function", "hidden": False, "status": "pass", "points": 0.0}
    given = {**base, "max_points": 1.0, **fields}
    message = given.pop("message", "")
    return Finding(**{"said": said(message) if message else None, **given})


def result(**fields: Any) -> Result:
    """A result with these fields; the rest is usual. findings: as `finding` takes them."""
    findings = tuple(one if isinstance(one, Finding) else finding(**one) for one in fields.pop("findings", ()))
    reason = fields.pop("reason", None)
    base: Mapping[str, Any] = {"submission": "", "student": None, "chapter": "", "status": "graded"}
    given = {**base, "score": 0.0, "max_score": 100.0, **fields}
    return Result(**given, findings=findings, reason=said(reason) if reason else None)
