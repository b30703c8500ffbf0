"""Results as a table that spreadsheets open."""

from __future__ import annotations

import csv
import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

# A cell that starts so is a formula to some spreadsheet; the last four are the wide forms of the first four.
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_csv(path: Path, records: Sequence[dict[str, Any]]) -> None:
    """Write one row per student and chapter: status, score, and the points of each task.

    A task is empty where the chapter does not have it, where nothing was graded, and where a TA has yet to mark it.
    Of several results of one student in one chapter the last counts. A file graded by path stands for its student.

    Args:
        path: the file to write; UTF-8 with a byte order mark, so that Excel shows Chinese.
        records: results, see `Result.to_record`.
    """
    rows = {(record["student"] or record["submission"], record["chapter"]): record for record in records}
    tasks = list(dict.fromkeys(finding["task"] for record in rows.values() for finding in record["findings"]))
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    with unfinished.open("w", encoding="utf-8-sig", newline="", errors="replace") as file:
        table = csv.writer(file)
        table.writerow([harmless(name) for name in ("student", "chapter", "status", "score", "max_score", *tasks)])
        for (who, chapter), record in rows.items():
            points = [_points(record, task) for task in tasks]
            numbers = [_number(record["score"]), _number(record["max_score"]), *points]
            table.writerow([*(harmless(text) for text in (who, chapter, record["status"])), *numbers])
    unfinished.replace(path)


def harmless(text: str) -> str:
    """Return `text` so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text


def _points(record: dict[str, Any], task: str) -> str:
    graded = [f["points"] for f in record["findings"] if f["task"] == task and not _unmarked(f)]
    return _number(math.fsum(graded)) if graded else ""


def _unmarked(finding: dict[str, Any]) -> bool:
    return bool(finding["kind"] == "written" and finding["status"] == "skipped")


def _number(value: float) -> str:
    return f"{round(value, 6):.15g}"
