"""Imports point one way, and Paddle stays where it belongs."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "autograder"
SERVES_ALL = {
    "constants",
    "data",
    "errors",
    "identity",
    "importing",
    "measures",
    "portable",
    "store",
    "text",
    "untrusted",
    "writing",
}
MAY_IMPORT = {
    "constants": set(),
    "identity": set(),
    "measures": set(),
    "portable": {"errors", "text"},
    "text": set(),
    "writing": set(),
    "errors": {"text"},
    "importing": {"errors", "text"},
    "untrusted": {"errors", "text"},
    "facts": {"errors", "importing", "measures", "portable", "text"},
    "store": {"errors", "portable", "text", "untrusted", "writing"},
    "data": {"errors", "identity", "importing", "portable", "text"},
    "course": SERVES_ALL,
    "training": {"data", "course", "errors", "facts", "measures", "portable", "text", "writing"},
    "submission": SERVES_ALL | {"course"},
    "sandbox": SERVES_ALL | {"course"},
    "checks": SERVES_ALL | {"course", "submission", "sandbox"},
    "checkin": SERVES_ALL | {"course"},
    "grading": SERVES_ALL | {"course", "checkin", "submission", "sandbox", "checks"},
    "handin": SERVES_ALL | {"course", "checkin", "submission", "grading"},
    "report": SERVES_ALL | {"course", "checks", "checkin", "grading"},
    "client": SERVES_ALL | {"course", "checkin", "submission", "sandbox", "checks", "grading", "training"},
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


# The engine knows no chapter, network, data set or figure of this course: other courses have others.
ROOT = PACKAGE.parent
COURSE_WORDS = re.compile(
    r"(?<![a-z])(palm(?!-autograder)|mnist|lenet|alexnet|googlenet|resnet|vgg|inception|fundus|myop\w*|ichallenge|眼底|近视)(?![a-z])",
    re.IGNORECASE,
)
CHAPTERS = sorted(path.parent.name for path in (ROOT / "source").glob("*/chapter.yml"))
RECORDS = sorted(path.stem for path in (ROOT / "docs" / "results").glob("*.json"))
OWN_TEXTS = {*CHAPTERS, *RECORDS, "PM", "no PM"}  # as a whole text; "reader" may be a word in a sentence
OWN_FIGURE = re.compile(r"(?<![\d.])0\.(5275|1135|93|88)(?!\d)|docs/results/(?!\{|NAME|RECORD|\*)\w+|benchmarks/")


def own_words(path: Path) -> list[str]:
    """Return the names and the texts of a module that are of this course, without its docstrings and comments."""
    tree = ast.parse(path.read_text("utf-8"))
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    names: set[str] = set()
    texts: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            texts.add(node.value)
        for field in ("id", "attr", "name", "arg", "module"):
            if isinstance(name := getattr(node, field, None), str):
                names |= {name, re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)}  # LeNet, PalmFolders
    return sorted({text for text in texts if knows_the_course(text)} | set(filter(COURSE_WORDS.search, names)))


def test_nothing_of_the_engine_knows_this_course() -> None:
    know = {place_of(path): own for path in MODULES if (own := own_words(path))}
    assert know == {}, "say it by course.yml, by a data set's class or elsewhere in source/"
    assert len(CHAPTERS) == 7
    assert RECORDS


def knows_the_course(text: str) -> bool:
    return bool(text in OWN_TEXTS or COURSE_WORDS.search(text) or OWN_FIGURE.search(text))


@pytest.mark.parametrize(
    "text",
    [
        "reader",
        "LeNet",
        "alexnet",
        "PM",
        "眼底照片",
        "scores 0.5275",
        "docs/results/diagnosis.json",
        "python benchmarks/a.py",
    ],
)
def test_words_of_this_course_are_found(text: str) -> None:
    assert knows_the_course(text)


@pytest.mark.parametrize("text", ["a reader of the page", "palm-autograder", "0.9375", "docs/results/{name}.json"])
def test_words_of_every_course_are_none(text: str) -> None:
    assert not knows_the_course(text)


STILL_LONG = {"checks/accuracy.py"}
UNTYPED = "dict[str, Any]"
# What reads fields of pydantic, YAML, namespaces of Python code and recorded runs; the number only gets smaller.
MAX_UNTYPED = 50


def test_no_more_values_are_mappings_of_anything() -> None:
    found = {
        place_of(path): count
        for path in MODULES
        if "migrations" not in path.parts and (count := path.read_text("utf-8").count(UNTYPED))
    }
    assert sum(found.values()) <= MAX_UNTYPED, f"say what it holds by a TypedDict, a record or `Json`: {found}"


def test_no_module_has_more_than_400_lines() -> None:
    long = {place_of(path): lines for path in MODULES if (lines := len(path.read_text("utf-8").splitlines())) > 400}
    assert long.keys() <= STILL_LONG, long
