"""The words of an error in a course file: what came, what was expected, what was probably meant."""

from __future__ import annotations

import json
from collections.abc import Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING

from autograder.text import Text

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

# What pydantic finds, in the words of someone who writes YAML; `{limit}` and the like come from the error's context.
EXPECTED = {
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "finite_number": "must be a finite number",
    "tuple_type": "must be a list",
    "path_type": "must be a path",
    "literal_error": "must be one of {expected}",
    "greater_than": "must be above {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than_equal": "must be at most {le:g}",
}
MAPPING_ERRORS = {"model_type", "model_attributes_type", "dict_type"}
MAX_QUOTE_LENGTH = 60


NO_CHAPTER = Text(zh="没有 {chapter!r} 这一章；有：{known}", en="there is no chapter {chapter!r}; there are: {known}")


def no_chapter(chapter: str, known: Iterable[str]) -> Text:
    """Say that a course does not have a chapter, and which it has."""
    return NO_CHAPTER.format(chapter=chapter, known=", ".join(known))


def expectation(error: ErrorDetails, keys: Iterable[str]) -> str:
    """Return the message for an error of pydantic at a place whose mapping may have `keys`."""
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "missing":
        return "this key is missing"
    if kind == "extra_forbidden":
        return f"unknown key{closest(str(error['loc'][-1]), keys, or_else='valid keys')}"
    if kind in MAPPING_ERRORS:
        return f"must be a mapping with the keys {', '.join(keys)}, not {quoted(value)}"
    if kind in EXPECTED:
        return f"{EXPECTED[kind].format(**context)}, not {quoted(value)}"
    return error["msg"]


DID_YOU_MEAN = Text(zh="；是不是 {likely}?", en="; did you mean {likely}?")
THERE_ARE = Text(zh="；有：{known}", en="; there are: {known}")


def meant(word: str, options: Iterable[str]) -> Text:
    """Return the option most like `word`, or all of them where none is, as the end of a sentence."""
    known = sorted(options)
    found = get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return DID_YOU_MEAN.format(likely=quoted(found[0])) if found else THERE_ARE.format(known=", ".join(known))


def closest(word: str, options: Iterable[str], *, or_else: str = "") -> str:
    """Return `; did you mean "..."?` for the option most like `word`.

    Without a likely option the result is empty, or the list of all options after the words `or_else`.
    """
    by_lower_case = {option.lower(): option for option in sorted(options)}
    found = get_close_matches(word.lower(), by_lower_case, n=1, cutoff=0.6)
    if found:
        return f"; did you mean {quoted(by_lower_case[found[0]])}?"
    return f"; {or_else}: {', '.join(by_lower_case.values())}" if or_else else ""


def quoted(value: object) -> str:
    """Return a value as it would stand in YAML, cut when it is long."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    text = json.dumps(value, ensure_ascii=False, default=str).encode(errors="backslashreplace").decode()
    return text if len(text) <= MAX_QUOTE_LENGTH else f"{text[: MAX_QUOTE_LENGTH - 1]}…"
