"""Cells as a student's notebook holds them, read leniently: whatever is mangled becomes something usable."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict, cast

# More cells than any honest notebook has; what comes after is left out.
from autograder.submission import rejection
from autograder.submission.encoding import decoded
from autograder.submission.rejection import Rejected, shown
from autograder.text import Language

DEEPEST_JSON = 100
LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
Cell = dict[str, Any]
"""A cell of a notebook: nbformat says which keys it has by its `cell_type`, and a student's may have any."""


class Notebook(TypedDict):
    """A notebook of format 4 as JSON values."""

    cells: list[Cell]
    metadata: dict[str, Any]
    nbformat: int
    nbformat_minor: int


MAX_CELLS = 5000
CELL_TYPES = ("code", "markdown", "raw")
GRADING_KEYS = ("grade_id", "grade", "locked", "points", "solution", "task")
_CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


@dataclass(frozen=True)
class StudentCell:
    """One cell of a submission.

    Attributes:
        number: position in the notebook, from 1.
        cell_type: 'code', 'markdown' or 'raw'.
        source: its text, always writable as UTF-8.
        cell_id: its id if it has a valid one.
        grading: its nbgrader metadata, as found (untrusted).
        attachments: pictures pasted into a markdown cell.
        mangled: the structure was broken and was guessed.
    """

    number: int
    cell_type: str
    source: str
    cell_id: str | None
    grading: Mapping[str, Any] | None
    attachments: Mapping[str, Mapping[str, str]]
    mangled: bool

    @property
    def grade_id(self) -> str | None:
        """The nbgrader id that the cell claims to have."""
        grade_id = self.grading.get("grade_id") if self.grading is not None else None
        return grade_id if isinstance(grade_id, str) else None


def student_cells(notebook: object) -> tuple[list[StudentCell], list[int], bool]:
    """Return the cells of `notebook`, the numbers of entries that are no cells, and whether cells were cut off."""
    entries = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(entries, list):
        return [], [], False
    cells: list[StudentCell] = []
    lost: list[int] = []
    for number, entry in enumerate(entries[:MAX_CELLS], start=1):
        if isinstance(entry, dict):
            cells.append(_cell(number, entry))
        else:
            lost.append(number)
    return cells, lost, len(entries) > MAX_CELLS


def joined(source: object) -> tuple[str, bool]:
    """Return a cell's source (a string, or lines as saved on disk) as one string, and whether it was sound."""
    if isinstance(source, str):
        text, sound = source, True
    elif isinstance(source, list):
        lines = [line for line in source if isinstance(line, str)]
        text, sound = "".join(lines), len(lines) == len(source)
    else:
        text, sound = "", False
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode(), False
    return text, sound


def grading_of(cell: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the nbgrader metadata of a cell, if any."""
    metadata = cell.get("metadata")
    grading = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return grading if isinstance(grading, dict) else None


def _cell(number: int, entry: Mapping[str, Any]) -> StudentCell:
    source, sound = joined(entry.get("source"))
    kind = entry.get("cell_type")
    known = isinstance(kind, str) and kind in CELL_TYPES
    cell_id = entry.get("id")
    valid_id = isinstance(cell_id, str) and _CELL_ID.fullmatch(cell_id) is not None
    sound = sound and known and (valid_id or cell_id is None) and isinstance(entry.get("metadata"), dict)
    # A cell without a type may hold a helper function, so it counts as code.
    cell_type = str(kind) if known else "code"
    attachments = _attachments(entry.get("attachments")) if cell_type == "markdown" else {}
    return StudentCell(
        number, cell_type, source, str(cell_id) if valid_id else None, grading_of(entry), attachments, not sound
    )


def _attachments(found: object) -> dict[str, dict[str, str]]:
    """Return the sound attachments: name → media type → base64 text."""
    sound: dict[str, dict[str, str]] = {}
    for name, bundle in found.items() if isinstance(found, dict) else ():
        if not isinstance(name, str) or not isinstance(bundle, dict) or not joined(name)[1]:
            continue
        pictures = {
            kind: joined(content)[0]
            for kind, content in bundle.items()
            if isinstance(kind, str) and re.fullmatch(r"[\w.+-]+/[\w.+-]+", kind, re.ASCII) and isinstance(content, str)
        }
        if pictures:
            sound[name] = {kind: content for kind, content in pictures.items() if not kind.endswith("json")}
    return sound


def parse_notebook(content: bytes, name: str) -> Notebook:
    """Return the JSON of a format 4 notebook; cells may still be mangled, `repair` sees to that. Raises `Rejected`."""
    text = decoded(content, name)
    try:
        notebook = json.loads(text)
    except RecursionError as error:
        raise Rejected(rejection.TOO_DEEP.format(name=shown(name))) from error
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        raise Rejected(rejection.NOT_JSON.format(name=shown(name), line=line)) from error
    if _deeper_than(notebook, DEEPEST_JSON):
        raise Rejected(rejection.TOO_DEEP.format(name=shown(name)))
    version = notebook.get("nbformat") if isinstance(notebook, dict) else None
    if not isinstance(version, int) or isinstance(version, bool):
        raise Rejected(rejection.NOT_NOTEBOOK.format(name=shown(name)))
    if version != 4:
        raise Rejected(rejection.WRONG_VERSION.format(name=shown(name), version=shown(str(version), 8)))
    if not isinstance(notebook.get("cells"), list):
        raise Rejected(rejection.NOT_NOTEBOOK.format(name=shown(name)))
    return cast("Notebook", notebook)


def _deeper_than(value: object, depth: int) -> bool:
    """Tell whether lists and objects are nested more than `depth` times, without recursion."""
    level = [value] if isinstance(value, (dict, list)) else []
    for _ in range(depth):
        children = (child for item in level for child in (item.values() if isinstance(item, dict) else item))
        level = [child for child in children if isinstance(child, (dict, list))]
    return bool(level)


def language_of(notebook: object) -> Language | None:
    """Return the language in which a notebook was given out, by its metadata; None where they name none."""
    found = notebook
    for key in ("metadata", "autograder", "language"):
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, str) and LANGUAGE_CODE.fullmatch(found) else None
