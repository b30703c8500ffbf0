from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from autograder.course import Accuracy, Chapter, CheckEntry, Task, Training, load_chapter
from autograder.text import Text

from .conftest import CHAPTER

Problems = Callable[..., list[str]]
TITLE = Text(zh="题", en="Task")


@pytest.fixture
def chapter(tmp_path: Path) -> Chapter:
    folder = tmp_path / "reader"
    folder.mkdir()
    (folder / "chapter.yml").write_text(CHAPTER, encoding="utf-8")
    return load_chapter(folder)


def test_a_chapter_takes_its_id_from_the_folder_and_counts_its_points(chapter: Chapter) -> None:
    assert chapter.id == "reader"
    assert chapter.data == "palm"
    assert chapter.points == 15
    assert chapter.accuracy == Accuracy(minimum=0.9, constant=0.5275, task="transform")


def test_checks_come_with_their_task_and_have_a_full_id(chapter: Chapter) -> None:
    ids = [(task.full_id(check), check.hidden) for task, check in chapter.checks()]
    assert ids == [("transform.shape", False), ("transform.range", True)]
    assert chapter.task("essay") is chapter.tasks[1]
    assert chapter.task("none") is None


def test_a_chapter_survives_json(chapter: Chapter) -> None:
    assert Chapter.model_validate(chapter.model_dump(mode="json")) == chapter
    assert Chapter.model_validate_json(chapter.model_dump_json()) == chapter


def test_models_can_be_made_of_models(chapter: Chapter) -> None:
    assert (
        Chapter(id="reader", title=chapter.title, data="palm", tasks=chapter.tasks, accuracy=chapter.accuracy)
        == chapter
    )
    with pytest.raises(ValidationError, match="already the id of"):
        Chapter(id="reader", title=chapter.title, tasks=(chapter.tasks[0], chapter.tasks[0]))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("title: {zh: 读取", "id: reader\ntitle: {zh: 读取", "1: id: unknown key; it is always reader, the name of the folder"),
        ("data: palm", "data: plam", '2: data: there is no data set "plam"; did you mean "palm"?'),
        ("points: 4,", "points: 4, announced: {zh: 甲, en: A},", "9: tasks[0].checks[0].announced: only a hidden check is announced; a public one is shown with its result"),
        ("    names: [transform_img]\n", "    names: [transform_img, load]\n    aliases: {load: [transform_img]}\n", '8: tasks[0].aliases.load[0]: "transform_img" is a name of its own in this chapter; choose another alias'),
        ("    names: [transform_img]\n", "    names: [transform_img, load]\n    aliases: {load: [get], transform_img: [get]}\n", '8: tasks[0].aliases.transform_img[0]: "get" stands for "load" already; an alias has one meaning'),
        ("id: transform", "id: 1st", '4: tasks[0].id: must be small letters, digits and _, beginning with a letter, not "1st"'),
        ("id: transform", "id: essay", '11: tasks[1].id: "essay" is already the id of tasks[0]'),
        ("points: 10", "points: 8", "6: tasks[0].points: the task has 8 points, but its checks add up to 10"),
        ("points: 10", "points: 9.5", "6: tasks[0].points: the task has 9.5 points, but its checks add up to 10"),
        ("points: 10", "points: 0", "6: tasks[0].points: must be above 0, not 0"),
        ("points: 10", "points: ten", '6: tasks[0].points: must be a number, not "ten"'),
        ("    names: [transform_img]\n", "", "4: tasks[0].names: a code task lists at least one class or function that the student defines"),
        ("[transform_img]", "[]", "7: tasks[0].names: a code task lists at least one class or function that the student defines"),
        ("[transform_img]", "[transform-img]", '7: tasks[0].names[0]: must be the name of a Python class or function, not "transform-img"'),
        ("[transform_img]", "[class]", '7: tasks[0].names[0]: must be the name of a Python class or function, not "class"'),
        ("[transform_img]", "[x, y, x]", '7: tasks[0].names[2]: "x" is listed twice'),
        ("[transform_img]", "transform_img", '7: tasks[0].names: must be a list, not "transform_img"'),
        ("id: range", "id: shape", '10: tasks[0].checks[1].id: "shape" is already the id of checks[0]'),
        ("points: 4", "points: -4", "9: tasks[0].checks[0].points: must be at least 0, not -4"),
        ("hidden: true", "hidden: yes", '10: tasks[0].checks[1].hidden: must be true or false, not "yes"'),
        ("hidden: true", "hiden: true", '10: tasks[0].checks[1].hiden: unknown key; did you mean "hidden"?'),
        ("en: shape", "eng: shape", "9: tasks[0].checks[0].hint.en: this key is missing"),
        ("kind: written", "kind: writen", "13: tasks[1].kind: must be one of 'code' or 'written', not \"writen\""),
        ("    question_guide: {zh: 评分, en: Marking}\n", "", "11: tasks[1].question_guide: a written task needs a marking guide for the TAs"),
        ("    kind: written\n", "    kind: written\n    names: [x]\n", "14: tasks[1].names: a written task has no names"),
        ("    kind: written\n", "    kind: written\n    checks: [{id: a, points: 5}]\n", "14: tasks[1].checks: a written task has no checks"),
        ("    points: 10\n", "    points: 10\n    question_guide: {zh: 评分, en: Marking}\n", "7: tasks[0].question_guide: only a written task has a marking guide"),
        ("minimum: 0.9", "minimum: 90", "17: accuracy.minimum: must be at most 1, not 90"),
        ("task: transform", "task: tranform", '19: accuracy.task: there is no code task "tranform"; did you mean "transform"?'),
        ("task: transform", "task: essay", '19: accuracy.task: there is no code task "essay"; there is: transform'),
        ("task: transform", "task: transform\n  limit_mib: 0", "20: accuracy.limit_mib: must be above 0, not 0"),
    ],
)  # fmt: skip
def test_each_mistake_is_reported_at_its_line(chapter_problems: Problems, old: str, new: str, expected: str) -> None:
    assert expected in chapter_problems((old, new))


def test_a_wrong_sum_and_a_wrong_key_are_seen_in_the_same_run(chapter_problems: Problems) -> None:
    assert chapter_problems(("points: 10", "points: 8"), ("hidden", "hiden"), ("task: transform", "task: x")) == [
        "6: tasks[0].points: the task has 8 points, but its checks add up to 10",
        '10: tasks[0].checks[1].hiden: unknown key; did you mean "hidden"?',
        '19: accuracy.task: there is no code task "x"; there is: transform',
    ]


def test_a_code_task_without_checks_does_not_add_up(chapter_problems: Problems) -> None:
    checks = CHAPTER[CHAPTER.index("    checks:") : CHAPTER.index("  - id: essay")]
    assert chapter_problems((checks, "")) == ["6: tasks[0].points: the task has 10 points, but its checks add up to 0"]


def test_a_folder_name_that_is_no_id_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "Le Net"
    folder.mkdir()
    (folder / "chapter.yml").write_text(CHAPTER, encoding="utf-8")
    with pytest.raises(Exception, match=r'^Le Net/chapter\.yml:1: id: must be small letters.*"Le Net"$'):
        load_chapter(folder)


@settings(deadline=None)
@given(
    st.lists(st.floats(0, 100).map(lambda x: round(x, 3)), min_size=1, max_size=20).filter(lambda parts: sum(parts) > 0)
)
def test_points_in_any_order_and_with_rounding_add_up(parts: list[float]) -> None:
    checks = tuple(CheckEntry(id=f"c{position}", points=part) for position, part in enumerate(parts))
    task = Task(id="t", title=TITLE, points=sum(parts), names=("f",), checks=checks[::-1])
    assert math.isclose(task.points, math.fsum(check.points for check in task.checks), abs_tol=1e-9)
    with pytest.raises(ValidationError, match="add up to"):
        Task(id="t", title=TITLE, points=sum(parts) + 1e-6, names=("f",), checks=checks)


TRAINING = """training:
  network: transform_img
  epochs: 5
  learning_rate: 0.002
  seeds: [1, 2]
"""


def with_training(folder: Path, text: str = TRAINING) -> Path:
    (folder / "reader").mkdir()
    (folder / "reader" / "chapter.yml").write_text(CHAPTER + text, encoding="utf-8")
    return folder / "reader"


def test_a_training_recipe_is_read_and_has_the_course_s_defaults(tmp_path: Path) -> None:
    training = load_chapter(with_training(tmp_path)).training
    assert training == Training(network="transform_img", epochs=5, learning_rate=0.002, seeds=(1, 2))
    assert (training.batch_size, training.momentum, training.weight_decay) == (10, 0.9, 0.0)
    assert training.optimizer == "momentum"


def test_a_training_recipe_does_not_reach_a_kit(tmp_path: Path) -> None:
    chapter = load_chapter(with_training(tmp_path))
    assert "training" not in chapter.model_dump(mode="json")
    assert Chapter.model_validate(chapter.model_dump(mode="json")) == chapter.model_copy(update={"training": None})


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("network: transform_img", "network: tranform_img", '21: training.network: there is no name in the tasks: "tranform_img"; did you mean "transform_img"?'),
        ("epochs: 5", "epochs: 0", "22: training.epochs: must be above 0, not 0"),
        ("epochs: 5", "epochs: 2.5", "22: training.epochs: must be a whole number, not 2.5"),
        ("learning_rate: 0.002", "learning_rate: 0", "23: training.learning_rate: must be above 0, not 0"),
        ("learning_rate: 0.002", "learing_rate: 0.1", '23: training.learing_rate: unknown key; did you mean "learning_rate"?'),
        ("learning_rate: 0.002", "momentum: 1", "23: training.momentum: must be below 1, not 1"),
        ("learning_rate: 0.002", "optimizer: sgd", "23: training.optimizer: must be one of 'momentum' or 'adam', not \"sgd\""),
        ("learning_rate: 0.002", "augment: flip", '23: training.augment: there is no name in the tasks: "flip"; there is: transform_img'),
        ("seeds: [1, 2]", "seeds: []", "24: training.seeds: must have at least one entry"),
        ("seeds: [1, 2]", "seeds: [1, 2, 1]", "24: training.seeds[2]: 1 is listed twice"),
        ("seeds: [1, 2]", "seeds: [-1]", "24: training.seeds[0]: must be at least 0, not -1"),
        ("  seeds: [1, 2]\n", "", "20: training.seeds: this key is missing"),
        ("data: palm\n", "", "19: training: a chapter without data cannot be trained; add data: and the name of a data set"),
    ],
)  # fmt: skip
def test_each_mistake_in_a_training_recipe_is_reported_at_its_line(
    chapter_problems: Problems, old: str, new: str, expected: str
) -> None:
    assert expected in chapter_problems(("  task: transform\n", f"  task: transform\n{TRAINING}"), (old, new))
