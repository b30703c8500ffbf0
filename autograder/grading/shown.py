"""What a graded notebook says of the page that is made of it, in its metadata. Workers write it, so it imports nothing."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.text import Json, Language

SHOWN = "autograder_page"  # in a notebook's metadata: title, language and the tasks' names; in a cell's: its card


def shown_metadata(title: str, tasks: Mapping[str, str], language: Language) -> dict[str, Json]:
    """Return what a notebook's metadata says of its page. tasks: the name of each task by its id."""
    return {"title": title, "tasks": dict(tasks), "language": language}
