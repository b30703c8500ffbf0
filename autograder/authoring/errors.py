"""The exception for a chapter's source that cannot be built."""

from __future__ import annotations

from autograder.errors import AutograderError


class AuthoringError(AutograderError):
    """A source notebook that cannot be built; the message names the file and says what to change."""
