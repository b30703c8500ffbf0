"""64 KiB of table take a minute; three cells of them take three."""

from __future__ import annotations

import json
from pathlib import Path

from tests.attacks.catalogue import released


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    notebook = released("reader")
    for number in range(3):
        cell = {"cell_type": "markdown", "id": f"t{number}", "metadata": {}, "source": "a|b\n-|-\n" * 8_000}
        notebook["cells"].append(cell)
    path = folder / "reader.ipynb"
    path.write_text(json.dumps(notebook), "utf-8")
    return path
