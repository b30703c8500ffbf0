"""Thousands of quotes, brackets, stars and tables; pictures that are not attached; a formula without an end."""

import json
from pathlib import Path

from tests.attacks.catalogue import released


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write the notebook."""
    notebook = released("reader")
    texts = [">" * 3000 + "x", "[" * 20_000, "*" * 20_000 + "a", "![x](attachment:none.png)", "$$" + "{" * 20_000]
    texts += [
        "- " * 500 + "x",
        "|a" * 5000 + "\n" + "|-" * 5000,
        "<" * 20_000,
        "`" * 20_000,
        "![" * 5000 + "](x" * 5000,
    ]
    for place, text in enumerate(texts):
        notebook["cells"].append({"cell_type": "markdown", "id": f"md{place}", "metadata": {}, "source": text})
    path = folder / "reader.ipynb"
    path.write_text(json.dumps(notebook), "utf-8")
    return path
