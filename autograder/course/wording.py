"""The words of an error in a course file: what came, what was expected, what was probably meant."""

from __future__ import annotations

import json
from collections.abc import Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING

from autograder.portable.unfit import MISSING_KEY
from autograder.text import Text

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

# What pydantic finds, in the words of someone who writes YAML; `{limit}` and the like come from the error's context.
EXPECTED = {
    "string_type": Text(zh="必须是文字", en="must be text"),
    "bool_type": Text(zh="必须是 true 或 false", en="must be true or false"),
    "int_type": Text(zh="必须是整数", en="must be a whole number"),
    "float_type": Text(zh="必须是数", en="must be a number"),
    "finite_number": Text(zh="必须是有限的数", en="must be a finite number"),
    "tuple_type": Text(zh="必须是列表", en="must be a list"),
    "path_type": Text(zh="必须是路径", en="must be a path"),
    "literal_error": Text(zh="必须是 {expected} 之一", en="must be one of {expected}"),
    "greater_than": Text(zh="必须大于 {gt:g}", en="must be above {gt:g}"),
    "greater_than_equal": Text(zh="至少是 {ge:g}", en="must be at least {ge:g}"),
    "less_than_equal": Text(zh="最多是 {le:g}", en="must be at most {le:g}"),
}
MAPPING_ERRORS = {"model_type", "model_attributes_type", "dict_type"}
MAX_QUOTE_LENGTH = 60

NOT_BUT = Text(zh="{expected}，不能是 {value}", en="{expected}, not {value}")
UNKNOWN_KEY = Text(zh="没有这样的键{advice}", en="unknown key{advice}")
MAPPING = Text(zh="必须是映射，键有：{keys}；不能是 {value}", en="must be a mapping with the keys {keys}, not {value}")
A_MAPPING = Text(zh="YAML 映射", en="a mapping")
A_LIST = Text(zh="YAML 列表", en="a list")
TWICE = Text(zh="{value} 列了两次", en="{value} is listed twice")
NO_CHAPTER = Text(zh="没有 {chapter!r} 这一章；有：{known}", en="there is no chapter {chapter!r}; there are: {known}")
NO_SUCH_CHAPTER = Text(zh="没有 {value} 这一章{advice}", en="there is no chapter {value}{advice}")
DID_YOU_MEAN = Text(zh="；是不是 {likely}?", en="; did you mean {likely}?")
THERE_ARE = Text(zh="；有：{known}", en="; there are: {known}")
THERE_IS = Text(zh="；有：{known}", en="; there is: {known}")
IT_HAS = Text(zh="；它有：{known}", en="; it has: {known}")
VALID_KEYS = Text(zh="；可用的键：{known}", en="; valid keys: {known}")
NO_ADVICE = Text(zh="", en="")


def no_chapter(chapter: str, known: Iterable[str]) -> Text:
    """Say that a course does not have a chapter, and which it has."""
    return NO_CHAPTER.format(chapter=chapter, known=", ".join(known))


def expectation(error: ErrorDetails, keys: Iterable[str]) -> Text:
    """Return the message for an error of pydantic at a place whose mapping may have `keys`."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing":
        return MISSING_KEY
    if kind == "extra_forbidden":
        return UNKNOWN_KEY.format(advice=meant(str(error["loc"][-1]), keys, VALID_KEYS))
    value = quoted(error["input"])
    if kind in MAPPING_ERRORS:
        return MAPPING.format(keys=", ".join(keys), value=value)
    if kind == "literal_error":
        context = {"expected": _either(context["expected"])}
    if kind in EXPECTED:
        return NOT_BUT.format(expected=EXPECTED[kind].format(**context), value=value)
    return Text(zh=error["msg"], en=error["msg"])


def _either(options: str) -> Text:
    """Return options as pydantic lists them, `'a', 'b' or 'c'`."""
    return Text(zh=options.replace(" or ", "、").replace(", ", "、"), en=options)


def meant(word: str, options: Iterable[str], or_else: Text = THERE_ARE) -> Text:
    """Return the option most like `word` as the end of a sentence; where none is, `or_else` with all of them."""
    known = sorted(options)
    by_lower_case = {option.lower(): option for option in known}
    found = get_close_matches(word.lower(), by_lower_case, n=1, cutoff=0.6)
    if found:
        return DID_YOU_MEAN.format(likely=quoted(by_lower_case[found[0]]))
    return or_else.format(known=", ".join(known))


def quoted(value: object) -> Text:
    """Return a value as it would stand in YAML, cut when it is long."""
    if isinstance(value, dict):
        return A_MAPPING
    if isinstance(value, (list, tuple)):
        return A_LIST
    text = json.dumps(value, ensure_ascii=False, default=str).encode(errors="backslashreplace").decode()
    shown = text if len(text) <= MAX_QUOTE_LENGTH else f"{text[: MAX_QUOTE_LENGTH - 1]}…"
    return Text(zh=shown, en=shown)
