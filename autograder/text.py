"""Texts in the languages of the course."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True)
class Text:
    """One text in Chinese and in English, kept side by side so that neither is forgotten."""

    zh: str
    en: str

    def to(self, language: Language) -> str:
        """Return the text in `language`."""
        return self.zh if language == "zh" else self.en

    def format(self, **values: object) -> Text:
        """Return both texts with `{name}` replaced by the values; a value that is a text stands in each in its language."""
        return Text(**{name: getattr(self, name).format(**_in(name, values)) for name in LANGUAGES})

    @classmethod
    def joined(cls, texts: Iterable[Text], separator: str) -> Text:
        """Return the texts one after the other, in each language."""
        given = list(texts)
        return cls(**{name: separator.join(text.to(name) for text in given) for name in LANGUAGES})


LONGEST_VALUE = 2000  # characters of one that is kept
if TYPE_CHECKING:
    from typing import TypeAlias

    Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"
    Value: TypeAlias = "str | int | float | bool | Text | Sequence[Value] | Mapping[str, Value] | None"
else:
    Json = Value = Any
"""What may stand in a message: JSON values and other texts."""


@dataclass(frozen=True)
class Said(Text):
    """A message with its values: what is stored are these, and the words are made from them where they are shown."""

    key: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Message:
    """A wording with places for values, such as `{count}`, in both languages: a constant of the module that says it.

    key: its name in what is stored, such as `parameters.count`. A wording may be corrected at any time, and results of before
    then say it in the new words; a message that needs other values is a new one, with a key of its own.
    """

    key: str
    zh: str
    en: str

    def __call__(self, **values: Value) -> Said:
        """Return the message with its values; a value that is a text stands in each language in its words."""
        words = Text(self.zh, self.en).format(**values)
        return Said(words.zh, words.en, self.key, values)


@dataclass(frozen=True)
class Told:
    """What a text said, as data: the key of a message and its values; `TEXT` stands for any other text, with its words."""

    key: str
    values: Mapping[str, Json] = field(default_factory=dict)


TEXT = "text"


def told(text: Text) -> Told:
    """Return what a text says as data."""
    if isinstance(text, Said):
        return Told(text.key, {name: _kept(value) for name, value in text.values.items()})
    return Told(TEXT, {name: _kept(text.to(name)) for name in LANGUAGES})


def _kept(value: Value) -> Json:
    if isinstance(value, Text):
        inner = told(value)
        return {"key": inner.key, "values": inner.values}
    if isinstance(value, str):
        return value if len(value) <= LONGEST_VALUE else value[:LONGEST_VALUE] + " …"
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, Mapping):
        return {str(name): _kept(one) for name, one in value.items()}
    return [_kept(one) for one in value]


def _in(language: Language, values: Mapping[str, object]) -> dict[str, object]:
    return {name: value.to(language) if isinstance(value, Text) else value for name, value in values.items()}
