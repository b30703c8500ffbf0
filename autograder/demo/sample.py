"""What the sample class of a demo hands in, and which networks are trained for it: `source/demo.yml` of the course.

A course without that file has a demo, too: every chapter takes part, and nothing is trained.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

from autograder.authoring.examples import Example, read_examples
from autograder.authoring.notebooks import solution_text, solved_notebook
from autograder.checkin.identity import is_student_id
from autograder.constants import Values
from autograder.course import Chapter, Course, CourseError, Problem, load_chapter, load_course
from autograder.course.document import Document, read_document
from autograder.course.loading import as_model
from autograder.course.names import Identifier, PythonName
from autograder.course.record import (
    Complaint,
    CourseText,
    NotEmpty,
    PositiveNumber,
    Record,
    Switch,
    raw_list,
    raw_value,
    repeated,
    unknown,
)
from autograder.course.variants import values_of
from autograder.course.wording import IT_HAS, NO_ADVICE, NO_SUCH_CHAPTER, NOT_BUT, THERE_IS, meant, quoted
from autograder.portable.validated import Field
from autograder.text import Language, Text

FILE = "source/demo.yml"
SOLUTION = "solution"  # as an answer: the reference, as a notebook
RIGHT_ANSWERS, WRONG_ANSWERS = 2, 4  # of a chapter; of wrong ones so many where the file names no share
ALONE = "s090"  # who hands in the solutions where the file names nobody

ONE_CHOICE = Text(zh="first 已经选定了样本；两个只能留一个", en="first chooses the samples already; keep one")
STUDENT = Text(zh="必须是学生的学号", en="must be the id of a student")
EITHER = Text(zh="`answer` 和 `text` 要写且只能写一个", en="needs either `answer` or `text`")
FILE_NAME = Text(zh="必须是 .py 或 .ipynb 文件的名字", en="must be the name of a .py or .ipynb file")
TWICE = Text(zh="{student} 已经交过 {chapter}", en="{student} hands in {chapter} already")
NO_CHAPTER = Text(zh="没有可以演示的章节；autograder new CHAPTER", en="has no chapter to show; autograder new CHAPTER")
NO_TRAINING = Text(
    zh="source/{chapter}/chapter.yml 里没有 `training:` 和 `data:`，无法训练",
    en="source/{chapter}/chapter.yml has no `training:` and `data:`, so nothing can be trained",
)
NO_CONSTANT = Text(
    zh="source/{chapter}/chapter.yml 里没有常数 {name}{advice}",
    en="source/{chapter}/chapter.yml has no constant {name}{advice}",
)
NO_ANSWER = Text(zh="{chapter} 没有答案 {name}{advice}", en="{chapter} has no answer {name}{advice}")


class Share(Record):
    """A chapter whose right answers and known mistakes are handed in.

    Attributes:
        every: One mistake in so many, by default about four.
    """

    id: Identifier
    every: PositiveNumber | None = None


class Epochs(Record):
    """How many epochs on real data, and how many on data that was generated."""

    real: PositiveNumber
    generated: PositiveNumber


class Train(Record):
    """How the network of a hand-in is trained, where that is not as chapter.yml says.

    Attributes:
        title: What the demo calls it.
        epochs: By default those of chapter.yml.
        first, spread: Only so many training samples, the first ones or evenly spread.
        validation: At most so many to choose the best epoch by.
        side: Pictures of so many pixels, a number or the name of a constant of the chapter.
        half: Weights in float16.
    """

    title: CourseText
    epochs: PositiveNumber | Epochs | None = None
    first: PositiveNumber | None = None
    spread: PositiveNumber | None = None
    validation: PositiveNumber | None = None
    side: PositiveNumber | PythonName | None = None
    half: Switch = False

    @classmethod
    def contradictions(cls, raw: Mapping[str, object]) -> Iterator[Complaint]:
        """Yield two choices of training samples."""
        if raw_value(raw, "first") is not None and raw_value(raw, "spread") is not None:
            yield ("spread",), ONE_CHOICE

    def epochs_on(self, origin: str, usual: int) -> int:
        """Return how many epochs are trained on data of an origin."""
        if isinstance(self.epochs, Epochs):
            return int(self.epochs.real if origin == "real" else self.epochs.generated)
        return self.epochs or usual


class SampleHandIn(Record):
    """One hand-in.

    Attributes:
        answer: The id of an example of the chapter, or `solution`; else text, in a file `name`.
    """

    student: Annotated[str, Field(strict=True)]
    chapter: Identifier
    answer: str | None = None
    text: str | None = None
    name: str | None = None
    train: Train | None = None

    @classmethod
    def contradictions(cls, raw: Mapping[str, object]) -> Iterator[Complaint]:
        """Yield ids and file names that no student has, and an answer that is not one."""
        student, name = raw_value(raw, "student"), raw_value(raw, "name")
        if isinstance(student, str) and not is_student_id(student):
            yield ("student",), NOT_BUT.format(expected=STUDENT, value=quoted(student))
        if (raw_value(raw, "answer") is None) == (raw_value(raw, "text") is None):
            yield (), EITHER
        if isinstance(name, str) and ("/" in name or not name.endswith((".py", ".ipynb"))):
            yield ("name",), NOT_BUT.format(expected=FILE_NAME, value=quoted(name))

    @property
    def file(self) -> str:
        """The file's name in the folder of the hand-in."""
        return self.name or f"{self.chapter}{'.ipynb' if self.answer == SOLUTION else '.py'}"


class Demo(Record):
    """The sample class.

    Attributes:
        chapters: Of which examples are handed in.
        hand_ins: Others beside them.
    """

    chapters: Annotated[tuple[Share, ...], NotEmpty]
    hand_ins: tuple[SampleHandIn, ...] = ()

    @classmethod
    def contradictions(cls, raw: Mapping[str, object]) -> Iterator[Complaint]:
        """Yield chapters that stand twice, and hand-ins of one student to one chapter."""
        yield from repeated(raw, "chapters", "id")
        seen: set[tuple[object, object]] = set()
        for position, entry in enumerate(raw_list(raw, "hand_ins")):
            who = raw_value(entry, "student"), raw_value(entry, "chapter")
            if who in seen:
                yield ("hand_ins", position), TWICE.format(student=quoted(who[0]), chapter=who[1])
            seen.add(who)

    @property
    def trained(self) -> tuple[SampleHandIn, ...]:
        """The hand-ins for which a network is trained."""
        return tuple(one for one in self.hand_ins if one.train is not None)


def read_demo(root: Path, course: Course) -> Demo:
    """Return what `source/demo.yml` says, or the demo of a course that has none. Raises CourseError with every problem."""
    names = [dates.id for dates in course.chapters]
    if not (root / FILE).is_file():
        if not names:
            raise CourseError([Problem("course.yml", None, ("chapters",), NO_CHAPTER)])
        solved = [{"student": ALONE, "chapter": name, "answer": SOLUTION} for name in names]
        return Demo.model_validate({"chapters": [{"id": name} for name in names], "hand_ins": solved})
    document = read_document(root / FILE, FILE)
    demo = as_model(Demo, document, {}, course.languages)
    if problems := list(_problems(root, demo, names, document)):
        raise CourseError(problems)
    return demo


def _problems(root: Path, demo: Demo, names: list[str], document: Document) -> Iterator[Problem]:
    """Yield what does not fit the course: chapters that it lacks, networks that cannot be trained, sides without a constant."""

    def problem(key: tuple[str | int, ...], message: Text) -> Problem:
        return Problem(FILE, document.line(key), key, message)

    for position, share in enumerate(demo.chapters):
        if message := unknown(share.id, names, NO_SUCH_CHAPTER):
            yield problem(("chapters", position, "id"), message)
    for position, one in enumerate(demo.hand_ins):
        if message := unknown(one.chapter, names, NO_SUCH_CHAPTER):
            yield problem(("hand_ins", position, "chapter"), message)
        elif one.train is not None:
            chapter = load_chapter(root / "source" / one.chapter)
            if chapter.training is None or chapter.data is None:
                yield problem(("hand_ins", position, "train"), NO_TRAINING.format(chapter=one.chapter))
            if isinstance(one.train.side, str) and one.train.side not in chapter.paper:
                name = one.train.side
                advice = meant(name, chapter.paper, THERE_IS if chapter.paper else NO_ADVICE)
                said = NO_CONSTANT.format(chapter=one.chapter, name=quoted(name), advice=advice)
                yield problem(("hand_ins", position, "train", "side"), said)


def own_numbers(place: Path, student: str, chapter: str) -> tuple[Chapter, Language, Values]:
    """Return a chapter, the language of its course, and the numbers that a student has in it."""
    course, found = load_course(place), load_chapter(place / "source" / chapter)
    return found, course.language, values_of(found.variants, course.salt, student, chapter)


def write_class(place: Path, demo: Demo) -> None:
    """Write all hand-ins to `submitted/`.

    Raises:
        CourseError: For an answer that its chapter does not have.
    """
    for share in demo.chapters:
        examples = read_examples(place, share.id)
        right = [one.id for one in examples if not one.kills][:RIGHT_ANSWERS]
        wrong = [one.id for one in examples if one.kills]
        every = share.every or max(1, -(-len(wrong) // WRONG_ANSWERS))
        for number, name in enumerate([*right, *wrong[::every]], 1):
            student = f"s{number:03}"
            _write(place, student, share.id, f"{share.id}.py", answer_of(place, student, share.id, name))
    for one in demo.hand_ins:
        _write(place, one.student, one.chapter, one.file, _text_of(place, one))


def _text_of(place: Path, one: SampleHandIn) -> str:
    if one.text is not None:
        return one.text
    if one.answer == SOLUTION and one.file.endswith(".ipynb"):
        import nbformat

        return str(nbformat.writes(solved_notebook(place, *own_numbers(place, one.student, one.chapter))))
    return answer_of(place, one.student, one.chapter, str(one.answer))


def answer_of(place: Path, student: str, chapter: str, name: str) -> str:
    """Return a right answer, a known mistake or the solution as a student writes it, with their own numbers."""
    found, language, values = own_numbers(place, student, chapter)
    solution = solution_text(place, found, language, values)
    if name == SOLUTION:
        return solution
    examples: dict[str, Example] = {one.id: one for one in read_examples(place, chapter, variant=(values, solution))}
    if name not in examples:
        advice = meant(name, [SOLUTION, *examples], IT_HAS)
        said = NO_ANSWER.format(chapter=chapter, name=quoted(name), advice=advice)
        raise CourseError([Problem(FILE, None, ("hand_ins",), said)])
    return examples[name].text


def _write(place: Path, student: str, chapter: str, name: str, text: str) -> None:
    folder = place / "submitted" / student / chapter
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, "utf-8")
