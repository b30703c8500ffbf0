"""Every check cell and every answer stands there three times, under the same ids."""

from __future__ import annotations

import json
from pathlib import Path

from tests.attacks.catalogue import ROOT


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write the notebook."""
    notebook = json.loads((ROOT / "solutions/reader/reader.ipynb").read_text("utf-8"))
    notebook["cells"] = [cell for cell in notebook["cells"] for _ in range(3)]
    path = folder / "reader.ipynb"
    path.write_text(json.dumps(notebook), "utf-8")
    return path
