"""Understand what was handed in: its code cut into what the checks ask for, and the notebook that is kept of it.

All of it happens in a process with limits (see `limited`); the grader itself gets plain data.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from autograder.checks.suite import CheckSuite
from autograder.portable.older import paired
from autograder.submission import (
    RawSubmission,
    Rejected,
    Slice,
    Statement,
    SyntaxProblem,
    parse_notebook,
    rejection,
    repair,
)
from autograder.submission.chapter_of import Signs, names_in, other_chapter, signs_in
from autograder.submission.elsewhere import notes_on
from autograder.submission.encoding import decoded_as
from autograder.submission.intake import asked_of, refusing
from autograder.submission.rejection import shown
from autograder.submission.slicing import pieces_of_notebook, pieces_of_script, slices_of
from autograder.text import Text
from autograder.untrusted.limited import WITHIN, Lasting, Limits, Plain, limited

Names = Sequence[tuple[str, ...]]
"""Asked-for names, each with what may stand in its place."""
DIED = Text(
    zh="读取这份提交的进程没有做完({error})；请再试一次，若总是这样，请看一看这份提交。",
    en="The process that reads this submission did not finish ({error}); try again, and look at it if that goes on.",
)
FAULT = Text(
    zh="评分程序自己出错了，请告诉老师：{error}",
    en="The grader itself failed; please report it: {error}",
)
READ_AS = Text(
    zh="{name} 不是 UTF-8，已按 {encoding} 读取；以后请另存为 UTF-8。",
    en="{name} is not UTF-8 and was read as {encoding}; save it as UTF-8 from now on.",
)


@dataclass(frozen=True)
class Answer:
    """A submission, understood.

    slices: the code for each group of names that a check may ask for; notebook: what is kept for people, without outputs;
    repairs: what had to be repaired in it; problems: what Python cannot read, as far as no finding tells it.
    """

    slices: Mapping[tuple[tuple[str, ...], ...], Slice]
    notebook: dict[str, Any]
    repairs: tuple[Text, ...] = ()
    problems: tuple[Text, ...] = ()

    def slice_for(self, names: Names) -> Slice:
        """Return the code that some names need, one of the groups of `groups_of`."""
        return self.slices[tuple(names)]


def groups_of(suite: CheckSuite) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Return every group of names that grading may load together: of all tasks, of each, and each with the training function."""
    tasks = [tuple(task.name_groups()) for task in suite.chapter.tasks]
    groups = [tuple(group for task in tasks for group in task), *tasks]
    plan = suite.chapter.accuracy.retrain if suite.chapter.accuracy else None
    if plan:
        groups += [(*task, (plan.function,)) for task in tasks]
    return tuple(dict.fromkeys(groups))


def understood(
    suite: CheckSuite,
    raw: RawSubmission,
    release: Mapping[str, Any] | None = None,
    limits: Limits = WITHIN,
    signs: Sequence[Signs] = (),
    reader: Lasting | None = None,
) -> Answer:
    """Return what a submission says.

    Args:
        kit: of the chapter.
        raw: what was handed in.
        release: the released notebook, on which a submitted one is rebuilt.
        limits: of a process for this submission alone, where there is no `reader`.
        signs: of the course's chapters, by which an answer to another one is told.
        reader: the processes that do `understand` for many submissions.

    Raises:
        Rejected: it is no notebook or text, an answer to another chapter, or takes more than the limits.
        WorkDied: that could not be found out this time.
    """
    ask = reader or partial(limited, understand, limits=limits)
    return answer_in(asked_of(ask, asked(suite, raw, release, signs), raw.name)[0])


def asked(
    suite: CheckSuite, raw: RawSubmission, release: Mapping[str, Any] | None, signs: Sequence[Signs] = ()
) -> dict[str, Any]:
    """Return what `understand` is asked."""
    return {
        "name": raw.name,
        "kind": raw.kind,
        "content": raw.content,
        "release": release,
        "groups": groups_of(suite),
        "chapter": suite.chapter.id,
        "signs": [(one.chapter, one.cells, one.names) for one in signs],
    }


def _rebuilt(notebook: dict[str, Any], release: Mapping[str, Any], script: str | None = None) -> dict[str, Any]:
    from autograder.grading.attempts import kept_notebook  # the grader's alone: a student has no database

    return kept_notebook(notebook, release, script)


@refusing
def understand(given: Any) -> Plain:
    """Read, repair and slice; give JSON values, from which `answer_in` makes an `Answer`."""
    name, release = given["name"], given["release"]
    repairs: tuple[Text, ...] = ()
    if given["kind"] == "notebook":
        notebook = parse_notebook(given["content"], name)
        _refuse_other_chapter(given, *signs_in(notebook))
        if release is not None:
            notebook, repairs = (repaired := repair(notebook, release)).notebook, repaired.repairs
        sources = pieces_of_notebook(notebook, name)
        kept = _rebuilt(notebook, release) if release is not None else {}
    else:
        text, encoding = decoded_as(given["content"], name)
        _refuse_other_chapter(given, set(), names_in(text))
        if not encoding.startswith("utf-8"):
            repairs = (READ_AS.format(name=shown(name), encoding=encoding),)
        sources = pieces_of_script(text, name)
        kept = _rebuilt(repair(release, release).notebook, release, text) if release is not None else {}
    slices = slices_of(sources, given["groups"])
    statements = list(dict.fromkeys(part for each in slices for part in each.statements))
    places = {part: place for place, part in enumerate(statements)}
    return {
        "statements": [[part.filename, part.line, part.text] for part in statements],
        "slices": [
            [group, [places[part] for part in each.statements], each.missing, each.found]
            for group, each in paired(given["groups"], slices)
        ],
        "problems": [
            [part.filename, part.line, part.message.zh, part.message.en, part.names, part.text]
            for part in slices[0].problems
        ],
        "repairs": [[text.zh, text.en] for text in (*repairs, *notes_on(slices[0].statements))],
        "notebook": kept,
    }, ()


def _refuse_other_chapter(given: Any, cells: set[str], names: set[str]) -> None:
    signs = [Signs(*one) for one in given.get("signs", ())]
    if signs and (other := other_chapter(cells, names, given["name"], given["chapter"], signs)):
        said = rejection.WRONG_CHAPTER.format(name=shown(given["name"]), found=other, chapter=given["chapter"])
        raise Rejected(said)


def answer_in(value: Any) -> Answer:
    """Return the answer that `understand` told."""
    statements = [Statement(*part) for part in value["statements"]]
    problems = tuple(
        SyntaxProblem(file, line, Text(zh, en), tuple(names), text)
        for file, line, zh, en, names, text in value["problems"]
    )
    slices = {
        tuple(map(tuple, group)): Slice(tuple(statements[place] for place in places), missing, problems, tuple(found))
        for group, places, missing, found in value["slices"]
    }
    told = {name for each in slices.values() for name in each.missing}  # a finding says where these are
    return Answer(
        slices,
        value["notebook"],
        tuple(Text(zh, en) for zh, en in value["repairs"]),
        tuple(problem.sentence for problem in problems if not set(problem.names) & told),
    )


def release_of(root: Path, chapter_id: str) -> dict[str, Any]:
    """Return the released notebook of a chapter, for reading alone; read anew when the file is another."""
    path = root / "assignments" / chapter_id / f"{chapter_id}.ipynb"
    status = path.stat()
    return _release(path, (status.st_ino, status.st_size, status.st_mtime_ns))


@lru_cache(16)
def _release(path: Path, _: tuple[int, int, int]) -> dict[str, Any]:
    notebook: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return notebook
