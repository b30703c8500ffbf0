"""What a type of check that is no type of the kit must be like, proved when a chapter is built: later it would fail students."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

from autograder.checks.base import Check, Observation, Tree
from autograder.checks.catalogue import KINDS, check_from, type_of
from autograder.errors import said_of
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

A_CLASS = Text(
    zh="{name} 是类 {kind}；请写它的一个检查，例如 {kind}(…)",
    en="{name} is the class {kind}; write a check of it, such as {kind}(…)",
)
NO_CHECK = Text(
    zh="{name} 是 {kind}，不是检查；见 docs/checks.zh.md", en="{name} is {kind}, no check; see docs/checks.md"
)
WHERE = Text(zh="{name} 的类型是 {kind}", en="{name} is of the type {kind}")
NO_KIND = Text(
    zh='{where}，它要有 `kind: ClassVar[str] = "function"`，或者 {known} 中的另一个',
    en='{where}, which needs `kind: ClassVar[str] = "function"`, or another of {known}',
)
OTHER_ARGUMENTS = Text(
    zh="{where}，它的 {member} 必须写成 `def {member}(self, {arguments})`",
    en="{where}, whose {member} must be `def {member}(self, {arguments})`",
)
NO_NAME = Text(
    zh='{where}，它在录制里要有自己的名字：`type: Literal["rows"] = "rows"`',
    en='{where}, which needs a name of its own in kits: `type: Literal["rows"] = "rows"`',
)
NAME_OF_KIT = Text(
    zh='{where}，它的 `type` "{called}" 是本软件自带的；请换一个名字',
    en='{where}, whose `type` "{called}" is one of the kit\'s; give it another name',
)
NOT_READ_AGAIN = Text(
    zh="{where}，写进录制后读不回来：{error}", en="{where}, which cannot be read again from a kit: {error}"
)
NAME_OF_OTHER = Text(
    zh='{where}，它的 `type` "{called}" 也是 {other} 的名字；请各取一个名字',
    en='{where}, but its `type` "{called}" names {other}, too; give each its own',
)
FIELDS_CHANGE = Text(
    zh="{where}，它的字段写成 JSON 后会变；请用数、文字、元组和记录",
    en="{where}, whose fields change when they are written as JSON; take numbers, texts, tuples and records",
)
ASK_RAISED = Text(zh="{place}: {kind}.ask 抛出了 {raised}", en="{place}: {kind}.ask raised {raised}")
ASK = Text(zh="{place}: {kind}.ask：{fault}", en="{place}: {kind}.ask: {fault}")
RETURNED = Text(zh="返回的值", en="what it returns")
KEY = Text(zh="{at} 有键 {key!r}，键必须是文字", en="{at} has the key {key!r}, and keys must be texts")
VALUE = Text(zh="{at} 是 {kind}；{advice}", en="{at} is {kind}; {advice}")
ADVICE = {
    "tuple": Text(zh="请返回列表", en="return a list"),
    "ndarray": Text(zh="请返回 numbers(array) 或 sketch(array)", en="return numbers(array) or sketch(array)"),
}
PLAIN = Text(zh="请返回普通的 Python 值，例如 float(x)", en="return a plain Python value, as float(x) is")
JUDGE_RAISED = Text(
    zh="{place}: {kind} 在判断{of}时抛出了 {raised}", en="{place}: {kind} raised {raised} while it judged {of}"
)
JUDGE = Text(
    zh="{place}: {kind}.judge 对{of}返回了 {got}；请返回 None 或 Text",
    en="{place}: {kind}.judge returned {got} for {of}; return None or a Text",
)
SOLUTION = Text(zh="参考答案", en="the solution")
KNOWN = Text(zh="已知错误 {id} ", en="the known mistake {id}")
MEASURED = Text(
    zh="{place}: {kind}.measured 对{of}返回了 {got}；请返回字典",
    en="{place}: {kind}.measured returned {got} for {of}; return a dict",
)


def faults(name: str, check: object, near: Path, chapter: str) -> Iterator[Text]:
    """Yield what is wrong with a check of `CHECKS` or `GRADED` before anything is asked; nothing for one of the kit's
    types.

    Args:
        name: Its full id.
        near, chapter: Where its type is looked up when a kit is read.
    """
    if isinstance(check, type):
        yield A_CLASS.format(name=name, kind=check.__name__)
        return
    if not isinstance(check, Check):
        yield NO_CHECK.format(name=name, kind=type(check).__name__)
        return
    kind = type(check)
    if kind in KINDS:
        return
    where = WHERE.format(name=name, kind=kind.__name__)
    if getattr(kind, "kind", None) not in KINDS_OF_FINDING:
        yield NO_KIND.format(where=where, known=", ".join(KINDS_OF_FINDING))
    for member, arguments in MEMBERS.items():
        try:
            inspect.signature(getattr(kind, member)).bind(None, *arguments)
        except TypeError:
            yield OTHER_ARGUMENTS.format(where=where, member=member, arguments=", ".join(arguments))
    if not (called := type_of(kind)):
        yield NO_NAME.format(where=where)
    elif called in map(type_of, KINDS):
        yield NAME_OF_KIT.format(where=where, called=called)
    else:
        yield from _read_again(where, check, near, chapter)


def _read_again(where: Text, check: Check, near: Path, chapter: str) -> Iterator[Text]:
    """Yield why a check would not come out of a kit as it went in."""
    try:
        again = check_from(check.model_dump(mode="json"), near, chapter)
    except (TypeError, ValueError) as error:
        yield NOT_READ_AGAIN.format(where=where, error=said_of(error))
        return
    if type(again) is not type(check):
        yield NAME_OF_OTHER.format(where=where, called=type_of(type(check)), other=type(again).__name__)
    elif again != check:
        yield FIELDS_CHANGE.format(where=where)


def fault_in_asking(check: Check, error: BaseException) -> Text:
    """Return what is wrong with a type's `ask`, which raised an error on the reference itself."""
    return ASK_RAISED.format(place=_place(check, "ask", error), kind=type(check).__name__, raised=raised(error))


def fault_in_answer(check: Check, tree: Tree) -> Text | None:
    """Return what an observation holds that JSON would change, so that no answer would agree with what was recorded."""
    fault = next(_no_json(tree, ""), None)
    return None if fault is None else ASK.format(place=_place(check, "ask"), kind=type(check).__name__, fault=fault)


def _no_json(tree: Tree, place: str) -> Iterator[Text]:
    at = place or RETURNED
    if type(tree) is dict:
        for key, value in tree.items():
            if type(key) is not str:
                yield KEY.format(at=at, key=key)
            yield from _no_json(value, f"{place}[{key!r}]")
    elif type(tree) is list:
        for number, value in enumerate(tree):
            yield from _no_json(value, f"{place}[{number}]")
    elif type(tree) not in JSON_TYPES:
        kind = type(tree).__name__
        yield VALUE.format(at=at, kind=kind, advice=ADVICE.get(kind, PLAIN))


def judged(check: Check, seen: Observation, expected: Observation, of: Text) -> tuple[Text | None, Text | None]:
    """Return what a check says of an answer, and what is wrong with the check itself where it fails at that.

    Args:
        of: Whose answer, `SOLUTION` or a `KNOWN` mistake.
    """
    kind = type(check).__name__
    try:
        said = check.judge(seen["seen"], expected["seen"])
        values = check.measured(seen["seen"])
    except Exception as error:
        place = _place(check, "judge", error)
        return None, JUDGE_RAISED.format(place=place, kind=kind, raised=raised(error), of=of)
    if said is not None and not isinstance(said, Text):
        return None, JUDGE.format(place=_place(check, "judge"), kind=kind, got=type(said).__name__, of=of)
    if not isinstance(values, dict):
        return None, MEASURED.format(place=_place(check, "measured"), kind=kind, got=type(values).__name__, of=of)
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
