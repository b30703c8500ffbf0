"""The cells that grade print and return full marks, with more points in their metadata."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.attacks.catalogue import released


def graded(cell: dict[str, Any]) -> dict[str, Any]:
    """Return the grading metadata of a cell."""
    found: dict[str, Any] = cell["metadata"].get("nbgrader", {})
    return found


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write the notebook."""
    notebook = released("reader")
    for cell in notebook["cells"]:
        if graded(cell).get("grade"):
            cell["source"] = "print('100/100')\n100.0"
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "100.0"}]
            graded(cell).update(points=1000, max_score=1000, locked=False, solution=True)
    path = folder / "reader.ipynb"
    path.write_text(json.dumps(notebook), "utf-8")
    return path
