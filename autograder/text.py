"""Texts in the languages of the course."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

Language = str
"""The code of a language: `zh`, `en`, or another one that a course has."""
LANGUAGES: tuple[Language, ...] = ("zh", "en")
"""Those in which the kit itself speaks; in any other language it speaks English."""


@dataclass(frozen=True)
class Text:
    """One text in Chinese and in English, kept side by side so that neither is forgotten.

    Attributes:
        others: A course's own text may stand in more languages, each with its code. What a course lacks in Chinese or
            English stands there in a language that it has, see `of`.
    """

    zh: str
    en: str
    others: tuple[tuple[Language, str], ...] = ()

    @classmethod
    def of(cls, written: Mapping[Language, str]) -> Text:
        """Return the text of a course, by language; at least one must be there."""
        english = written.get("en") or next(iter(written.values()))
        others = tuple((name, text) for name, text in written.items() if name not in LANGUAGES)
        return cls(written.get("zh") or english, english, others)

    def to(self, language: Language) -> str:
        """Return the text in `language`, in English where it is not there."""
        return self.zh if language == "zh" else dict(self.others).get(language, self.en)

    def record(self) -> dict[Language, str]:
        """Return the text by language, from which `of` makes it again."""
        return {"zh": self.zh, "en": self.en, **dict(self.others)}

    def format(self, **values: object) -> Text:
        """Return the text with `{name}` replaced by the values; a value that is a text stands in each in its language."""
        languages = _languages_of(self, *values.values())
        return Text.of({name: self.to(name).format(**_in(name, values)) for name in languages})

    @classmethod
    def joined(cls, texts: Iterable[Text], separator: str) -> Text:
        """Return the texts one after the other, in each language and with its marks between them."""
        given = list(texts)
        marks = dict.fromkeys(_languages_of(*given), separator) | {"zh": CHINESE_MARKS.get(separator, separator)}
        return Text.of({name: mark.join(text.to(name) for text in given) for name, mark in marks.items()})


def listed(names: Sequence[str], most: int) -> str:
    """Return the first `most` names with commas between them, and a sign where there are more."""
    return ", ".join([*names[:most], *(["…"] if len(names) > most else [])])


def spoken(wanted: str) -> Language:
    """Return the language of a code such as `zh_CN.UTF-8` or `en-GB`."""
    return next((name for name in LANGUAGES if wanted.startswith(name)), wanted)


def _languages_of(*values: object) -> list[Language]:
    """Return the languages of the kit, and the others that some of these texts stand in."""
    others = [name for value in values if isinstance(value, Text) for name, _ in value.others]
    return list(dict.fromkeys((*LANGUAGES, *others)))


CHINESE_MARKS = {"; ": "；", ", ": "，", " and ": " 和 "}  # what stands between texts that are joined
MAX_VALUE_LENGTH = 2000  # characters of one that is kept
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

    Attributes:
        key: Its name in what is stored, such as `parameters.count`. A wording may be corrected at any time, and results
            of before then say it in the new words; a message that needs other values is a new one, with a key of its
            own.
    """

    key: str
    zh: str
    en: str

    def __call__(self, **values: Value) -> Said:
        """Return the message with its values; a value that is a text stands in each language in its words."""
        words = Text(self.zh, self.en).format(**values)
        return Said(words.zh, words.en, words.others, self.key, values)


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
    return Told(TEXT, {name: _kept(one) for name, one in text.record().items()})


def _kept(value: Value) -> Json:
    if isinstance(value, Text):
        inner = told(value)
        return {"key": inner.key, "values": inner.values}
    if isinstance(value, str):
        return value if len(value) <= MAX_VALUE_LENGTH else value[:MAX_VALUE_LENGTH] + " …"
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, Mapping):
        return {str(name): _kept(one) for name, one in value.items()}
    return [_kept(one) for one in value]


def _in(language: Language, values: Mapping[str, object]) -> dict[str, object]:
    return {name: value.to(language) if isinstance(value, Text) else value for name, value in values.items()}
