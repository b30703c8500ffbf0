"""Nothing twice: whose findings another answer may have, and whose never."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from autograder.course import load_course
from autograder.grading.classroom import Grader, HandIn
from autograder.grading.grade import MAX_KNOWN, OF_THE_ANSWER, AnswerCache, Known, seen_by_checks
from autograder.sandbox.box import Box
from autograder.store.result import Finding, Status
from autograder.submission import RawSubmission, Slice, pieces_of_script, slice_names
from autograder.text import Text

ROOT = Path(__file__).parents[2]
ANSWER = "def transform_img(img):\n    return img\n"


class Counting:
    """A box that counts its sessions."""

    def __init__(self, box: Box) -> None:
        self.box, self.sessions = box, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.box, name)

    def of(self, framework: str) -> Counting:
        """Return itself, whatever answers are written with."""
        assert framework == "paddle"
        return self

    def session(self, *arguments: Any) -> Any:
        self.sessions += 1
        return self.box.session(*arguments)


@pytest.fixture(scope="module")
def box(shared_box: Box) -> Box:
    return shared_box


@pytest.fixture
def grader(box: Box) -> Grader:
    return Grader(ROOT, load_course(ROOT), cast("Box", Counting(box)), once=AnswerCache())


def graded(grader: Grader, folder: Path, student: str, text: str) -> dict[str, Any]:
    place = folder / student / "reader"
    place.mkdir(parents=True)
    (place / "reader.py").write_text(text, "utf-8")
    return grader.renderer.to_json(grader.grade(HandIn(place, "reader", student)), "en")


def test_what_no_check_sees_does_not_make_an_answer_another_one(grader: Grader, tmp_path: Path) -> None:
    first = graded(grader, tmp_path, "s1", ANSWER)
    asked = cast("Counting", grader.box).sessions
    second = graded(grader, tmp_path, "s2", ANSWER + "print('training', 17)\n")
    assert cast("Counting", grader.box).sessions == asked > 0
    assert second["findings"] == first["findings"]
    assert (second["student"], second["score"]) == ("s2", first["score"])
    assert second["key"] != first["key"] == second["asked_for"]
    assert "asked_for" not in first


@pytest.mark.parametrize(
    "text",
    [
        ANSWER.replace("return img", "return img + 0"),
        "\n" + ANSWER,  # messages name lines
        ANSWER + "import numpy\ntransform_img.note = 1\n",
        ANSWER + "def unasked():\n    pass\nload_palm = 3\n",
    ],
)
def test_every_other_code_is_asked_itself(grader: Grader, tmp_path: Path, text: str) -> None:
    graded(grader, tmp_path, "s1", ANSWER)
    asked = cast("Counting", grader.box).sessions
    record = graded(grader, tmp_path, "s2", text)
    sees_no_difference = "asked_for" in record
    assert sees_no_difference == (cast("Counting", grader.box).sessions == asked)
    assert sees_no_difference == (text.endswith("load_palm = 3\n"))


def test_what_ends_a_process_is_nobody_elses(grader: Grader, tmp_path: Path) -> None:
    text = "import os\ndef transform_img(img):\n    os._exit(0)\n"
    first = graded(grader, tmp_path, "s1", text)
    assert "crashed" in {finding["status"] for finding in first["findings"]}
    assert "asked_for" not in graded(grader, tmp_path, "s2", text)


def test_code_that_cannot_be_loaded_together_is_nobody_elses(grader: Grader, tmp_path: Path) -> None:
    text = "import os\nos._exit(0)\ndef transform_img(img):\n    return img\ntransform_img.x = os._exit(0)\n"
    graded(grader, tmp_path, "s1", text)
    assert "asked_for" not in graded(grader, tmp_path, "s2", text)


def test_a_grader_without_it_asks_every_time(box: Box, tmp_path: Path) -> None:
    grader = Grader(ROOT, load_course(ROOT), box)
    graded(grader, tmp_path, "s1", ANSWER)
    assert "asked_for" not in graded(grader, tmp_path, "s2", ANSWER)


def sliced(text: str, name: str = "lenet.py") -> Slice:
    return slice_names(pieces_of_script(text, name), ["LeNet"])


def handed_in(weights: bytes | None = None, name: str | None = None, refused: Text | None = None) -> RawSubmission:
    return RawSubmission(Path(), "script", "lenet.py", b"x", weights, name, refused)


def test_everything_that_a_finding_depends_on_is_seen() -> None:
    code, none = sliced("class LeNet:\n    pass\n"), handed_in()
    weights = handed_in(b"abc", "lenet.pdparams")
    seen = [
        seen_by_checks(*given)
        for given in [
            ([code], none, "judges"),
            ([code], weights, "judges"),
            ([code], handed_in(b"abd", "lenet.pdparams"), "judges"),
            ([code], handed_in(b"abc", "lenet.safetensors"), "judges"),
            ([code], handed_in(None, "lenet.pdparams", Text(zh="abc", en="abc")), "judges"),
            ([code], handed_in(b"", "lenet.pdparams"), "judges"),
            ([code, code], none, "judges"),
            ([], none, "judges"),
            ([code], none, "other judges"),
            ([sliced("class LeNet:\n    pass\n", "lenet (1).py")], none, "judges"),
            ([sliced("class Lenet:\n    pass\n")], none, "judges"),
            ([sliced("class LENET:\n    pass\n")], none, "judges"),  # the message names what is nearest
        ]
    ]
    assert len(set(seen)) == len(seen)
    assert seen_by_checks([code], weights, "judges") == seen[1]


@pytest.mark.parametrize("status", ["pass", "fail", "error", "skipped", "timeout", "memory", "crashed"])
def test_only_what_says_something_about_the_answer_is_kept(status: Status) -> None:
    once, finding = AnswerCache(), Finding("a", "a.b", "shape", False, status, 0.0, 1.0)
    once.keep("sight", Known("key", (finding,)))
    assert (once.find("sight") is not None) == (status in OF_THE_ANSWER)


def test_it_does_not_grow_without_end() -> None:
    once = AnswerCache()
    for number in range(MAX_KNOWN + 2):
        once.keep(str(number), Known("key", ()))
    assert once.find("0") is once.find("1") is None
    assert once.find("2")
    assert once.find(str(MAX_KNOWN + 1))
