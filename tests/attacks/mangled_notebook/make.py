"""Cells of every wrong type, sources of every wrong type, ids of every wrong type."""

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
    odd: list[Any] = [None, 1, "x", [], {}, {"cell_type": 7}, {"cell_type": "code", "source": {"a": 1}, "id": []}]
    odd += [{"cell_type": "code", "source": ["x = 1\n", None, 3], "metadata": [], "id": "a" * 9999, "outputs": 5}]
    odd += [{"cell_type": "markdown", "source": "\ud800", "attachments": {"x": {"text/html": ["<script>"]}}}]
    odd += [{"cell_type": "code", "source": "y = 1", "metadata": {"nbgrader": {"grade_id": {"x": 1}, "points": "NaN"}}}]
    notebook["cells"] = [cell for own in notebook["cells"] for cell in (own, *odd)]
    notebook["metadata"] = "none"
    assert graded({"metadata": {}}) == {}
    path = folder / "reader.ipynb"
    path.write_text(json.dumps(notebook), "utf-8")
    return path
