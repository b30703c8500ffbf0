"""Texts in the languages of the course."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

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


def _in(language: Language, values: dict[str, object]) -> dict[str, object]:
    return {name: value.to(language) if isinstance(value, Text) else value for name, value in values.items()}
