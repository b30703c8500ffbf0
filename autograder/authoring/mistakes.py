"""Known mistakes as `mistakes.yml` states them: changes of the solution, with the checks that see them and their cause."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from autograder.constants import Values, written_out
from autograder.course import Chapter, CourseError, Problem
from autograder.course.document import Document, read_document
from autograder.course.loading import as_model, languages_beside
from autograder.course.names import Identifier
from autograder.course.record import Complaint, CourseText, NotEmpty, Record, repeated
from autograder.course.wording import NO_ADVICE, meant
from autograder.errors import AutograderError
from autograder.submission import pieces_of_script, slice_names
from autograder.text import Text

MISTAKES_FILE = "mistakes.yml"
NO_VALUES: Values = {}
Likelihood = Literal["often", "sometimes", "seldom"]

SAME = Text(zh="与 `to` 相同", en="is the same as `to`")
NO_TASK = Text(
    zh="{task!r} 不是有代码的任务；请用 `task:` 写明改动所在的任务",
    en="{task!r} is no task with code; `task:` names the one that holds the changes",
)
NO_CHECK = Text(zh="{name!r} 不是 chapter.yml 里的检查{advice}", en="{name!r} is no check of chapter.yml{advice}")
MISFIT = Text(
    zh="{found}：在参考答案的任务 {task} 里（已去掉注释），已知错误 {mistake}",
    en="{found} in task {task} of the solution (without its comments), for the mistake {mistake}",
)
NOWHERE = Text(zh="没有这段代码", en="fits nowhere")
OFTEN = Text(zh="这段代码有 {count} 处", en="fits {count} times")


class Change(Record):
    """One place of a mistake: `old` stands once in its task of the solution, and `new` is written there instead.

    A text of one line may be a part of a line. One of several is whole lines, indented as deep as the place is.
    """

    old: str = Field(alias="from", min_length=1)
    new: str = Field(alias="to")

    def with_numbers(self, values: Values) -> Change:
        """Return the change with numbers for the names of constants."""
        return self.model_copy(update={"old": written_out(self.old, values), "new": written_out(self.new, values)})

    @classmethod
    def contradictions(cls, raw: Mapping[str, object]) -> Iterator[Complaint]:
        """Yield a change that changes nothing."""
        if isinstance(raw.get("from"), str) and raw.get("from") == raw.get("to"):
            yield ("from",), SAME


class Mistake(Record):
    """A wrong answer: the solution with changes.

    Attributes:
        kills: Full ids of the checks that must fail.
        task: Where the changes stand, by default the task of the first of these.
        likelihood: Which of two mistakes that look the same a student is asked about first.
        common: What is told where this one and two others or more, which state the same, look alike.
    """

    id: Identifier
    kills: Annotated[tuple[str, ...], NotEmpty]
    cause: CourseText
    changes: Annotated[tuple[Change, ...], NotEmpty]
    task: Identifier | None = None
    likelihood: Likelihood = "sometimes"
    common: CourseText | None = None

    @property
    def place(self) -> str:
        """The id of the task that holds the changes."""
        return self.task or self.kills[0].partition(".")[0]


class _MistakesFile(Record):
    mistakes: tuple[Mistake, ...]

    @classmethod
    def contradictions(cls, raw: Mapping[str, object]) -> Iterator[Complaint]:
        """Yield ids that stand twice."""
        yield from repeated(raw, "mistakes", "id")


def mistaken_answers(
    folder: Path, chapter: Chapter, solution: str, values: Values = NO_VALUES
) -> list[tuple[Mistake, str]]:
    """Return the mistakes of a chapter, each with the wrong answer it makes, sorted by id.

    Args:
        folder: The chapter's folder in `source/`; without a `mistakes.yml` it has none.
        chapter: Its tasks say which part of the solution a change may touch.
        solution: The solution as a module. Its comments are taken out first: they change with the language.
        values: Of the constants whose names the changes hold.

    Raises:
        CourseError: The file says something wrong, or a `from` fits nowhere or more than once; with file and line.
    """
    path = folder / MISTAKES_FILE
    if not path.exists():
        return []
    document = read_document(path, f"{folder.parent.name}/{folder.name}/{MISTAKES_FILE}")
    found = as_model(_MistakesFile, document, {}, languages_beside(folder)).mistakes
    plain = without_comments(solution)
    groups = {task.id: task.name_groups() for task in chapter.tasks if task.names}
    checks = [task.full_id(entry) for task, entry in chapter.checks()]
    answers: list[tuple[Mistake, str]] = []
    problems: list[Problem] = []
    for position, mistake in enumerate(found):
        at: tuple[str | int, ...] = ("mistakes", position)
        if mistake.place not in groups:
            message = NO_TASK.format(task=mistake.place)
            problems.append(Problem(document.file, document.line(at), at, message))
            continue
        for place, name in enumerate(mistake.kills):
            if name not in checks:
                at_name = (*at, "kills", place)
                message = NO_CHECK.format(name=name, advice=meant(name, checks, NO_ADVICE))
                problems.append(Problem(document.file, document.line(at_name), at_name, message))
        answer = Answer.of(plain, groups[mistake.place])
        try:
            for place, change in enumerate(mistake.changes):
                at = ("mistakes", position, "changes", place, "from")
                answer = answer.changed(change.with_numbers(values))
        except MisfitError as error:
            problems.append(_misfit(document, at, mistake, error))
        else:
            answers.append((mistake, answer.text))
    if problems:
        raise CourseError(problems)
    return sorted(answers, key=lambda pair: pair[0].id)


def _misfit(document: Document, at: tuple[str | int, ...], mistake: Mistake, error: MisfitError) -> Problem:
    message = MISFIT.format(found=error.said, task=mistake.place, mistake=mistake.id)
    return Problem(document.file, document.line(at), at, message)


class MisfitError(AutograderError):
    """A change whose `from` stands nowhere, or more than once."""


@dataclass(frozen=True)
class Answer:
    """A module, some lines of which a change may touch.

    Attributes:
        lines: Without line ends.
        open: Their 0-based numbers.
    """

    lines: tuple[str, ...]
    open: frozenset[int]

    @classmethod
    def of(cls, module: str, groups: list[tuple[str, ...]]) -> Answer:
        """Return the module with the statements open that the names of a task need, imports included."""
        sliced = slice_names(pieces_of_script(module, "solution.py"), groups)
        numbers: set[int] = set()
        for statement in sliced.statements:
            first = statement.line - 1
            numbers.update(range(first, first + len(statement.text.splitlines())))
        return cls(tuple(module.splitlines()), frozenset(numbers))

    @property
    def text(self) -> str:
        """The module."""
        return "\n".join(self.lines) + "\n"

    def changed(self, change: Change) -> Answer:
        """Return the module with a change.

        Raises:
            MisfitError: Where its `from` does not stand exactly once.
        """
        old = change.old.rstrip("\n").split("\n")
        places = [place for place in sorted(self.open) if self._fits(old, place)]
        twice = sum(self.lines[place].count(old[0]) for place in places) if len(old) == 1 else len(places)
        if twice != 1:
            raise MisfitError(OFTEN.format(count=twice) if twice else NOWHERE)
        first = places[0]
        line = self.lines[first]
        depth = line[: len(line) - len(line.lstrip())]
        new = [text and depth + text for text in change.new.rstrip("\n").split("\n")] if change.new else []
        if len(old) == 1 and line.strip() != old[0].strip():
            begin, _, end = line.partition(old[0])
            inside = change.new.rstrip("\n").split("\n")
            new = [begin + inside[0], *(text and depth + text for text in inside[1:])]
            new[-1] += end
        after = first + len(old)
        moved = len(new) - len(old)
        kept = {place if place < first else place + moved for place in self.open if not first <= place < after}
        opened = kept | set(range(first, first + len(new)))
        return Answer((*self.lines[:first], *new, *self.lines[after:]), frozenset(opened))

    def _fits(self, old: list[str], place: int) -> bool:
        line = self.lines[place]
        if len(old) == 1:
            return old[0] in line
        depth = line[: len(line) - len(line.lstrip())]
        return all(
            place + further in self.open and self.lines[place + further] == (text and depth + text)
            for further, text in enumerate(old)
        )


def difference(solution: str, answer: str) -> list[str]:
    """Return the lines of a unified diff from the solution to an answer, both without comments; no file names."""
    before, after = (without_comments(text).splitlines() for text in (solution, answer))
    return list(unified_diff(before, after, n=2, lineterm=""))[2:]


def without_comments(module: str) -> str:
    """Return Python code without comments, lines that held nothing else, and spaces at line ends."""
    lines: list[str | None] = [line.rstrip() for line in module.splitlines()]
    for token in tokenize.generate_tokens(io.StringIO(module).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            kept = module.splitlines()[row - 1][:column].rstrip()
            lines[row - 1] = kept or None
    return "\n".join(line for line in lines if line is not None) + "\n"
