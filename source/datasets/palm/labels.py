"""The table of validation labels, as the official `.xlsx` or as csv."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.data.errors import PreparationError

from . import wording
from .originals import MIB, Original

LABELS_HEADER = ("ID", "imgName", "Label", "Fovea_X", "Fovea_Y")
MAX_ROWS = 5000
MAX_SHEET_MIB = 64


@dataclass(frozen=True)
class LabelRow:
    """One row: number in the file, key of the picture (`V0001`), label, fovea as two numbers with two decimals."""

    line: int
    key: str
    label: int
    fovea: tuple[str, str]


def read_label_table(table: Original) -> tuple[LabelRow, ...] | None:
    """Return the rows of a table, or None when it is another table (the annotations have some).

    Raises PreparationError when the file cannot be read, for a label other than 0 and 1, and for a name met twice.
    """
    rows = table_rows(table)
    if rows is None:
        return None
    found: dict[str, LabelRow] = {}
    for line, cells in rows:
        row = _label_row(table.place, line, cells)
        if row.key in found:
            raise PreparationError(wording.LABELLED_TWICE.format(place=table.place, line=line, name=row.key))
        found[row.key] = row
    return tuple(found.values())


def table_rows(table: Original) -> list[tuple[int, dict[str, str]]] | None:
    """Return each row's number and its cells by column name in small letters, or None without the two columns needed.

    Rows that are empty are left out. Raises PreparationError when the file cannot be read.
    """
    content = table.read()
    rows = _rows_of_workbook(content, table.place) if table.suffix == ".xlsx" else _rows_of_csv(content, table.place)
    header, *body = rows or [()]
    names = [_text(cell).casefold() for cell in header]
    if "imgname" not in names or "label" not in names:
        return None
    filled = ((line, [_text(cell) for cell in cells]) for line, cells in enumerate(body, start=2))
    return [(line, dict(zip(names, cells, strict=False))) for line, cells in filled if any(cells)]


def key_of(name: str) -> str:
    """Return the key (`V0001`) of a file name."""
    return PurePosixPath(name).stem.upper()


def write_labels(file: Path, rows: Iterable[LabelRow], names: Mapping[str, str]) -> None:
    """Write `labels.csv` as the course reads it; `names` gives the file name of each key."""
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(LABELS_HEADER)
        for number, row in enumerate(rows, start=1):
            writer.writerow((number, names[row.key], row.label, *row.fovea))


def _rows_of_workbook(content: bytes, place: str) -> list[Sequence[object]]:
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked > MAX_SHEET_MIB * MIB:
            raise PreparationError(wording.TOO_LARGE.format(place=place, limit=MAX_SHEET_MIB))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles it does not know
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            sheet = book.worksheets[0]
            return [list(row) for row in sheet.iter_rows(max_row=MAX_ROWS, values_only=True)]
    except PreparationError:
        raise
    except Exception as error:  # openpyxl lets whatever zipfile and the XML parser raise through
        cause = str(error) or type(error).__name__
        raise PreparationError(wording.BAD_TABLE.format(place=place, cause=cause)) from error


def _rows_of_csv(content: bytes, place: str) -> list[Sequence[object]]:
    try:
        reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        return [row for _, row in zip(range(MAX_ROWS), reader, strict=False)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise PreparationError(wording.BAD_TABLE.format(place=place, cause=error)) from error


def _label_row(place: str, line: int, cells: Mapping[str, str]) -> LabelRow:
    name, given = cells["imgname"], cells.get("label", "")
    label = _number(given)
    if label not in (0.0, 1.0):
        raise PreparationError(wording.BAD_LABEL.format(place=place, line=line, name=name, label=given or "''"))
    x, y = (_number(cells.get(axis, "")) or 0.0 for axis in ("fovea_x", "fovea_y"))
    return LabelRow(line, key_of(name), int(label), (f"{x:.2f}", f"{y:.2f}"))


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None
