"""The base class of every error this package raises on purpose."""

from __future__ import annotations

from autograder.text import Text


class AutograderError(Exception):
    """Something a person can act on: the message says what, where, and what to do next.

    Attributes:
        said: In both languages.
    """

    def __init__(self, message: str | Text = "") -> None:
        super().__init__(message.en if isinstance(message, Text) else message)
        self.said = message if isinstance(message, Text) else Text(zh=message, en=message)


def said_of(error: BaseException) -> Text:
    """Return what an error says, in both languages where it holds them; else its own words in both."""
    said = getattr(error, "said", None)
    return said if isinstance(said, Text) else Text(zh=str(error), en=str(error))


class TrainingError(AutograderError):
    """A recipe, network, function or file that training cannot use; the message says what to do next."""


class AuthoringError(AutograderError):
    """A source notebook that cannot be built; the message names the file and says what to change."""
