"""Every key of chapter.yml is read: what a chapter does differs where one of them does."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest

from autograder.authoring.notebooks import _only_trains, marking_guide
from autograder.authoring.record import written_checks
from autograder.authoring.verify import announcements
from autograder.checks import Accuracy, Returns
from autograder.checks.accuracy import Images, Measured
from autograder.checks.base import Check
from autograder.checks.suite import CheckSuite
from autograder.client.hints import hints_of
from autograder.client.live import LiveBox
from autograder.course import Chapter, Course, load_course
from autograder.data import DataError
from autograder.grading.classroom import _weights_limit, image_sets
from autograder.grading.examine import Examiner
from autograder.grading.render import shown_lines
from autograder.sandbox.session import Budget, TimeLimits
from autograder.store.result import Finding
from autograder.submission import Slice
from autograder.training import reference as references
from autograder.training.reference import Reference
from tests.checkin.samples import course
from tests.data_sets import MNIST_FILES, ROOT, with_sets

from .test_every_course_setting import keys_of

STUDENT = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("A one. B two.")])
TEXT = {"zh": "甲", "en": "A"}
OTHER = {"zh": "乙", "en": "B"}
BASE: dict[str, Any] = {
    "id": "tiny",
    "title": TEXT,
    "data": "palm",
    "tasks": [
        {"id": "why", "title": TEXT, "kind": "written", "points": 3, "question_guide": TEXT},
        {
            "id": "add",
            "title": TEXT,
            "points": 5,
            "names": ["add"],
            "aliases": {"add": ["plus"]},
            "hint": TEXT,
            "checks": [
                {"id": "sum", "points": 2, "hint": TEXT},
                {"id": "others", "points": 3, "hidden": True, "announced": TEXT},
            ],
        },
    ],
    "accuracy": {"minimum": 0.9, "constant": 0.5, "task": "add", "limit_mib": 3, "test_set": "first", "retrain": {}},
    "training": {"network": "add", "epochs": 2, "seeds": [1]},
    "variants": {
        "count": 3,
        "constants": [
            {"name": "THE_FIRST", "meaning": TEXT, "paper": 1, "values": [1, 2, 3]},
            {"name": "THE_OTHER", "meaning": TEXT, "paper": 4, "range": {"least": 4, "most": 6, "step": 1}},
        ],
    },
}
LIMITS = TimeLimits(60, 900, 900, 30, 180)
Change = Callable[[dict[str, Any]], None]


def put(path: str, value: Any) -> Change:
    """Return what puts a value at `block.key`; of a list the last entry's."""

    def change(values: dict[str, Any]) -> None:
        place: Any = values
        *blocks, last = path.split(".")
        for block in blocks:
            place = place[block][-1] if isinstance(place[block], list) else place[block]
        place[last] = value

    return change


def more_points(values: dict[str, Any]) -> None:
    values["tasks"][1]["points"] = 6
    values["tasks"][1]["checks"][1]["points"] = 4


def other_task(values: dict[str, Any]) -> None:
    values["tasks"][1]["id"] = values["accuracy"]["task"] = "plus_one"


def written(values: dict[str, Any]) -> None:
    task = values["tasks"].pop()
    values["tasks"].append({"id": "more", "title": TEXT, "points": 5, "kind": "written", "question_guide": TEXT})
    values["tasks"].append({**task, "id": "add"})


def accuracy_elsewhere(values: dict[str, Any]) -> None:
    more = {"id": "fit", "title": TEXT, "points": 1, "names": ["fit"], "checks": [{"id": "accuracy", "points": 1}]}
    values["tasks"].insert(0, more)
    values["accuracy"]["task"] = "fit"


def points_apart(values: dict[str, Any]) -> None:
    values["tasks"][1]["checks"] = [{"id": "sum", "points": 4, "hint": TEXT}, {"id": "others", "points": 1}]


def another_name(values: dict[str, Any]) -> None:
    values["tasks"][1]["names"] = ["times"]
    values["tasks"][1]["aliases"] = {}
    values["training"]["network"] = "times"


CHANGES: dict[str, Change] = {
    "id": put("id", "other"),
    "title": put("title", OTHER),
    "data": put("data", "mnist"),
    "framework": put("framework", "python"),
    "tasks.id": other_task,
    "tasks.title": lambda values: values["tasks"][0].update(title=OTHER),
    "tasks.kind": written,
    "tasks.points": more_points,
    "tasks.names": another_name,
    "tasks.aliases": put("tasks.aliases", {}),
    "tasks.hint": put("tasks.hint", OTHER),
    "tasks.checks.id": put("tasks.checks.id", "more"),
    "tasks.checks.points": points_apart,
    "tasks.checks.hidden": lambda values: values["tasks"][1]["checks"][0].update(hidden=True),
    "tasks.checks.announced": put("tasks.checks.announced", OTHER),
    "tasks.checks.check": put("tasks.checks.check", {"type": "call", "name": "add", "cases": [{"arguments": [1]}]}),
    "tasks.checks.hint": lambda values: values["tasks"][1]["checks"][0].update(hint=OTHER),
    "tasks.later": lambda values: values["tasks"][1].update(later=2.0, points=7),
    "tasks.question_guide": lambda values: values["tasks"][0].update(question_guide=OTHER),
    "accuracy.minimum": put("accuracy.minimum", 0.8),
    "accuracy.constant": put("accuracy.constant", 0.3),
    "accuracy.task": accuracy_elsewhere,
    "accuracy.limit_mib": put("accuracy.limit_mib", 4),
    "accuracy.test_set": put("accuracy.test_set", "second"),
    "accuracy.retrain.function": put("accuracy.retrain.function", "own_epoch"),
    "accuracy.retrain.images": put("accuracy.retrain.images", 3),
    "accuracy.retrain.epochs": put("accuracy.retrain.epochs", 2),
    "accuracy.retrain.batch_size": put("accuracy.retrain.batch_size", 4),
    "accuracy.retrain.learning_rate": put("accuracy.retrain.learning_rate", 0.5),
    "accuracy.retrain.seconds": put("accuracy.retrain.seconds", 77),
    "training.network": lambda values: (
        values["tasks"][1]["names"].append("other"),
        values["training"].update(network="other"),
    )[0],
    "training.arguments": put("training.arguments", [7]),
    "training.declared": put("training.declared", "other"),
    "training.epochs": put("training.epochs", 3),
    "training.batch_size": put("training.batch_size", 3),
    "training.learning_rate": put("training.learning_rate", 0.5),
    "training.momentum": put("training.momentum", 0.5),
    "training.weight_decay": put("training.weight_decay", 0.5),
    "training.optimizer": put("training.optimizer", "adam"),
    "training.augment": put("training.augment", "add"),
    "training.seeds": put("training.seeds", [1, 2]),
    "variants.count": put("variants.count", 2),
    "variants.constants.name": put("variants.constants.name", "A_THIRD"),
    "variants.constants.meaning": put("variants.constants.meaning", OTHER),
    "variants.constants.paper": put("variants.constants.paper", 5),
    "variants.constants.values": lambda values: values["variants"]["constants"][0].update(values=[1, 7, 8]),
    "variants.constants.range.least": put("variants.constants.range.least", 2),
    "variants.constants.range.most": put("variants.constants.range.most", 20),
    "variants.constants.range.step": put("variants.constants.range.step", 2),
}


class Recorded:
    """A session that notes what it is asked, and answers as a network without an opinion."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def ask(self, operation: str, /, **arguments: Any) -> Any:
        self.asked.append((operation, repr(arguments)))
        return {"output": np.zeros((len(arguments["images"]), 2))} if operation == "forward" else 1


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course folder with data sets that hold nothing but their files' names."""
    root = with_sets(tmp_path_factory.mktemp("chapter"))
    (root / "course.yml").write_text((ROOT / "course.yml").read_text("utf-8"), "utf-8")
    for name in ("PALM-Training400", "PALM-Validation400"):
        (root / "data" / "palm" / name).mkdir(parents=True)
    (root / "data" / "palm" / "labels.csv").write_text("palm")
    (root / "data" / "mnist").mkdir()
    for name in MNIST_FILES:
        (root / "data" / "mnist" / name).touch()
    return root


def world(chapter: Chapter, root: Path, patch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return what the chapter does to one answer, to its authors and in training."""
    of: Course = course()
    checks: dict[str, Check] = {
        task.full_id(entry): Returns(name=task.names[0], cases=((1,),)) for task, entry in chapter.checks()
    }
    suite = CheckSuite(chapter, checks, {name: {"seen": [2.0]} for name in checks}, (), "")
    right = Examiner.live(suite, LiveBox({"plus": lambda x: x + 1})).findings()
    wrong = Examiner.live(suite, LiveBox({"plus": lambda x: x - 1})).findings()
    images = image_sets(root, None, suite, load_course(root).datasets)
    return {
        "findings": [*shown_lines(right, suite, "en"), *shown_lines(wrong, suite, "zh")],
        "points": (chapter.points, [one.points for one in right]),
        "later": [one.en for task in chapter.tasks for one in hints_of(task)],
        "announced": list(announcements(chapter, STUDENT, "en")),
        "guide": [marking_guide(chapter, language) for language in ("zh", "en")],
        "trains": [_only_trains(task, chapter) for task in chapter.tasks],
        "weights": _weights_limit(suite, of),
        "data": (images.digest, _complaint(images.validation)),
        "framework": type(Examiner.live(suite, LiveBox({})).box.session()._operations).__name__,
        "gate": _gate(suite),
        "written": written_checks(root, chapter),
        "retrain": _retrained(chapter),
        "budget": _budget(suite),
        "training": _trained(chapter, patch),
        "variants": (chapter.paper, chapter.variants and chapter.variants.bank("ab" * 8, "tiny")),
        "constants": [(one.name, one.meaning) for one in chapter.variants.constants] if chapter.variants else [],
    }


def _complaint(action: Callable[[], object]) -> str:
    try:
        action()
    except (DataError, OSError, ValueError, EOFError) as error:
        return str(error)
    return ""


def _gate(suite: CheckSuite) -> float:
    def finding(status: str, *_: Any, share: float = 0.0, **__: Any) -> Finding:
        return Finding("t", "t.c", "accuracy", False, status, share, 1.0)  # type: ignore[arg-type]

    return Examiner.live(suite, LiveBox({}))._gate(Measured(0.7, None, False), finding).points


def _retrained(chapter: Chapter) -> list[Any]:
    assert chapter.accuracy
    assert chapter.accuracy.retrain
    session, images = Recorded(), Images(np.zeros((8, 1)), np.zeros(8))
    Accuracy(name="add").retrain(session, chapter.accuracy.retrain, images, images, 0)  # type: ignore[arg-type]
    return session.asked


def _budget(suite: CheckSuite) -> float:
    budget = Budget(LIMITS, alone=True)
    Examiner(suite, lambda _: Slice((), {}, (), ()), LiveBox({}), None, None, budget)
    return round(budget.left)


def _trained(chapter: Chapter, patch: pytest.MonkeyPatch) -> list[Any]:
    done: list[Any] = []

    class Given(Reference):
        def __init__(self, *_: Any) -> None:
            assert chapter.training
            self.chapter, self.training, self._root = chapter, chapter.training, Path()
            self.sets = type("Sets", (), {"origin": "generated"})()

        def _named(self, name: str) -> Any:
            return lambda *arguments: (name, arguments)

    def fit(network: Any, _: Any, recipe: Any, *, augment: Any, **__: Any) -> None:
        done.append((network, recipe, augment and augment()))

    patch.setattr(references, "Reference", Given)
    patch.setattr(references, "fit", fit)
    patch.setattr(references, "seed_everything", lambda _: None)
    patch.setattr(references, "read_metrics", lambda _: None)
    patch.setattr(references, "write_metrics", lambda *_: None)
    patch.setattr(references, "merged", lambda name, _, __, declared: done.append((name, declared)) or {"made": True})
    references.train_references(Path(), chapter.id)
    return done


def test_every_key_has_another_value_to_try() -> None:
    blocks = {"tasks", "tasks.checks", "accuracy", "accuracy.retrain", "training"}
    assert set(CHANGES) == set(keys_of(Chapter)) - blocks


@pytest.mark.parametrize("key", CHANGES)
def test_a_key_that_differs_makes_a_difference(key: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values = copy.deepcopy(BASE)
    before = world(Chapter.model_validate(values), folder, monkeypatch)
    CHANGES[key](values)
    after = world(Chapter.model_validate(values), folder, monkeypatch)
    assert [name for name in before if after[name] != before[name]], key
