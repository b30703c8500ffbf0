"""Is everything there? The counts of the official set, and what is missing from what was found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.data import wording as general
from autograder.data.errors import PreparationError
from autograder.text import Text

from . import wording
from .labels import LabelRow, read_label_table
from .originals import Originals


@dataclass(frozen=True)
class Counts:
    """How many photographs a set has: by first letter of the name, and how many validation labels are 1."""

    pathologic: int = 213
    normal: int = 161
    high_myopia: int = 26
    validation: int = 400
    validation_pathologic: int | None = 211

    def keys(self, training: bool) -> list[str]:
        """Return the names that photographs of one part have, without suffix, in order."""
        letters = {"H": self.high_myopia, "N": self.normal, "P": self.pathologic}
        wanted = letters if training else {"V": self.validation}
        return [f"{letter}{number:04d}" for letter, count in wanted.items() for number in range(1, count + 1)]


OFFICIAL = Counts()


def difference(found: Iterable[str], expected: Sequence[str], what: Text) -> Text | None:
    """Return what is missing or too many, or None when both are the same."""
    here, wanted = set(found), set(expected)
    if here == wanted:
        return None
    missing, more = sorted(wanted - here), sorted(here - wanted)
    details = [general.MISSING.format(names=general.listed(missing))] if missing else []
    details += [wording.UNEXPECTED.format(names=general.listed(more))] if more else []
    return general.filled(
        wording.WRONG_COUNT, what=what, expected=len(wanted), found=len(here), details=general.joined(*details)
    )


def is_whole(found: Originals, counts: Counts) -> bool:
    """Tell whether everything that is needed was found, so that no further archive need be opened."""
    wanted = {*counts.keys(training=True), *counts.keys(training=False)}
    return wanted == set(found.pictures) and any(table.suffix == ".xlsx" for table in found.tables)


def checked_labels(found: Originals, source: Path, counts: Counts) -> tuple[LabelRow, ...]:
    """Return the label rows; raises PreparationError for the first thing that keeps the set from being whole.

    A damaged archive comes first: whatever else is missing is its consequence.
    """
    try:
        training = [key for key in found.pictures if key[0] != "V"]
        validation = [key for key in found.pictures if key[0] == "V"]
        for keys, part, what, archive in (
            (training, True, wording.TRAINING_PICTURES, "training.zip"),
            (validation, False, wording.VALIDATION_PICTURES, "validation.zip"),
        ):
            if not keys:
                raise PreparationError(general.filled(wording.NOTHING_FOUND, place=source, what=what, archive=archive))
            if problem := difference(keys, counts.keys(part), what):
                raise PreparationError(general.joined(problem, wording.AGAIN))
        return _labels(found, source, counts)
    except PreparationError as error:
        raise (found.damaged[0] if found.damaged else error) from None


def _labels(found: Originals, source: Path, counts: Counts) -> tuple[LabelRow, ...]:
    tables = [(table.place, rows) for table in found.tables if (rows := read_label_table(table))]
    if not tables:
        raise PreparationError(
            general.filled(wording.NOTHING_FOUND, place=source, what=wording.LABEL_TABLE, archive="valid_gt.zip")
        )
    tables.sort(key=lambda table: not table[0].lower().endswith(".xlsx"))  # the official form before a copy of it
    place, rows = tables[0]
    for other_place, other_rows in tables[1:]:
        differing = sorted({(row.key, row.label) for row in rows} ^ {(row.key, row.label) for row in other_rows})
        if differing:
            names = general.listed(sorted({key for key, _ in differing}))
            raise PreparationError(wording.TABLES_DISAGREE.format(first=place, second=other_place, names=names))
    labelled, expected = {row.key for row in rows}, set(counts.keys(training=False))
    if labelled != expected:
        details = []
        if bare := sorted(expected - labelled):
            details.append(wording.UNLABELLED.format(names=general.listed(bare)))
        if alone := sorted(labelled - expected):
            details.append(wording.NO_PICTURE.format(names=general.listed(alone)))
        raise PreparationError(general.filled(wording.LABELS_DIFFER, details=general.joined(*details)))
    ones = sum(row.label for row in rows)
    if counts.validation_pathologic not in (None, ones):
        raise PreparationError(
            wording.WRONG_LABEL_COUNT.format(place=place, found=ones, expected=counts.validation_pathologic)
        )
    return rows
