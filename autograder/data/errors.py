"""The exception for course data that is missing or damaged."""

from __future__ import annotations

from autograder.errors import AutograderError


class DataError(AutograderError):
    """Images or labels cannot be used; the message names the file and says what to do next."""
