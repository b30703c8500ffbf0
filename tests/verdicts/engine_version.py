"""The verdicts of a fixed set of answers: `python -m tests.verdicts.engine_version` writes them down anew.

Whoever changes a verdict raises `ENGINE_VERSION`: results that are stored were judged by the engine of before, and go on
counting until somebody grades again.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from autograder.authoring.examples import read_examples
from autograder.course import load_course
from autograder.grading.classroom import Grader
from autograder.grading.grade import grade, understood
from autograder.identity import ENGINE_VERSION
from autograder.sandbox.box import box_for_course
from autograder.submission import RawSubmission

ROOT = Path(__file__).parents[2]
FILE = Path(__file__).with_name("engine_version.json")
CHAPTERS = ("reader", "lenet")
EVERY = 5  # one in so many known mistakes, and all right answers


def answers() -> dict[str, tuple[str, bytes]]:
    """Return the answers by name: chapter and script."""
    found = {}
    for chapter in CHAPTERS:
        examples = read_examples(ROOT, chapter)
        wrong = [example for example in examples if example.kills]
        right = [example for example in examples if not example.kills]
        for example in [*right, *wrong[::EVERY]]:
            found[f"{chapter}/{example.id}"] = (chapter, example.text.encode())
    return found


def verdicts(grader: Grader) -> dict[str, dict[str, Any]]:
    """Return status and points of each check, by answer."""
    table = {}
    for name, (chapter, content) in answers().items():
        raw = RawSubmission(Path(name), "script", f"{chapter}.py", content)
        suite = grader.suite(chapter)
        result = grade(suite, raw, grader.box, answer=understood(suite, raw, reader=grader.reader))
        table[name] = {one.check: [one.status, one.points] for one in result.findings if one.kind != "written"}
    return table


def complaint(before: dict[str, Any], table: dict[str, dict[str, Any]], version: int) -> str:
    """Say what is wrong between what was written down and what is judged now, empty where nothing is."""
    changed = [
        f"{name} {check}: {before['verdicts'][name].get(check)} -> {verdict}"
        for name, checks in table.items()
        for check, verdict in checks.items()
        if name in before["verdicts"] and before["verdicts"][name].get(check) != verdict
    ]
    if changed and before["version"] == version:
        return (
            f"verdicts changed and ENGINE_VERSION is still {version}: raise it in autograder/identity.py; {changed[:5]}"
        )
    if changed or before["version"] != version or before["verdicts"].keys() != table.keys():
        return "verdicts are written down for other answers or another version: python -m tests.verdicts.engine_version"
    return ""


if __name__ == "__main__":
    course = load_course(ROOT)
    grader = Grader(ROOT, course, box_for_course(course))
    now = verdicts(grader)
    if FILE.exists() and (said := complaint(json.loads(FILE.read_text("utf-8")), now, ENGINE_VERSION)).startswith(
        "verdicts changed"
    ):
        raise SystemExit(said)
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(checks)}" for name, checks in now.items())
    FILE.write_text(f'{{"version": {ENGINE_VERSION}, "verdicts": {{\n{lines}\n}}}}\n', "utf-8")
