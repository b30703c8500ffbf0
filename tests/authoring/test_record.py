"""What is run again for a known mistake, and what is not."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.authoring.build import build_chapter
from autograder.authoring.examples import read_examples
from autograder.authoring.record import RecordError, changed_tasks, fingerprint, read_checks
from autograder.checks.suite import read_kit
from autograder.course import load_chapter
from autograder.sandbox.box import Box

ROOT = Path(__file__).parents[2]
CHAPTER = load_chapter(ROOT / "source" / "lenet")
# What these see depends on the shape of an input or on none.
INPUT_FREE = {"output_shape", "parameters", "initial", "raises", "accuracy", "resized_accuracy"}
SOLUTION = (ROOT / "solutions" / "lenet" / "lenet.py").read_text("utf-8")


def test_only_the_tasks_whose_code_differs_are_run() -> None:
    assert changed_tasks(SOLUTION, SOLUTION, CHAPTER) == frozenset()
    assert changed_tasks("# a comment\n" + SOLUTION, SOLUTION, CHAPTER) == frozenset()
    other = SOLUTION.replace("nn.MaxPool2D(2, 2)", "nn.AvgPool2D(2, 2)", 1)
    assert changed_tasks(other, SOLUTION, CHAPTER) == {"network", "training"}
    assert "evaluate" in changed_tasks(SOLUTION.replace("model.eval()", "pass"), SOLUTION, CHAPTER)


def test_every_known_mistake_differs_where_it_must_fail() -> None:
    for example in read_examples(ROOT, "lenet"):
        tasks = {name.partition(".")[0] for name in example.kills}
        assert tasks <= changed_tasks(example.text, SOLUTION, CHAPTER)


@pytest.mark.parametrize(
    "name", [path.name for path in sorted((ROOT / "source").iterdir()) if (path / "chapter.yml").is_file()]
)
def test_what_is_shipped_with_its_answers_is_graded_with_other_inputs(name: str) -> None:
    found = read_checks(ROOT / "source" / name, load_chapter(ROOT / "source" / name))
    shipped, graded = (found.shipped, found.graded)
    assert shipped
    for check_id, check in shipped.items():
        if check.type not in INPUT_FREE:  # type: ignore[attr-defined]
            assert graded[check_id] != check, check_id
        assert type(graded[check_id]) is type(check)


def test_graded_inputs_for_a_hidden_check_are_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "checks.py").write_text(
        (ROOT / "source/lenet/checks.py").read_text("utf-8")
        + 'GRADED = {"evaluate.no_grad": CHECKS["evaluate.no_grad"]}\n'
    )
    with pytest.raises(RecordError, match=r"GRADED names evaluate\.no_grad, which is no public check"):
        read_checks(tmp_path, CHAPTER)


def test_a_new_hint_or_minimum_reaches_the_kits_without_a_new_recording(tmp_path: Path) -> None:
    for name in ("source/lenet", "solutions/lenet", "assignments/lenet"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "course.yml", tmp_path)
    before = fingerprint(tmp_path, "lenet")
    for suite in ("hidden.json", "checks.json"):  # as if recorded now, however old the recordings of the repository are
        path = tmp_path / "solutions" / "lenet" / suite
        path.write_text(replace(read_kit(path), made_from=before).to_json(), "utf-8")
    file = tmp_path / "source" / "lenet" / "chapter.yml"
    file.write_text(file.read_text("utf-8").replace("minimum: 0.9,", "minimum: 0.91,"), "utf-8")
    assert fingerprint(tmp_path, "lenet") == before
    assert "solutions/lenet/hidden.json" in build_chapter(tmp_path, "lenet", "zh", Box("none"), check=True)
    assert "solutions/lenet/hidden.json" in build_chapter(tmp_path, "lenet", "zh", Box("none"))
    for folder, suite in (("solutions", "hidden.json"), ("solutions", "checks.json"), ("assignments", "checks.json")):
        accuracy = read_kit(tmp_path / folder / "lenet" / suite).chapter.accuracy
        assert accuracy
        assert accuracy.minimum == 0.91
    assert build_chapter(tmp_path, "lenet", "zh", Box("none"), check=True) == []
    public = re.sub(r"hidden: true\n *announced: .*\n", "hidden: false\n", file.read_text("utf-8"), count=1)
    file.write_text(public, "utf-8")
    assert fingerprint(tmp_path, "lenet") != before
