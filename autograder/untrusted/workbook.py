"""The first sheet of an .xlsx file as rows of text. Such files come from people: read them in a limited process."""

from __future__ import annotations

import io
import math
from datetime import datetime

from autograder.untrusted.outside import plain_text

XLSX = b"PK\x03\x04"
XLS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # what Excel wrote before 2007
MAX_ROWS = 200_000
WHOLE_BELOW = 1e15  # spreadsheets keep 15 digits of a number


class WorkbookError(ValueError):
    """Bytes in which there is no sheet."""


def rows_of_workbook(content: bytes) -> list[list[str]]:
    """Return the cells of the first sheet, whole numbers without a decimal point; raises `WorkbookError`."""
    from openpyxl import load_workbook

    try:
        sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
        rows = zip(sheet.iter_rows(values_only=True), range(MAX_ROWS), strict=False)
        return [[_cell(value) for value in row] for row, _ in rows]
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # a broken workbook makes openpyxl raise nearly anything
        raise WorkbookError(plain_text(f"{type(error).__name__}: {error}")[:200]) from error


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        return str(int(value)) if abs(value) < WHOLE_BELOW else f"{value:.15e}"
    return value.isoformat(" ") if isinstance(value, datetime) else str(value)
