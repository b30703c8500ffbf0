"""What a chapter trains is what its gate measures and what its text tells."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from autograder.checks import Accuracy
from autograder.course import Chapter, load_chapter, load_course
from autograder.grading.classroom import kit_of

ROOT = Path(__file__).parents[2]
CHAPTERS = [load_chapter(ROOT / "source" / entry.id) for entry in load_course(ROOT).chapters]
TRAINED = [chapter for chapter in CHAPTERS if chapter.training]
RECIPE = re.compile(r"^recipe = (Recipe\(.*\))", re.MULTILINE)


def gate_of(chapter: Chapter) -> Accuracy:
    return next(check for check in kit_of(ROOT, chapter.id).checks.values() if isinstance(check, Accuracy))


def plain(value: Any) -> Any:
    return json.loads(json.dumps(value))


@pytest.mark.parametrize("chapter", TRAINED, ids=lambda chapter: chapter.id)
def test_the_gate_makes_the_network_that_is_trained(chapter: Chapter) -> None:
    training, gate = chapter.training, gate_of(chapter)
    assert training is not None
    assert gate.name == training.network
    if training.arguments:
        assert plain(gate.arguments) == plain(training.arguments)


@pytest.mark.parametrize("chapter", [c for c in TRAINED if c.data == "palm"], ids=lambda chapter: chapter.id)
def test_the_notebook_trains_by_the_recipe_that_was_measured(chapter: Chapter) -> None:
    found = RECIPE.search((ROOT / "source" / chapter.id / "notebook.py").read_text("utf-8"))
    if found is None:
        pytest.skip("its recipe has another name")
    call = ast.parse(found[1], mode="eval").body
    assert isinstance(call, ast.Call)
    words = {word.arg: word.value for word in call.keywords}
    own = words.pop("seed")  # the student's; without an id one that was measured
    assert isinstance(own, ast.Call)
    assert ast.unparse(own.func) == "own_seed"
    named, otherwise = map(ast.literal_eval, own.args)
    given = {name: ast.literal_eval(value) for name, value in words.items()}
    training = chapter.training
    assert training is not None
    assert given["epochs"] == training.epochs
    assert given["batch_size"] == training.batch_size
    assert given["learning_rate"] == training.learning_rate
    assert given["momentum"] == training.momentum
    assert named == chapter.id
    assert otherwise in training.seeds


def test_vgg_names_the_widths_of_its_gate_in_the_training_cell() -> None:
    text = (ROOT / "source" / "vgg" / "notebook.py").read_text("utf-8")
    found = re.search(r"^narrow = (\(.*\))  #", text, re.MULTILINE)
    assert found
    chapter = next(chapter for chapter in CHAPTERS if chapter.id == "vgg")
    assert plain([ast.literal_eval(found[1]), 1]) == plain(gate_of(chapter).arguments)


@pytest.mark.parametrize("chapter", ["alexnet", "vgg", "googlenet", "resnet"])
def test_the_student_s_own_reader_and_loops_feed_the_training(chapter: str) -> None:
    text = (ROOT / "source" / chapter / "notebook.py").read_text("utf-8")
    for needed in (
        'own_answers("reader", "data_loader", "valid_data_loader")',
        'own_answers("lenet_palm", "train_one_epoch", "evaluate")',
        "palm.reader_sets(readers.data_loader, readers.valid_data_loader)",
        "train_one_epoch=loops.train_one_epoch",
        "evaluate=loops.evaluate",
    ):
        assert needed in text


def test_no_figure_of_the_prose_is_missing_and_every_picture_has_words() -> None:
    for chapter in CHAPTERS:
        cells = json.loads((ROOT / "assignments" / chapter.id / f"{chapter.id}.ipynb").read_text("utf-8"))["cells"]
        prose = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
        assert "尚未测量" not in prose
        assert "![]" not in prose


def test_resnet_quotes_the_runs_of_the_depths_that_it_names() -> None:
    record = json.loads((ROOT / "docs" / "results" / "degradation.json").read_text("utf-8"))
    quoted = record["last_epoch_loss"]
    first = {
        f"{'residual' if run['residual'] else 'plain'}_{run['depth']}": run["last_epoch_loss"]
        for run in record["runs"]
        if run["seed"] == 1
    }
    assert quoted == first
    assert quoted["plain_40"] > quoted["plain_8"]
    assert quoted["residual_40"] < quoted["residual_8"]
    cells = json.loads((ROOT / "solutions" / "resnet" / "resnet.ipynb").read_text("utf-8"))["cells"]
    prose = "".join("".join(cell["source"]) for cell in cells)
    assert f"最后一轮平均 {quoted['plain_40']:g} 对 {quoted['plain_8']:g}" in prose
    assert f"{quoted['residual_40']:g} 对 {quoted['residual_8']:g}" in prose
