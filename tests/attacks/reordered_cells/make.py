"""The last becomes the first."""

from __future__ import annotations

import json
from pathlib import Path

from tests.attacks.catalogue import ROOT


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write the notebook."""
    notebook = json.loads((ROOT / "solutions/reader/reader.ipynb").read_text("utf-8"))
    notebook["cells"].reverse()
    path = folder / "reader.ipynb"
    path.write_text(json.dumps(notebook), "utf-8")
    return path
