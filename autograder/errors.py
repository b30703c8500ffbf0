"""The base class of every error this package raises on purpose."""

from __future__ import annotations


class AutograderError(Exception):
    """Something a person can act on: the message says what, where, and what to do next."""
