"""What the demo does beside and around its grading; the demo as a whole is run by `make demo`."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from autograder.authoring.notebooks import write_chapter
from autograder.course import load_chapter, load_course
from autograder.course.sets import GENERATED_FOLDER
from autograder.course.variants import values_of
from autograder.data.location import DATA_VARIABLE
from autograder.demo.command import MADE, PARTS, STEPS, _copy, _use_images
from autograder.demo.sample import Demo, read_demo, write_class
from autograder.demo.training import DemoError, Training
from autograder.grading.classroom import Grader, kit_of, submitted
from autograder.sandbox.box import Box
from tests.data_sets import generate_mnist, generate_palm

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _few_images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    generate_palm(tmp_path / "images", training=8, validation=6)
    generate_mnist(tmp_path / "images", train=40, test=20)
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "images"))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    _copy(ROOT, tmp_path / "demo")
    return tmp_path / "demo"


def demo_of(place: Path) -> Demo:
    return read_demo(place, load_course(place))


@pytest.fixture(scope="module")
def class_to_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo with its class, which takes seconds to write."""
    place = tmp_path_factory.mktemp("written") / "demo"
    _copy(ROOT, place)
    write_class(place, demo_of(place))
    return place


@pytest.fixture
def written(class_to_copy: Path, tmp_path: Path) -> Path:
    shutil.copytree(class_to_copy, tmp_path / "demo")
    return tmp_path / "demo"


def test_a_second_demo_begins_anew_and_leaves_what_is_not_its_own(written: Path) -> None:
    students = {path.parent.name for path in (written / "submitted").glob("*/*/")}
    assert {"s001", "s090", "s091-sigmoid", "s098-broken", "s099-hostile"} <= students
    for name in MADE:
        (written / name).mkdir(exist_ok=True)
        (written / name / "old").write_text("old", "utf-8")
    (written / "mine.txt").write_text("mine", "utf-8")
    _copy(ROOT, written)
    assert {path.name for path in written.iterdir()} == {*(part.split("/")[0] for part in PARTS), "mine.txt"}


def test_everybody_hands_in_their_own_numbers(written: Path) -> None:
    salt = load_course(written).salt
    assert salt is not None
    variants, own = load_chapter(written / "source" / "lenet_palm").variants, {}
    for file in (written / "submitted").glob("*/lenet_palm/lenet_palm.*"):
        student = file.parts[-3]
        own[student] = values_of(variants, salt, student, "lenet_palm")["PHOTO_SIDE"]
        assert f"{own[student]} // 4" in (text := file.read_text("utf-8")) or f"({own[student]} - " in text, student
    assert len(set(own.values())) > 1


def test_the_copy_can_be_built(place: Path) -> None:
    assert load_course(place).chapters
    chapter = load_chapter(place / "source" / "lenet_palm")  # its prose quotes recorded runs
    write_chapter(place, chapter, "en")
    assert "{{" not in (place / "assignments" / "lenet_palm" / "lenet_palm.ipynb").read_text("utf-8")


def test_images_that_are_drawn_meanwhile_have_nothing_graded_twice(
    tmp_path: Path, written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))  # a folder without a set
    _use_images(ROOT)
    course = load_course(written)
    grader = Grader(written, course, Box("none"))
    (hand_in,) = (one for one in submitted(written, course, "lenet") if one.student == "s001")
    before = grader.found(hand_in).key
    generate_mnist(written / GENERATED_FOLDER, train=40, test=20)
    generate_palm(written / GENERATED_FOLDER, training=8, validation=6)
    kit_of.cache_clear()
    assert Grader(written, course, Box("none")).found(hand_in).key == before


def test_real_images_are_used_from_the_first_verdict_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DATA_VARIABLE)
    course = (ROOT / "course.yml").read_text("utf-8").replace("\ndata: data", "\ndata: images")
    (tmp_path / "course.yml").write_text(course, "utf-8")
    _use_images(tmp_path)
    assert os.environ[DATA_VARIABLE] == str(tmp_path / "images")
    monkeypatch.delenv(DATA_VARIABLE)


def test_a_network_that_cannot_be_trained_is_named(place: Path) -> None:
    trained = demo_of(place).trained
    shutil.rmtree(place / "source" / "datasets" / "mnist")
    said: list[str] = []
    with Training(place, trained, said.append, "en") as training, pytest.raises(DemoError, match="training failed"):
        training.finish()
    assert any("datasets" in line and "mnist.py does not exist" in line for line in said), said


def test_what_is_still_training_ends_with_the_demo(place: Path) -> None:
    with pytest.raises(KeyboardInterrupt), Training(place, demo_of(place).trained, lambda _: None, "zh") as training:
        raise KeyboardInterrupt
    processes: list[subprocess.Popen[str]] = training._processes
    assert all(process.wait(60) is not None for process in processes)


def test_every_line_is_there_in_both_languages() -> None:
    assert all(text.zh != text.en and text.zh and text.en for text in STEPS.values())
