"""Each of them has an id that has to be told from all others."""

from __future__ import annotations

import json
from pathlib import Path

from tests.attacks.catalogue import released


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    notebook = released("reader")
    cell = {
        "cell_type": "code",
        "id": "same",
        "metadata": {},
        "source": "x = 1",
        "outputs": [],
        "execution_count": None,
    }
    notebook["cells"] += [cell] * 100_000
    path = folder / "reader.ipynb"
    path.write_text(json.dumps(notebook), "utf-8")
    return path
