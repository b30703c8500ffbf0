"""Only the right answers are left; what was deleted comes back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.attacks.catalogue import ROOT


def graded(cell: dict[str, Any]) -> dict[str, Any]:
    """Return the grading metadata of a cell."""
    found: dict[str, Any] = cell["metadata"].get("nbgrader", {})
    return found


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write the notebook."""
    notebook = json.loads((ROOT / "solutions/reader/reader.ipynb").read_text("utf-8"))
    notebook["cells"] = [c for c in notebook["cells"] if c["cell_type"] == "code" and not graded(c).get("grade")]
    path = folder / "reader.ipynb"
    path.write_text(json.dumps(notebook), "utf-8")
    return path
