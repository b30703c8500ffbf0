"""What a type of check that is no type of the kit must be like, proved when a chapter is built: later it would fail students."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

from autograder.checks.base import Check, Observation, Tree
from autograder.checks.catalogue import KINDS, check_from, type_of
from autograder.importing import place_of, raised
from autograder.text import Text

KINDS_OF_FINDING = ("shape", "count", "behaviour", "mode", "function")
MEMBERS = {  # what the kit calls, and with how many arguments after self
    "ask": ("session",),
    "judge": ("seen", "expected"),
    "complaint": ("seen", "expected"),
    "measured": ("seen",),
    "with_other_inputs": ("check_id",),
}
JSON_TYPES = (str, int, float, bool, type(None))


def faults(name: str, check: object, near: Path, chapter: str) -> Iterator[str]:
    """Yield what is wrong with a check of `CHECKS` or `GRADED` before anything is asked; nothing for one of the kit's
    types.

    Args:
        name: Its full id.
        near, chapter: Where its type is looked up when a kit is read.
    """
    if isinstance(check, type):
        yield f"{name} is the class {check.__name__}; write a check of it, such as {check.__name__}(…)"
        return
    if not isinstance(check, Check):
        yield f"{name} is {type(check).__name__}, no check; see docs/checks.md"
        return
    kind = type(check)
    if kind in KINDS:
        return
    where = f"{name} is of the type {kind.__name__}"
    if getattr(kind, "kind", None) not in KINDS_OF_FINDING:
        yield f'{where}, which needs `kind: ClassVar[str] = "function"`, or another of {", ".join(KINDS_OF_FINDING)}'
    for member, arguments in MEMBERS.items():
        try:
            inspect.signature(getattr(kind, member)).bind(None, *arguments)
        except TypeError:
            yield f"{where}, whose {member} must be `def {member}(self, {', '.join(arguments)})`"
    if not (called := type_of(kind)):
        yield f'{where}, which needs a name of its own in kits: `type: Literal["rows"] = "rows"`'
    elif called in map(type_of, KINDS):
        yield f'{where}, whose `type` "{called}" is one of the kit\'s; give it another name'
    else:
        yield from _read_again(where, check, near, chapter)


def _read_again(where: str, check: Check, near: Path, chapter: str) -> Iterator[str]:
    """Yield why a check would not come out of a kit as it went in."""
    try:
        again = check_from(check.model_dump(mode="json"), near, chapter)
    except (TypeError, ValueError) as error:
        yield f"{where}, which cannot be read again from a kit: {error}"
        return
    if type(again) is not type(check):
        yield f'{where}, but its `type` "{type_of(type(check))}" names {type(again).__name__}, too; give each its own'
    elif again != check:
        yield f"{where}, whose fields change when they are written as JSON; take numbers, texts, tuples and records"


def fault_in_asking(check: Check, error: BaseException) -> str:
    """Return what is wrong with a type's `ask`, which raised an error on the reference itself."""
    return f"{_place(check, 'ask', error)}: {type(check).__name__}.ask raised {raised(error)}"


def fault_in_answer(check: Check, tree: Tree) -> str | None:
    """Return what an observation holds that JSON would change, so that no answer would agree with what was recorded."""
    found = next(_no_json(tree, "what it returns"), None)
    return None if found is None else f"{_place(check, 'ask')}: {type(check).__name__}.ask: {found}"


def _no_json(tree: Tree, place: str) -> Iterator[str]:
    if type(tree) is dict:
        for key, value in tree.items():
            if type(key) is not str:
                yield f"{place} has the key {key!r}, and keys must be texts"
            yield from _no_json(value, f"[{key!r}]" if place == "what it returns" else f"{place}[{key!r}]")
    elif type(tree) is list:
        for number, value in enumerate(tree):
            yield from _no_json(value, f"[{number}]" if place == "what it returns" else f"{place}[{number}]")
    elif type(tree) not in JSON_TYPES:
        advice = {"tuple": "return a list", "ndarray": "return numbers(array) or sketch(array)"}
        yield f"{place} is {type(tree).__name__}; {advice.get(type(tree).__name__, 'return a plain Python value, as float(x) is')}"


def judged(check: Check, seen: Observation, expected: Observation, of: str) -> tuple[Text | None, str | None]:
    """Return what a check says of an answer, and what is wrong with the check itself where it fails at that.

    Args:
        of: Whose answer, such as "the solution".
    """
    kind = type(check).__name__
    try:
        said = check.judge(seen["seen"], expected["seen"])
        values = check.measured(seen["seen"])
    except Exception as error:
        return None, f"{_place(check, 'judge', error)}: {kind} raised {raised(error)} while it judged {of}"
    if said is not None and not isinstance(said, Text):
        return (
            None,
            f"{_place(check, 'judge')}: {kind}.judge returned {type(said).__name__} for {of}; return None or a Text",
        )
    if not isinstance(values, dict):
        return (
            None,
            f"{_place(check, 'measured')}: {kind}.measured returned {type(values).__name__} for {of}; return a dict",
        )
    return said, None


def _place(check: Check, member: str, error: BaseException | None = None) -> str:
    """Return file and line: of what was raised where the type's own file raised it, else of the member."""
    function = getattr(type(check), member)
    try:
        file = Path(inspect.getfile(type(check)))
        if error is not None and ":" in (place := place_of(error, file)).removeprefix(str(file)):
            return place
        return f"{inspect.getfile(function)}:{function.__code__.co_firstlineno}"
    except (OSError, TypeError, AttributeError):
        return type(check).__module__
