"""Blanking what only IPython understands reads every line, and looks for the end of every string."""

from __future__ import annotations

import json
from pathlib import Path

from tests.attacks.catalogue import released


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    notebook = released("reader")
    texts = ["%" * 100_000, "!ls \\\n" * 50_000, 'x = """' + "\\" * 200_000, "a" * 400 + "?" * 99_000, "(\n" * 100_000]
    texts += ["a , " * 120 + "=\n" + "a, b , " * 60 + "= %\n" * 20_000, "'''a\"\"\"" * 40_000]
    for place, source in enumerate(texts):
        cell = {
            "cell_type": "code",
            "id": f"m{place}",
            "metadata": {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        notebook["cells"].append(cell)
    path = folder / "reader.ipynb"
    path.write_text(json.dumps(notebook), "utf-8")
    return path
