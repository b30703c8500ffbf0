"""What the accuracy check asks on top of `operations`. No recording depends on it."""

from __future__ import annotations

from .operations import Operations


class Measuring(Operations):
    """Operations, and the ones that measure a trained network."""
