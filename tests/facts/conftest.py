"""Every network that a chapter declares."""

from __future__ import annotations

from pathlib import Path

from autograder.facts import Network, course_networks

ROOT = Path(__file__).parents[2]
COURSE = course_networks(ROOT)
EVERY_NETWORK = {f"{chapter}.{name}": network for chapter, own in COURSE.items() for name, network in own.items()}


def declared(name: str) -> Network:
    """Return the network `chapter.NAME`."""
    return EVERY_NETWORK[name]
