"""Rebuild a submitted notebook on the released one: only answers and the student's own cells come from the student."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from autograder.submission import repair_messages as say
from autograder.submission.cells import (
    GRADING_KEYS,
    Cell,
    Notebook,
    StudentCell,
    grading_of,
    joined,
    language_of,
    student_cells,
)
from autograder.submission.slicing import defined_names
from autograder.text import Text

MAX_REPAIRS = 100


@dataclass(frozen=True)
class Repaired:
    """A valid notebook (format 4.5) with every released cell in order, and what had to be repaired."""

    notebook: Notebook
    repairs: tuple[Text, ...]


def repair(notebook: object, release: Mapping[str, Any]) -> Repaired:
    """Rebuild `notebook` (parsed JSON, untrusted) on `release` (parsed JSON, trusted).

    Cells are matched by nbgrader's grade_id, then by cell id. Copies are dropped (the first one counts), deleted
    cells come back, moved cells go back to their place, locked cells get the released text, grading metadata is
    always the released one, and all outputs are dropped. Cells that the student added stay where they are; they come
    after released cells that had to be put back. An answer cell that was deleted or emptied gets its stub back only where
    the student defines none of its names in another cell, so a stub never hides the student's own definition.
    """
    return _Repair(notebook, release).result()


class _Repair:
    def __init__(self, notebook: object, release: Mapping[str, Any]) -> None:
        self.release, self.notebook = release, notebook
        self.released = [_plain_release_cell(cell, place) for place, cell in enumerate(release["cells"])]
        self.repairs: list[Text] = []
        self.cells, lost, cut_off = student_cells(notebook)
        if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
            self.repairs.append(say.NO_CELLS)
        if lost:
            self.repairs.append(say.LOST.format(numbers=say.numbers(lost)))
        if cut_off:
            self.repairs.append(say.CUT_OFF.format(limit=len(self.cells) + len(lost)))
        self.place_of: dict[int, int] = {}  # number of a student's cell → place in the release
        self.matched: dict[int, StudentCell] = {}  # place in the release → the student's cell
        self.copies: set[int] = set()

    def result(self) -> Repaired:
        self._match()
        self._report_order()
        self._report_broken()
        used = {cell["id"] for cell in self.released}
        cells: list[Cell] = []
        for place, own in enumerate(self._own_cells()):
            if place:  # cells that the student put before the first released one come first
                cells.append(self._rebuilt(place - 1))
            cells.extend(self._added(cell, used) for cell in own)
        self._report_added()
        metadata = _copy(self.release.get("metadata", {}))
        if (language := language_of(self.notebook)) and isinstance(metadata.get("autograder"), dict):
            metadata["autograder"]["language"] = language
        rebuilt: Notebook = {
            "cells": cells,
            "metadata": metadata,
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        repairs = self.repairs[:MAX_REPAIRS]
        if len(self.repairs) > MAX_REPAIRS:
            repairs.append(say.AND_MORE.format(count=len(self.repairs) - MAX_REPAIRS))
        return Repaired(rebuilt, tuple(repairs))

    def _match(self) -> None:
        """Match by grade_id first and by cell id second; the first occurrence wins."""
        by_grade_id = {
            str(grading["grade_id"]): place
            for place, cell in enumerate(self.released)
            if (grading := grading_of(cell)) is not None and "grade_id" in grading
        }
        by_id = {cell["id"]: place for place, cell in enumerate(self.released)}
        for cell in self.cells:
            if cell.grade_id in by_grade_id:
                self._take(cell, by_grade_id[cell.grade_id])
        for cell in self.cells:
            if cell.grade_id not in by_grade_id and cell.cell_id in by_id:
                self._take(cell, by_id[cell.cell_id])

    def _take(self, cell: StudentCell, place: int) -> None:
        if place in self.matched:
            self.copies.add(cell.number)
            self.repairs.append(say.COPIED.format(number=cell.number, name=self._name(place)))
            return
        self.matched[place] = cell
        self.place_of[cell.number] = place

    def _name(self, place: int) -> str:
        grading = grading_of(self.released[place])
        return str((grading or {}).get("grade_id", self.released[place]["id"]))

    def _report_order(self) -> None:
        moved: list[str] = []
        furthest = -1
        for cell in self.cells:
            place = self.place_of.get(cell.number)
            if place is not None and place < furthest:
                moved.append(self._name(place))
            furthest = max(furthest, -1 if place is None else place)
        if moved:
            self.repairs.append(say.MOVED.format(names=say.some(moved)))

    def _report_broken(self) -> None:
        broken = [cell.number for cell in self.cells if cell.mangled and cell.number not in self.copies]
        if broken:
            self.repairs.append(say.MANGLED.format(numbers=say.numbers(broken)))

    def _own_cells(self) -> list[list[StudentCell]]:
        """Return the student's own cells: those before all released cells, then those after each released one."""
        own: list[list[StudentCell]] = [[] for _ in range(len(self.released) + 1)]
        place = -1
        for cell in self.cells:
            if cell.number in self.place_of:
                place = self.place_of[cell.number]
            elif cell.number not in self.copies:
                own[self._last_put_back(place) + 1].append(cell)
        return own

    def _last_put_back(self, place: int) -> int:
        """Return the last place of the run of released cells after `place` that the student does not have."""
        while place + 1 < len(self.released) and place + 1 not in self.matched:
            place += 1
        return place

    def _rebuilt(self, place: int) -> Cell:
        cell: Cell = _copy(self.released[place])
        student = self.matched.get(place)
        grading = grading_of(cell)
        name = self._name(place)
        if student is None:
            elsewhere = self._is_answered_elsewhere(cell)
            self.repairs.append((say.ELSEWHERE if elsewhere else say.DELETED).format(name=name))
            return {**cell, "source": ""} if elsewhere else cell
        self._report_forgery(student, grading, name)
        if grading is not None and not grading.get("solution"):
            if _without_trailing_space(student.source) != _without_trailing_space(cell["source"]):
                self.repairs.append(say.LOCKED.format(name=name))
            return cell
        if student.cell_type != cell["cell_type"]:
            self.repairs.append(say.RETYPED.format(name=name, cell_type=cell["cell_type"]))
        if grading is not None and not student.source.strip() and not self._is_answered_elsewhere(cell):
            self.repairs.append(say.EMPTIED.format(name=name))
            return cell
        cell["source"] = student.source
        if cell["cell_type"] == "markdown" and student.attachments:
            cell["attachments"] = {key: dict(value) for key, value in student.attachments.items()}
        return cell

    def _is_answered_elsewhere(self, cell: Cell) -> bool:
        """Tell whether the student defines, in some cell, what the stub of a released answer cell would define anew."""
        answer = cell["cell_type"] == "code" and (grading_of(cell) or {}).get("solution")
        stub = defined_names([cell["source"]]) if answer else set()
        return bool(stub and self._defined & stub)

    @cached_property
    def _defined(self) -> set[str]:
        """Names that the student defines in the code cells that count."""
        kept = (cell for cell in self.cells if cell.cell_type == "code" and cell.number not in self.copies)
        return defined_names([cell.source for cell in kept])

    def _report_forgery(self, student: StudentCell, grading: Mapping[str, Any] | None, name: str) -> None:
        if grading is None:
            if student.grading is not None:
                self.repairs.append(say.CLAIMED.format(number=student.number))
        elif student.grading is None:
            self.repairs.append(say.METADATA_LOST.format(name=name))
        else:
            changed = [key for key in GRADING_KEYS if _differs(student.grading.get(key), grading.get(key))]
            if changed:
                self.repairs.append(say.FORGED.format(name=name, keys=", ".join(changed)))

    def _added(self, cell: StudentCell, used: set[str]) -> Cell:
        cell_id = cell.cell_id or f"student-{cell.number}"
        while cell_id in used:
            cell_id = f"student-{cell.number}-{len(used)}"
        used.add(cell_id)
        if cell.grading is not None:
            self.repairs.append(say.CLAIMED.format(number=cell.number))
        added = _cell(cell.cell_type, cell_id, cell.source, {})
        if cell.attachments:
            added["attachments"] = {key: dict(value) for key, value in cell.attachments.items()}
        return added

    def _report_added(self) -> None:
        known = self.copies | self.place_of.keys()
        added = [cell.number for cell in self.cells if cell.number not in known]
        if added:
            self.repairs.append(say.ADDED.format(numbers=say.numbers(added)))


def _cell(cell_type: str, cell_id: str, source: str, metadata: Mapping[str, Any]) -> Cell:
    cell: Cell = {"cell_type": cell_type, "id": cell_id, "metadata": metadata, "source": source}
    if cell_type == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell


def _plain_release_cell(cell: Mapping[str, Any], place: int) -> Cell:
    """Return a released cell with its source as one string, an id, and no outputs."""
    grading = grading_of(cell)
    cell_id = cell.get("id") or (grading or {}).get("grade_id") or f"release-{place}"
    plain = _cell(cell["cell_type"], cell_id, joined(cell["source"])[0], cell.get("metadata", {}))
    if cell.get("attachments"):
        plain["attachments"] = cell["attachments"]
    copied: Cell = _copy(plain)
    return copied


def _copy(value: Any) -> Any:
    """Return a copy of a JSON value."""
    if isinstance(value, dict):
        return {key: _copy(part) for key, part in value.items()}
    return [_copy(part) for part in value] if isinstance(value, list) else value


def _differs(found: object, released: object) -> bool:
    """Tell whether a grading key was changed; a missing `false` is no change."""
    if not isinstance(found, (str, int, float, bool, type(None))):
        return True
    return (found or None) != (released or None)


def _without_trailing_space(text: str) -> Sequence[str]:
    return [line.rstrip() for line in text.rstrip().splitlines()]
