"""What a learner wrote in an earlier chapter, for use in a later notebook."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from autograder.errors import AutograderError
from autograder.sandbox.child.operations import Namespace
from autograder.submission import Slice, pieces_of_notebook, pieces_of_script, slice_names
from autograder.text import Language, Text
from autograder.training.wording import chosen_language

UNFINISHED = re.compile(r"^\s*raise NotImplementedError", re.MULTILINE)  # what nbgrader puts into an answer cell
USED = Text(zh="用的是你在 {file} 里写的 {names}。", en="Used: {names}, as you wrote them in {file}.")
NOT_USED = Text(
    zh="{name}：{why}；这里用课程自带的。",
    en="{name}: {why}; the course's own is used here.",
)
NO_FILE = Text(zh="没有找到 {chapter} 的笔记本", en="the notebook of {chapter} was not found")
ABSENT = Text(zh="{file} 里没有它", en="{file} does not have it")
TO_DO = Text(zh="{file} 里还没有写完", en="it is not written yet in {file}")
FAILS = Text(zh="{file} 里的代码不能运行（{error}）", en="the code in {file} does not run ({error})")


def own_answers(chapter: str, *names: str, language: Language | None = None) -> Any:
    """Return an object whose attributes are the learner's own `names` from the notebook of an earlier chapter.

    The notebook lies in the folder `chapter` beside the present one. Only the definitions that the names need are run, no
    training. An attribute is None, and a line says why, where the learner's own cannot be had: the functions that take it
    (`fit`, `reader_sets`) then take the course's.
    """
    shown = chosen_language(language)
    file = _notebook(chapter)
    found: Namespace = dict.fromkeys(names)
    reasons: dict[str, Text] = {}
    for name in names:
        if file is None:
            reasons[name] = NO_FILE.format(chapter=chapter)
            continue
        try:
            found[name] = _run(_slice(file, name), name)
        except _Unusable as reason:
            reasons[name] = reason.text.format(file=file.name)
    used = [name for name in names if name not in reasons]
    if file and used:
        print(USED.to(shown).format(file=file.name, names=", ".join(used)))
    for name, why in reasons.items():
        print(NOT_USED.to(shown).format(name=name, why=why.to(shown)))
    return SimpleNamespace(**found)


class _Unusable(Exception):
    """Why an answer cannot be used; `{file}` in its text is the file's name."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def _notebook(chapter: str) -> Path | None:
    """Return the notebook or the script of a chapter beside the present folder, or below the folders above it."""
    here = Path.cwd()
    places = [here.parent / chapter, *(folder / "assignments" / chapter for folder in here.parents)]
    files = (place / f"{chapter}.{ending}" for place in places for ending in ("ipynb", "py"))
    return next((file for file in files if file.is_file()), None)


def _slice(file: Path, name: str) -> Slice:
    try:
        text = file.read_text("utf-8")
        pieces = pieces_of_notebook(json.loads(text), file.name) if file.suffix == ".ipynb" else pieces_of_script(text)
        taken = slice_names(pieces, [name])
    except (OSError, ValueError, AutograderError) as error:
        raise _Unusable(FAILS.format(file="{file}", error=_short(error))) from error
    if taken.missing:
        raise _Unusable(ABSENT)
    if any(UNFINISHED.search(part.text) for part in taken.statements):
        raise _Unusable(TO_DO)
    return taken


def _run(taken: Slice, name: str) -> Any:
    namespace: Namespace = {"__name__": "earlier"}
    try:
        for part in taken.statements:
            exec(compile("\n" * (part.line - 1) + part.text + "\n", part.filename, "exec"), namespace)
        return namespace[name]
    except Exception as error:
        raise _Unusable(FAILS.format(file="{file}", error=_short(error))) from error


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:120].replace("{", "(").replace("}", ")")
