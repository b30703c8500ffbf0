"""A chapter: its tasks, their checks and points, its data and minimum accuracy, as `chapter.yml` states them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, Optional

from autograder.constants import Values
from autograder.course.names import Identifier, PythonName, Slug
from autograder.course.record import (
    Complaint,
    CourseText,
    Fraction,
    NotEmpty,
    NotNegative,
    Positive,
    PositiveNumber,
    Record,
    Switch,
    WholeNumber,
    raw_list,
    raw_number,
    raw_value,
    repeated,
    unknown,
)
from autograder.course.variants import Variants
from autograder.course.wording import TWICE, quoted
from autograder.portable.validated import BeforeValidator, Field
from autograder.text import Text

POINTS_TOLERANCE = 1e-9

NOT_HIDDEN = Text(
    zh="只有隐藏的检查才预告；公开的检查会连同结果一起显示",
    en="only a hidden check is announced; a public one is shown with its result",
)
NO_NAMES = Text(
    zh="代码任务至少要列出一个由学生定义的类或函数",
    en="a code task lists at least one class or function that the student defines",
)
ONLY_WRITTEN = Text(zh="只有问答任务才有评分要点", en="only a written task has a marking guide")
SUM = Text(
    zh="这个任务有 {points} 分，各项检查加起来却是 {sum} 分",
    en="the task has {points} points, but its checks add up to {sum}",
)
NO_GUIDE = Text(zh="问答任务要给助教写评分要点", en="a written task needs a marking guide for the TAs")
OF_CODE = Text(zh="问答任务没有 {key}", en="a written task has no {key}")
BELOW_ONE = Text(zh="必须小于 1，不能是 1", en="must be below 1, not 1")
A_NAME = Text(
    zh="{alias} 本身就是这一章的一个名字；请换一个别名",
    en="{alias} is a name of its own in this chapter; choose another alias",
)
ALIAS_TAKEN = Text(
    zh="{alias} 已经代表 {name}；一个别名只能有一个意思",
    en="{alias} stands for {name} already; an alias has one meaning",
)
NO_NAME = Text(zh="没有 {value} 这个名字{advice}", en="there is no name {value}{advice}")
NO_CODE_TASK = Text(zh="没有 {value} 这个代码任务{advice}", en="there is no code task {value}{advice}")
NO_NAME_IN_TASKS = Text(
    zh="各个任务的 names: 里没有 {value}{advice}", en="there is no name in the tasks: {value}{advice}"
)
NO_ACCURACY = Text(
    zh="没有数据的章节没有准确率；请加上 data: 和数据集的名字",
    en="a chapter without data has no accuracy; add data: and the name of a data set",
)
NO_TRAINING = Text(
    zh="没有数据的章节不能训练；请加上 data: 和数据集的名字",
    en="a chapter without data cannot be trained; add data: and the name of a data set",
)


class CheckEntry(Record):
    """One check of a task; its full id is `<task>.<check>`, see `Task.full_id`.

    Attributes:
        announced: A part of the sentence of the student's text that says what a hidden check asks for.
        check: What is asked, with its `type`, where it does not stand in checks.py.
    """

    id: Identifier
    points: NotNegative
    hidden: Switch = False
    hint: CourseText | None = None
    announced: CourseText | None = Field(default=None, exclude=True)  # for authors: it is no part of a kit
    check: dict[str, Any] | None = Field(default=None, exclude=True)  # which is in a kit beside the chapter

    @classmethod
    def contradictions(cls, raw: Mapping[str, object]) -> Iterator[Complaint]:
        """Yield an announcement of a check that students see."""
        if raw.get("announced") is not None and not raw.get("hidden"):
            yield ("announced",), NOT_HIDDEN


class Task(Record):
    """One thing to do: code that checks grade, or a written answer that a TA marks by `question_guide`.

    Attributes:
        names: What the student defines.
        aliases: Other names that are as good, by the name they stand for.
        later: In a bundle for students, the points of the checks that only the class has.
    """

    id: Identifier
    title: CourseText
    kind: Literal["code", "written"] = "code"
    points: Positive
    names: tuple[PythonName, ...] = ()
    aliases: dict[PythonName, tuple[PythonName, ...]] = Field(default_factory=dict)
    hint: CourseText | None = None
    checks: tuple[CheckEntry, ...] = ()
    question_guide: CourseText | None = None
    later: NotNegative = 0.0

    @classmethod
    def contradictions(cls, raw: Mapping[str, object]) -> Iterator[Complaint]:
        """Yield checks listed twice, points that do not add up, keys that do not go with the kind of task."""
        yield from repeated(raw, "checks", "id")
        names = raw_list(raw, "names")
        for position, name in enumerate(names):
            if name in names[:position]:
                yield ("names", position), TWICE.format(value=quoted(name))
        aliases = raw.get("aliases")
        for name in aliases if isinstance(aliases, Mapping) else ():
            if message := unknown(name, names, NO_NAME):
                yield ("aliases", name), message
        kind = raw.get("kind", "code")
        if kind == "code":
            yield from _code_contradictions(raw)
        elif kind == "written":
            yield from _written_contradictions(raw)

    def name_groups(self) -> list[tuple[str, ...]]:
        """Return the names, each with its aliases."""
        return [(name, *self.aliases.get(name, ())) for name in self.names]

    def full_id(self, check: CheckEntry) -> str:
        """Return the id of one of this task's checks within the chapter: `<task>.<check>`."""
        return f"{self.id}.{check.id}"


def _code_contradictions(raw: Mapping[str, object]) -> Iterator[Complaint]:
    if raw.get("names", ()) in ((), []):
        yield ("names",), NO_NAMES
    if raw.get("question_guide") is not None:
        yield ("question_guide",), ONLY_WRITTEN
    points = raw_number(raw, "points")
    parts = [raw_number(check, "points") for check in raw_list(raw, "checks")]
    known = [part for part in (*parts, raw_number(raw, "later")) if part is not None]
    parts.append(0.0 if raw_value(raw, "later") is None else raw_number(raw, "later"))
    well_formed = None not in parts and isinstance(raw.get("checks", []), (list, tuple))
    if points is not None and well_formed and abs(math.fsum(known) - points) > POINTS_TOLERANCE:
        yield ("points",), SUM.format(points=_plain(points), sum=_plain(math.fsum(known)))


def _written_contradictions(raw: Mapping[str, object]) -> Iterator[Complaint]:
    if raw.get("question_guide") is None:
        yield ("question_guide",), NO_GUIDE
    for key in ("checks", "names", "aliases"):
        if raw_value(raw, key):
            yield (key,), OF_CODE.format(key=key)


def _plain(points: float) -> str:
    return str(int(points)) if points == int(points) else repr(round(points, 12))


class Retrain(Record):
    """Train the student's network in the box, by the student's own function, in place of a weights file.

    Attributes:
        function: `train_one_epoch(model, loader, optimizer)`.
        images: How many training images, 0 for all; epochs; batch_size; learning_rate of Adam.
        seconds: What all epochs together may take.
    """

    function: PythonName = "train_one_epoch"
    images: WholeNumber = 0
    epochs: PositiveNumber = 1
    batch_size: PositiveNumber = 32
    learning_rate: Positive = 0.001
    seconds: PositiveNumber = 300


class Accuracy(Record):
    """The accuracy a trained network must reach on the validation images.

    Attributes:
        minimum, constant: Fractions 0..1, the least that earns points and what one constant answer scores.
        task: The task that holds the accuracy check.
        limit_mib: Largest weights file in MiB, None for the course's limit.
        test_set: A folder beside the validation photographs that is graded on in their place, with its own labels.csv.
        retrain: Train in the box instead of reading a weights file.
    """

    minimum: Fraction
    constant: Fraction
    task: Identifier
    limit_mib: PositiveNumber | None = None
    test_set: Slug | None = None
    retrain: Retrain | None = None


class Training(Record):
    """How `autograder train` trains the chapter's reference: its recipe, once for each seed.

    Attributes:
        network: The class to train, augment: a function for the training images, both defined in the chapter.
        arguments: Of the class, by position.
        declared: The name in architecture.py of what these arguments make, if it is another network than that of the
            class's defaults.
        epochs, batch_size, learning_rate, momentum, weight_decay, optimizer: The recipe (with adam, momentum is beta1).
    """

    network: PythonName
    arguments: tuple[Any, ...] = ()
    declared: PythonName | None = None
    epochs: PositiveNumber
    batch_size: PositiveNumber = 10
    learning_rate: Positive = 0.001
    momentum: Fraction = 0.9
    weight_decay: Fraction = 0.0
    optimizer: Literal["momentum", "adam"] = "momentum"
    augment: PythonName | None = None
    seeds: Annotated[tuple[WholeNumber, ...], NotEmpty]

    @classmethod
    def contradictions(cls, raw: Mapping[str, object]) -> Iterator[Complaint]:
        """Yield seeds listed twice and shares that leave nothing of a step."""
        seeds = raw_list(raw, "seeds")
        for position, seed in enumerate(seeds):
            if seed in seeds[:position]:
                yield ("seeds", position), TWICE.format(value=quoted(seed))
        for key in ("momentum", "weight_decay"):
            if raw_number(raw, key) == 1:
                yield (key,), BELOW_ONE


NO_DATA = "none"
DataName = Annotated[Optional[Identifier], BeforeValidator(lambda written: None if written == NO_DATA else written)]


def _two_things(tasks: Sequence[object], names: Sequence[object]) -> Iterator[Complaint]:
    """Yield aliases that are names themselves, or stand for two of them: nobody could tell what a student defined."""
    owner: dict[object, object] = {}
    for position, task in enumerate(tasks):
        aliases = raw_value(task, "aliases")
        for name, given in aliases.items() if isinstance(aliases, Mapping) else ():
            for place, alias in enumerate(given if isinstance(given, (list, tuple)) else ()):
                at = ("tasks", position, "aliases", name, place)
                if alias in names:
                    yield at, A_NAME.format(alias=quoted(alias))
                elif owner.setdefault(alias, name) != name:
                    yield at, ALIAS_TAKEN.format(alias=quoted(alias), name=quoted(owner[alias]))


class Chapter(Record):
    """One chapter; `id` is the name of its folder.

    Attributes:
        data: None, written `none` or left out, for a chapter without any.
        framework: What answers are written with, `python` for plain Python and NumPy.
    """

    id: Identifier
    title: CourseText
    data: DataName = None
    framework: Literal["paddle", "python"] = "paddle"
    tasks: Annotated[tuple[Task, ...], NotEmpty]
    accuracy: Accuracy | None = None
    training: Training | None = Field(default=None, exclude=True)  # for authors: it is no part of a kit
    variants: Variants | None = Field(default=None, exclude=True)  # of which a kit holds what was drawn

    @classmethod
    def contradictions(cls, raw: Mapping[str, object]) -> Iterator[Complaint]:
        """Yield tasks listed twice, an accuracy that belongs to no code task, a training of what is not there."""
        yield from repeated(raw, "tasks", "id")
        tasks = raw_list(raw, "tasks")
        holder = raw_value(raw.get("accuracy"), "task")
        code_ids = [raw_value(task, "id") for task in tasks if (raw_value(task, "kind") or "code") == "code"]
        if message := unknown(holder, code_ids, NO_CODE_TASK):
            yield ("accuracy", "task"), message
        names = [name for task in tasks for name in raw_list(task, "names")]
        yield from _two_things(tasks, names)
        for key in ("network", "augment"):
            if message := unknown(raw_value(raw.get("training"), key), names, NO_NAME_IN_TASKS):
                yield ("training", key), message
        if raw.get("accuracy") is not None and raw.get("data") in (None, NO_DATA):
            yield ("accuracy",), NO_ACCURACY
        if raw.get("training") is not None and raw.get("data") in (None, NO_DATA):
            yield ("training",), NO_TRAINING

    @property
    def points(self) -> float:
        """The points of all tasks together."""
        return math.fsum(task.points for task in self.tasks)

    @property
    def paper(self) -> Values:
        """The values of the constants for whoever has no variant, none in a chapter without."""
        return self.variants.paper if self.variants else {}

    def checks(self) -> Iterator[tuple[Task, CheckEntry]]:
        """Yield every check with its task, in the order of the file."""
        for task in self.tasks:
            for check in task.checks:
                yield task, check

    def task(self, task_id: str) -> Task | None:
        """Return a task, None when the chapter does not have it."""
        return next((task for task in self.tasks if task.id == task_id), None)
