"""The exceptions for course data that is missing or damaged."""

from __future__ import annotations

from autograder.errors import AutograderError
from autograder.text import Text


class DataError(AutograderError):
    """Images or labels cannot be used; the message names the file and says what to do next."""


class PreparationError(DataError):
    """What was downloaded cannot be made into the layout of the course; `reason` says why in both languages."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason)
        self.reason = reason
