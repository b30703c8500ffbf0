"""Which chapter an answer is about: told by the cells and the names in it, for files are put into the wrong folder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

DEFINED = re.compile(r"^(?:class|def)[ \t]+(\w+)", re.MULTILINE)
MIN_NAMES = 2  # of another chapter: a single one may be a coincidence


@dataclass(frozen=True)
class Signs:
    """What tells one chapter from the others: the ids of its graded cells and the names that it asks for."""

    chapter: str
    cells: frozenset[str]
    names: frozenset[str]


def signs_of(chapter: str, release: Mapping[str, Any]) -> Signs:
    """Return the signs of a chapter from its released notebook: cells with an id of nbgrader, names that its stubs define."""
    cells, names = set(), set()
    for cell in release["cells"]:
        grading = cell["metadata"].get("nbgrader")
        if grading:
            cells.add(str(grading["grade_id"]))
            if grading.get("solution") and cell["cell_type"] == "code":
                names |= set(DEFINED.findall("".join(cell["source"])))
    return Signs(chapter, frozenset(cells), frozenset(names))


def signs_in(notebook: Mapping[str, Any]) -> tuple[set[str], set[str]]:
    """Return the cell ids of nbgrader and the defined names in a notebook that somebody handed in (parsed, untrusted)."""
    cells: set[str] = set()
    sources: list[str] = []
    for cell in notebook["cells"]:
        if not isinstance(cell, dict):
            continue
        source = cell.get("source")
        sources.append("".join(map(str, source)) if isinstance(source, list) else str(source))
        metadata = cell.get("metadata")
        grading = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        if isinstance(grading, dict):
            cells.add(str(grading.get("grade_id")))
    return cells, names_in("\n".join(sources))


def names_in(text: str) -> set[str]:
    """Return the classes and functions that a text defines at its left margin."""
    return set(DEFINED.findall(text))


def other_chapter(
    cells: Iterable[str], names: Iterable[str], file: str, chapter: str, known: Sequence[Signs]
) -> str | None:
    """Return the chapter that an answer is about where it is another one than `chapter`, else None.

    Cells tell first, then names, then the name of the file. What two chapters share tells nothing between them.
    """
    own = next((signs for signs in known if signs.chapter == chapter), None)
    if own is None:
        return None
    others = [signs for signs in known if signs.chapter != chapter]
    for found, kind, least in ((set(cells), "cells", 1), (set(names), "names", MIN_NAMES)):
        mine: frozenset[str] = getattr(own, kind)
        for signs in sorted(others, key=lambda one: -len(found & getattr(one, kind))):
            theirs: frozenset[str] = getattr(signs, kind)
            more = len(found & theirs) > len(found & mine)
            if more and len(found & theirs - mine) >= least and not found & mine - theirs:
                return signs.chapter
        if found & mine:
            return None
    stem = PurePosixPath(file).stem
    return next((signs.chapter for signs in others if signs.chapter == stem), None)
