"""A wrong answer under the right id, a right one under a wrong id, both before the released ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.attacks.catalogue import code_cell, released


def graded(cell: dict[str, Any]) -> dict[str, Any]:
    """Return the grading metadata of a cell."""
    found: dict[str, Any] = cell["metadata"].get("nbgrader", {})
    return found


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write the notebook."""
    notebook = released("reader")
    wrong = code_cell("def transform_img(img):\n    return 100.0", "x")
    wrong["metadata"] = {
        "nbgrader": {"grade_id": "check-transform_img", "grade": True, "points": 1e9, "schema_version": 3}
    }
    notebook["cells"].insert(0, wrong)
    notebook["cells"].append({**wrong, "id": notebook["cells"][1].get("id", "y")})
    graded(notebook["cells"][0])["max_score"] = float("inf")
    path = folder / "reader.ipynb"
    path.write_text(json.dumps(notebook), "utf-8")
    return path
