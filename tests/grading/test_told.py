"""What a student is told carries nothing of the inputs that count."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from safetensors.numpy import save

from autograder.checks.suite import read_kit
from autograder.course import load_course
from autograder.grading.classroom import Grader, HandIn
from autograder.grading.explain import in_fifths, rounded_down
from autograder.sandbox.box import Box
from tests.known_mistakes import ROOT, mistake_text
from tests.lenet_parts import initial_weights

LOOPS = """
def train_one_epoch(model, loader, optimizer):
    return {loss}


def evaluate(model, loader):
    return {accuracy}, {mean}
"""


@pytest.fixture(scope="module")
def grader(shared_box: Box) -> Grader:
    return Grader(ROOT, load_course(ROOT), shared_box)


def findings(grader: Grader, folder: Path, text: str, chapter: str = "lenet") -> dict[str, dict[str, Any]]:
    """Return the findings of an answer by check, as `grade --json` prints them."""
    path = folder / f"{chapter}.py"
    path.write_text(text, "utf-8")
    record = grader.renderer.to_json(grader.grade(HandIn(path, chapter, None)), "en")
    return {finding["check"]: finding for finding in record["findings"]}


def shown(finding: dict[str, Any]) -> str:
    """Return all that a student sees of a finding."""
    return json.dumps({name: value for name, value in finding.items() if name != "staff"})


def test_what_a_message_names_earns_nothing_when_it_is_returned(grader: Grader, tmp_path: Path) -> None:
    first = findings(grader, tmp_path, LOOPS.format(loss=0.0, accuracy=0.0, mean=0.0))
    public = [first[check] for check in ("train_one_epoch.loss", "evaluate.values")]
    assert {finding["status"] for finding in public} == {"fail"}
    (loss,) = re.findall(r"over samples is (\S+)\.$", first["train_one_epoch.loss"]["message"])
    (accuracy, mean) = re.findall(r"= \[(\S+), (\S+)\]\.$", first["evaluate.values"]["message"])[0]
    second = findings(grader, tmp_path, LOOPS.format(loss=loss, accuracy=accuracy, mean=mean))
    for check in ("train_one_epoch.loss", "evaluate.values"):
        assert second[check]["points"] == 0
        assert "With the inputs that you have, this is right" in second[check]["message"]


TELLS = '''
import linecache


def tell(values):
    """Say what a check gave by every way out that a student may read."""
    words = "".join("ABCDEFGHIJ"[int(abs(float(value)) * 9) % 10] for value in values)
    name = "PIXELS" + words
    linecache.cache[name] = (16, None, ["LINE" + words + "\\n"], name)
    error = type("CLASS" + words, (Exception,), {{}})("TEXT" + words)
    exec(compile("raise error", name, "exec"), {{"error": error}})


def evaluate(model, loader):
    for images, labels in loader:
        if len(labels) {size}:
            tell(images.reshape(-1)[:60])
    return 0.5, 0.5
'''


def test_a_hidden_check_shows_nothing_that_the_answer_chose(grader: Grader, tmp_path: Path) -> None:
    found = findings(grader, tmp_path, TELLS.format(size="> 0"))
    hidden = [finding for finding in found.values() if finding["hidden"] and finding["task"] == "evaluate"]
    assert hidden
    for finding in hidden:
        assert finding["status"] == "fail"
        assert not re.search("CLASS|TEXT|PIXELS|LINE", shown(finding))
        assert finding["staff"]["status"] == "error"
    # Of a public check the answer's own words are shown, about the inputs that the student has.
    public = found["evaluate.values"]
    assert "CLASS" in shown(public)
    mine = read_kit(ROOT / "solutions/lenet/checks.json").checks["evaluate.values"]
    assert mine != grader.suite("lenet").checks["evaluate.values"]


@pytest.mark.parametrize(
    "way", ["raise SystemExit('x')", "import os; os._exit(0)", "bytearray(1 << 40)", "raise ValueError"]
)
def test_how_a_hidden_check_ends_is_not_told(grader: Grader, tmp_path: Path, way: str) -> None:
    solution = mistake_text("lenet", "mean_of_batch_means")
    answer = f"{solution}\n\ndef evaluate(model, loader):\n    {way}\n"
    found = findings(grader, tmp_path, answer)
    hidden = [finding for finding in found.values() if finding["hidden"] and finding["task"] == "evaluate"]
    assert {finding["status"] for finding in hidden} == {"fail"}
    assert len({finding["message"] for finding in hidden}) == 1


IMAGES = """
RIGHT = LeNet.forward


def forward(self, x):
    pixels = "".join("ABCDEFGHIJ"[int(abs(float(value)) * 9) % 10] for value in x.numpy().reshape(-1)[:60])
    raise type("CLASS" + pixels, (Exception,), {})("TEXT" + pixels)


LeNet.forward = lambda self, x: forward(self, x) if x.shape[0] == 4 else RIGHT(self, x)
"""


def test_the_accuracy_tells_no_word_of_the_answer(grader: Grader, tmp_path: Path) -> None:
    (tmp_path / "lenet.py").write_text((ROOT / "solutions/lenet/lenet.py").read_text("utf-8") + IMAGES, "utf-8")
    (tmp_path / "lenet.safetensors").write_bytes(save(initial_weights()))
    record = grader.renderer.to_json(grader.grade(HandIn(tmp_path, "lenet", None)), "en")
    found = next(finding for finding in record["findings"] if finding["kind"] == "accuracy")
    assert found["status"] == "fail"
    assert not re.search("CLASS|TEXT", shown(found))
    assert found["values"] == {}


@pytest.mark.parametrize(("figure", "told"), [(0.8999, 0.89), (0.9, 0.9), (0.29, 0.29), (1.0, 1.0), (0.57, 0.57)])
def test_a_figure_is_told_with_two_digits_rounded_down(figure: float, told: float) -> None:
    assert rounded_down(figure) == told


@pytest.mark.parametrize(
    ("share", "points"), [(0.0, 0.0), (0.199, 0.0), (0.2, 0.2), (0.6, 0.6), (0.9999, 0.8), (1.0, 1.0)]
)
def test_a_part_of_points_is_whole_fifths(share: float, points: float) -> None:
    assert in_fifths(share) == points


REMEMBERS = """
SEEN = []


def evaluate(model, loader):
    SEEN.append([float(images.reshape(-1)[0]) for images, _ in loader])
    raise ValueError("SEEN " + repr(SEEN))
"""


def test_what_an_answer_remembers_of_the_inputs_that_count_does_not_come_out(grader: Grader, tmp_path: Path) -> None:
    found = findings(grader, tmp_path, REMEMBERS)["evaluate.values"]
    assert found["message"].count("[") == 2  # one list of lists: the inputs of one call, which are the student's own
    assert "SEEN" in found["message"]
    assert found["message"] != found["staff"]["message"]
