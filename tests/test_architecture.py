"""Imports point one way, and Paddle stays where it belongs."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "autograder"
SERVES_ALL = {
    "console",
    "constants",
    "light",
    "older",
    "validated",
    "data",
    "store",
    "drawn",
    "errors",
    "lasting",
    "identity",
    "limited",
    "measures",
    "noted",
    "outside",
    "recorded",
    "said_id",
    "text",
    "untrusted",
    "workbook",
    "writing",
}
MAY_IMPORT = {
    "errors": {"text"},
    "limited": {"errors", "text"},
    "lasting": {"limited"},
    "untrusted": {"errors", "text"},
    "console": set(),
    "constants": set(),
    "older": set(),
    "light": {"older"},
    "validated": {"light"},
    "drawn": set(),
    "noted": set(),
    "said_id": {"drawn"},
    "identity": set(),
    "outside": set(),
    "writing": set(),
    "workbook": {"outside"},
    "measures": set(),
    "text": set(),
    "facts": {"errors", "measures", "older", "text"},
    "recorded": {"errors", "facts", "measures", "older", "text"},
    "store": {"errors", "older", "outside", "text", "writing"},
    "data": {"errors", "identity", "older", "text"},
    "course": SERVES_ALL,
    "training": {"data", "course", "drawn", "errors", "facts", "measures", "older", "recorded", "text", "writing"},
    "submission": SERVES_ALL | {"course"},
    "sandbox": SERVES_ALL | {"course"},
    "checks": SERVES_ALL | {"course", "submission", "sandbox"},
    "checkin": SERVES_ALL | {"course"},
    "grading": SERVES_ALL | {"course", "checkin", "submission", "sandbox", "checks"},
    "handin": SERVES_ALL | {"course", "checkin", "submission", "grading"},
    "report": SERVES_ALL | {"course", "checks", "checkin", "grading"},
    "authoring": SERVES_ALL | {"course", "submission", "sandbox", "checks", "grading", "facts"},
}
MODULES = sorted(PACKAGE.rglob("*.py"))


@cache
def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def place_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def test_imports_point_one_way() -> None:
    wrong = {}
    for path in MODULES:
        room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        parts = {name.split(".")[1] for name in imported(path) if name.startswith("autograder.")}
        if room in MAY_IMPORT and (more := parts - {room} - MAY_IMPORT[room]):
            wrong[place_of(path)] = more
    assert wrong == {}
    assert len(MODULES) > len(MAY_IMPORT)


def test_only_some_rooms_touch_paddle() -> None:
    others = [
        path for path in MODULES if not place_of(path).startswith(("sandbox/child/on_paddle/", "training/", "data/"))
    ]
    assert [place_of(path) for path in others if "paddle" in {name.split(".")[0] for name in imported(path)}] == []
    assert len(others) > len(MAY_IMPORT)


def test_the_child_imports_nothing_else_of_the_package() -> None:
    for path in (PACKAGE / "sandbox" / "child").rglob("*.py"):
        assert not [name for name in imported(path) if name.startswith("autograder")]


@pytest.mark.parametrize(
    "module",
    ["autograder", "autograder.course", "autograder.cli.verbs", "autograder.grading.classroom", "autograder.training"],
)
def test_paddle_is_not_imported(module: str) -> None:
    code = f"import sys, {module}; sys.exit('paddle' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_nothing_in_the_package_unpickles() -> None:
    for path in MODULES:
        assert not {"pickle", "dill", "cloudpickle", "joblib"} & imported(path)
