"""A random tag of each student's folder, which every notebook that is opened there leaves in its output.

Outputs travel with a notebook: one that was copied with them shows the tag of the folder where it was run first. A tag says
nothing of a person; the same tag in two students' hand-ins does.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from autograder.course.drawn import unguessable
from autograder.store.place import has_class_database, own_folder
from autograder.submission.said_id import KEY as STUDENT

FILE, KEY = "tag", "autograder_tag"
TAG = re.compile(r"[0-9a-f]{32}")


def tag_of_folder(root: Path) -> str | None:
    """Return the tag of a student's course folder, drawn when it is first asked for; None on a machine of the class.

    None, too, where it cannot be kept: a tag that changes with each run would say nothing.
    """
    if has_class_database(root):
        return None
    path = own_folder(root) / FILE
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError), path.open("x", encoding="ascii") as file:
            file.write(unguessable())
    try:
        found = path.read_text("ascii").strip()
    except (OSError, ValueError):
        return None
    return found if TAG.fullmatch(found) else None


def leave_tag(root: Path, said: str, student: str | None = None) -> None:
    """Show a line in the notebook that is at work, with the tag of the folder, and who it is, in the metadata of this output."""
    tag = tag_of_folder(root)
    if tag is not None:
        from IPython.display import publish_display_data  # a notebook has it

        noted = {KEY: tag, **({STUDENT: student} if student else {})}
        publish_display_data({"text/plain": said}, metadata=noted)  # type: ignore[no-untyped-call]


def tags_in(notebook: Any) -> frozenset[str]:
    """Return the tags in the outputs of a notebook, given as JSON values that nobody has checked."""
    found = set()
    for cell in _list(notebook, "cells"):
        for output in _list(cell, "outputs"):
            metadata = output.get("metadata") if isinstance(output, dict) else None
            tag = metadata.get(KEY) if isinstance(metadata, dict) else None
            if isinstance(tag, str) and TAG.fullmatch(tag):
                found.add(tag)
    return frozenset(found)


def tags_in_file(content: bytes) -> frozenset[str]:
    """Return the tags in a notebook's file; none in what is no notebook."""
    try:
        return tags_in(json.loads(content))
    except (ValueError, RecursionError):
        return frozenset()


def _list(holder: Any, name: str) -> list[Any]:
    value = holder.get(name) if isinstance(holder, dict) else None
    return value if isinstance(value, list) else []
