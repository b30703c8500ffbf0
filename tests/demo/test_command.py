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


def test_a_second_demo_begins_anew_and_leaves_what_is_not_its_own(place: Path) -> None:
    for name in MADE:
        (place / name).mkdir()
        (place / name / "old").write_text("old", "utf-8")
    (place / "mine.txt").write_text("mine", "utf-8")
    _copy(ROOT, place)
    assert {path.name for path in place.iterdir()} == {*(part.split("/")[0] for part in PARTS), "mine.txt"}
    write_class(place, demo_of(place))
    students = {path.parent.name for path in (place / "submitted").glob("*/*/")}
    assert {"s001", "s090", "s091-sigmoid", "s098-broken", "s099-hostile"} <= students


def test_everybody_hands_in_their_own_numbers(place: Path) -> None:
    write_class(place, demo_of(place))
    salt = load_course(place).salt
    assert salt is not None
    variants, own = load_chapter(place / "source" / "lenet_palm").variants, {}
    for file in (place / "submitted").glob("*/lenet_palm/lenet_palm.*"):
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
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))  # a folder without a set
    _use_images(ROOT)
    write_class(place, demo_of(place))
    course = load_course(place)
    grader = Grader(place, course, Box("none"))
    (hand_in,) = (one for one in submitted(place, course, "lenet") if one.student == "s001")
    before = grader.found(hand_in).key
    generate_mnist(place / GENERATED_FOLDER, train=40, test=20)
    generate_palm(place / GENERATED_FOLDER, training=8, validation=6)
    kit_of.cache_clear()
    assert Grader(place, course, Box("none")).found(hand_in).key == before


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
