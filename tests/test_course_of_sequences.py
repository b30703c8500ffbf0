"""A course whose samples are no pictures: words [N, 12] of its own data set, read by a network whose weights are handed in and measured."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from autograder.authoring.build import build_chapter
from autograder.authoring.verify import verify_chapter
from autograder.course import load_course
from autograder.course.sets import data_set
from autograder.data.location import DATA_VARIABLE
from autograder.grading.classroom import Grader, HandIn
from autograder.grading.images import image_sets
from autograder.sandbox.box import Box
from autograder.store.result import Finding
from autograder.training.reference import Reference
from tests.test_courses import COURSES

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory, shared_box: Box) -> Path:
    """The course, built, with the reference trained on its own words."""
    place = tmp_path_factory.mktemp("sequences") / "course"
    shutil.copytree(COURSES / "sequences", place)
    build_chapter(place, "patterns", "en", shared_box)
    return place


@pytest.fixture(scope="module")
def weights(root: Path) -> bytes:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(DATA_VARIABLE, raising=False)
        reference = Reference(root, "patterns")
        history = reference.train(reference.recipe(seed=1), progress=False)
    assert history.best.accuracy > 0.95
    return (root / ".autograder" / "training" / "patterns" / "seed-1" / "patterns.safetensors").read_bytes()


def accuracy_of(root: Path, box: Box, folder: Path, content: bytes) -> tuple[dict[str, str], Finding]:
    """Return the status of each check of the reference with these weights, and the finding of the accuracy."""
    (folder / "patterns.py").write_bytes((root / "solutions" / "patterns" / "patterns.py").read_bytes())
    (folder / "patterns.safetensors").write_bytes(content)
    result = Grader(root, load_course(root), box).grade(HandIn(folder, "patterns", None))
    (found,) = (finding for finding in result.findings if finding.kind == "accuracy")
    return {finding.check: finding.status for finding in result.findings}, found


@pytest.fixture(autouse=True)
def _own_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DATA_VARIABLE, raising=False)


def test_right_answers_pass_and_every_mistake_is_caught(root: Path, shared_box: Box) -> None:
    proof = verify_chapter(root, "patterns", shared_box)
    assert proof.problems == []
    assert len(proof.table) == 5


def test_words_are_fed_as_whole_numbers(root: Path) -> None:
    words = data_set(root, "letters")
    assert words.origin == "generated"
    course = load_course(root)
    images = image_sets(root, None, Grader(root, course, Box("none")).suite("patterns"), course.datasets).validation()
    fed = images.prepare(images.images[:5])
    assert (fed.shape, fed.dtype.name) == ((5, 12), "int64")


def test_trained_weights_reach_the_minimum_and_get_the_points(
    root: Path, shared_box: Box, tmp_path: Path, weights: bytes
) -> None:
    statuses, found = accuracy_of(root, shared_box, tmp_path, weights)
    assert set(statuses.values()) == {"pass"}
    assert found.points == 2.0
    assert found.values["accuracy"] > 0.95


def test_weights_that_learned_nothing_do_not(root: Path, shared_box: Box, tmp_path: Path, weights: bytes) -> None:
    from safetensors.numpy import load, save

    blank = {name: array * 0 if name.startswith("fc") else array for name, array in load(weights).items()}
    statuses, found = accuracy_of(root, shared_box, tmp_path, save(blank))
    assert (statuses["training.accuracy"], found.points) == ("fail", 0.0)
    assert statuses["network.behaviour"] == "pass"
