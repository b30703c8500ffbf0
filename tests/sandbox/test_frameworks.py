"""A box for plain Python: nothing of Paddle in it, and the rest of the child knows no framework."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.sandbox.box import Box, open_bubblewrap_box
from autograder.sandbox.plain import PlainBox
from autograder.sandbox.session import StudentError

CHILD = Path(__file__).parents[2] / "autograder" / "sandbox" / "child"
ANSWER = """
import sys
def imported(x):
    return sorted({"paddle", "cv2"} & set(sys.modules)), x * 2
def unwritten(x):
    raise NotImplementedError
"""


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    made = open_bubblewrap_box(framework="python")
    yield made
    if made.zygote:
        made.zygote.close()


def observed(box: Box | PlainBox, target: str) -> object:
    """Return what a function of `ANSWER` gives in a new session of a box."""
    session = box.session()
    try:
        assert session.ask("load", statements=[["answer.py", 1, ANSWER]]) == {"errors": []}
        return session.ask("observe", target=target, arguments=[3], named={}, steps=[])["value"]
    finally:
        session.close()


def test_a_box_for_plain_python_has_no_paddle_warm_cold_or_at_home(box: Box) -> None:
    assert box.zygote is not None, box.why_cold
    told = {
        "kind": "tuple",
        "length": 2,
        "items": [{"kind": "list", "length": 0, "items": []}, {"kind": "int", "value": 6}],
    }
    for each in (box, open_bubblewrap_box(warm=False, framework="python"), PlainBox(framework="python")):
        assert observed(each, "imported") == told


def test_a_function_that_is_not_written_is_told_without_paddle_too(box: Box) -> None:
    with pytest.raises(StudentError) as caught:
        observed(box, "unwritten")
    assert caught.value.note == {"kind": "unfinished", "function": "unwritten", "written": False}


def test_the_box_of_another_framework_is_made_once_and_holds_the_same_layers(box: Box) -> None:
    other = box.of("paddle")
    assert box.of("python") is box
    assert box.of("paddle") is other
    assert (other.framework, other.layers) == ("paddle", box.layers)
    assert other.of("python") is box


def test_only_one_folder_of_the_child_speaks_paddle() -> None:
    speaking = set()
    for path in CHILD.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            if any(name.partition(".")[0] == "paddle" for name in names):
                speaking.add(path.parent.name)
    assert speaking == {"on_paddle"}


def test_a_name_of_a_framework_imports_nothing_of_it() -> None:
    code = "import sys; from autograder.sandbox.child.frameworks import framework; framework('paddle'); sys.exit('paddle' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
