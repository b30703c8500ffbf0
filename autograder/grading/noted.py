"""The accuracy that a training noted in its weights file: what a student sees before the class measures it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from autograder.checks.suite import CheckSuite
from autograder.grading.explain import in_fifths
from autograder.grading.wording import GENERATED_DATA, NOTED, NOTED_GENERATED, REHEARSED
from autograder.store.result import Finding
from autograder.submission.weights_notes import noted_in
from autograder.text import told


def with_noted_accuracy(findings: Iterable[Finding], suite: CheckSuite, weights: Path) -> list[Finding]:
    """Return the findings, an accuracy that was not measured as the training noted it in the file `weights`.

    Without such a note they stay as they are. The note is the student's own, and counts on their machine alone.
    """
    return [
        _noted(one, suite, weights) if one.kind == "accuracy" and one.status == "skipped" else one for one in findings
    ]


def _noted(finding: Finding, suite: CheckSuite, weights: Path) -> Finding:
    note, gate = noted_in(weights), suite.chapter.accuracy
    if note.get("rehearsal") == "yes":
        return replace(finding, status="fail", said=told(REHEARSED(name=weights.name)), hinted=False)
    try:
        accuracy = float(note["accuracy"])
    except (KeyError, ValueError):
        return finding
    if gate is None or not 0 <= accuracy <= 1:
        return finding
    generated = note.get("data") == "generated"
    advice = told(GENERATED_DATA()) if generated else None
    said = told(NOTED(accuracy=accuracy, name=weights.name, minimum=gate.minimum))
    if accuracy >= gate.minimum:
        if generated:  # a pass has no advice, so its sentence says it
            said = told(NOTED_GENERATED(accuracy=accuracy, name=weights.name, minimum=gate.minimum))
        return replace(finding, status="pass", points=finding.max_points, said=said)
    share = (accuracy - gate.constant) / max(1e-9, gate.minimum - gate.constant)
    points = finding.max_points * in_fifths(min(1.0, max(0.0, share)))
    return replace(finding, status="fail", points=points, said=said, advice=advice)
