"""Emphasis in emphasis, half comments, backticks of every length, formulas and links that never close."""

from __future__ import annotations

import json
from pathlib import Path

from tests.attacks.catalogue import released


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    notebook = released("reader")
    texts = [
        "*a _b " * 5_000,
        "**a *b " * 5_000,
        "<!-- " * 10_000,
        "<a href=" * 10_000,
        "[a](<" * 10_000,
        "$a " * 10_001,
    ]
    texts += [" ".join("`" * length for length in range(1, 300)), "\\(" * 10_000, "&#" * 10_000, "[a]: " * 10_000]
    texts += [
        "".join(f"[{number}]: <\n" for number in range(5_000)),
        "> - " * 2_000,
        "](" + " " * 20_000,
        "~~a" * 10_000,
    ]
    for place, source in enumerate(texts):
        notebook["cells"].append({"cell_type": "markdown", "id": f"md{place}", "metadata": {}, "source": source})
    path = folder / "reader.ipynb"
    path.write_text(json.dumps(notebook), "utf-8")
    return path
