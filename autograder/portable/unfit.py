"""What is wrong with a value that fits no field of a record, in both languages."""

from __future__ import annotations

from autograder.text import Text

ABOUT = Text(zh="{place}: {said}", en="{place}: {said}")
MISSING_KEY = Text(zh="缺少这个键", en="this key is missing")
UNKNOWN_KEY = Text(zh="没有这样的键", en="unknown key")
TOO_DEEP = Text(zh="嵌套太深", en="it is nested too deeply")
BOUND = Text(zh="{value!r} 超出范围：{name} {bound}", en="{value!r} is out of bounds: {name} {bound}")
ONE_OF = Text(zh="必须是 {known} 之一，不能是 {value!r}", en="must be one of {known}, not {value!r}")
LIST = Text(zh="必须是列表，不能是 {value!r}", en="must be a list, not {value!r}")
ENTRIES = Text(zh="必须有 {wanted} 项，不能是 {count} 项", en="must have {wanted} entries, not {count}")
MAPPING = Text(zh="必须是映射，不能是 {value}", en="must be a mapping, not {value}")
EMPTY = Text(zh="必须为空，不能是 {value!r}", en="must be empty, not {value!r}")
KIND = Text(zh="必须是 {kind}，不能是 {value!r}", en="must be {kind}, not {value!r}")


class Unfit(ValueError):
    """A value that is none of its kind; the words are made where they are read, as one of several kinds may fit."""

    def __init__(self, wording: Text, **values: object) -> None:
        super().__init__()
        self._wording, self._values = wording, values

    @property
    def said(self) -> Text:
        """What was expected, and what came."""
        return self._wording.format(**self._values)

    def __str__(self) -> str:
        return self.said.en
