"""The examples of a chapter: known mistakes with their causes, and right answers in unusual shapes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import get_args

from autograder.authoring.mistakes import Likelihood, mistaken_answers
from autograder.constants import Values, written_out
from autograder.course import CourseError, Problem, load_chapter
from autograder.course.loading import languages_beside
from autograder.text import LANGUAGES, Text

OLD_FOLDER = "mutants"
WRONG_FOLDER = "wrong"
RIGHT_FOLDER = "right"
HEAD_LINES = 4
MOVED = Text(
    zh="不再读取；已知错误写成 mistakes.yml 里的改动，其他答案写成 right/ 或 wrong/ 里的文件",
    en="is no longer read; a mistake is a change in mistakes.yml, other answers are files in right/ or wrong/",
)
TWICE = Text(
    zh="mistakes.yml 里也有已知错误 {id}；请给其中一个换个名字",
    en="the mistake {id} stands in mistakes.yml, too; give one another name",
)
NO_HEAD = Text(zh="开头几行里没有 `# {key}: ...`", en="the first lines lack `# {key}: ...`")
LIKELIHOODS: tuple[Likelihood, ...] = get_args(Likelihood)


@dataclass(frozen=True)
class Example:
    """An answer to a chapter.

    Attributes:
        name: Its file in the course folder, for messages.
        text: The answer as a module.
        kills: The checks that must fail, none for a right answer.
        cause: What is wrong, None for a right one.
        likelihood: How frequent it is among learners.
        common: What it has in common with mistakes that look the same.
    """

    id: str
    name: str
    text: str
    kills: tuple[str, ...] = ()
    cause: Text | None = None
    likelihood: Likelihood = "sometimes"
    common: Text | None = None


def likeliest_first(examples: Iterable[Example]) -> list[Example]:
    """Return examples in the order in which a student is asked about them: by likelihood, then by id."""
    return sorted(examples, key=lambda example: (LIKELIHOODS.index(example.likelihood), example.id))


def read_examples(
    root: Path, chapter_id: str, solutions: Path | None = None, variant: tuple[Values, str] | None = None
) -> tuple[Example, ...]:
    """Return all examples of a chapter: mistakes by id, then right answers by name.

    Mistakes are changes of the solution (`mistakes.yml`) or, where they are no change of it, files in `wrong/`; right
    answers are files in `right/`. `solutions/<chapter>` must be of the present source; solutions: where it lies, by
    default in the course folder. variant: other values of the chapter's constants than the paper's, and the solution with them.

    Raises:
        CourseError: A file lacks its head, an id stands twice, or a change does not fit; with file and line.
    """
    folder = root / "source" / chapter_id
    if (folder / OLD_FOLDER).is_dir():
        raise CourseError([Problem(f"source/{chapter_id}/{OLD_FOLDER}", None, (), MOVED)])
    chapter = load_chapter(folder)
    values, solution = variant or (
        chapter.paper,
        ((solutions or root / "solutions") / chapter_id / f"{chapter_id}.py").read_text("utf-8"),
    )
    made = [
        Example(one.id, f"{chapter_id}/{one.id}.py", text, one.kills, one.cause, one.likelihood, one.common)
        for one, text in mistaken_answers(folder, chapter, solution, values)
    ]
    wrong = sorted([*made, *_written(folder, WRONG_FOLDER, values)], key=lambda example: example.id)
    for before, after in pairwise(wrong):
        if before.id == after.id:
            file = f"source/{chapter_id}/{WRONG_FOLDER}/{after.id}.py"
            raise CourseError([Problem(file, None, (), TWICE.format(id=after.id))])
    return (*wrong, *_written(folder, RIGHT_FOLDER, values))


def _written(folder: Path, kind: str, values: Values) -> Iterator[Example]:
    """Yield the files of `wrong/` or `right/` in the order of their names."""
    for path in sorted((folder / kind).glob("*.py")):
        text = written_out(path.read_text("utf-8"), values)
        name = f"source/{folder.name}/{kind}/{path.name}"
        head = dict(
            line[2:].split(":", 1) for line in text.splitlines()[:HEAD_LINES] if line.startswith("# ") and ":" in line
        )
        languages = languages_beside(folder)
        wanted = ("right",) if kind == RIGHT_FOLDER else ("kills", *languages)
        if missing := [key for key in wanted if not head.get(key, "").strip()]:
            raise CourseError([Problem(name, 1, (), NO_HEAD.format(key=missing[0]))])
        if kind == RIGHT_FOLDER:
            yield Example(path.stem, name, text)
        else:
            kills = tuple(word.strip() for word in head["kills"].split(","))
            cause = Text.of({one: head[one].strip() for one in {*languages, *LANGUAGES} & head.keys()})
            yield Example(path.stem, name, text, kills, cause)
