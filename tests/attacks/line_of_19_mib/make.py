"""Brackets, stars and dollars, none of them closed; the page would hold each of them several times."""

from __future__ import annotations

import json
from pathlib import Path

from tests.attacks.catalogue import released


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    notebook = released("reader")
    source = "[*$`<a " * (19 * (1 << 20) // 7)
    notebook["cells"].append({"cell_type": "markdown", "id": "line", "metadata": {}, "source": source})
    path = folder / "reader.ipynb"
    path.write_text(json.dumps(notebook), "utf-8")
    return path
