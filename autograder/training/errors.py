"""The exception for training that cannot start or go on."""

from __future__ import annotations

from autograder.errors import AutograderError


class TrainingError(AutograderError):
    """A recipe, network, function or file that training cannot use; the message says what to do next."""
