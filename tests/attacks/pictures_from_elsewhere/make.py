"""The released notebook with a Markdown cell of the student's."""

import json
from pathlib import Path

from tests.attacks.catalogue import released

TEXT = "![t](https://evil.example/p.png) ![t](/hub/logout) ![t][r]\n\n[r]: //evil.example/q.png"


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write the notebook."""
    notebook = released("reader")
    notebook["cells"].append({"cell_type": "markdown", "id": "own", "metadata": {}, "source": TEXT})
    path = folder / "reader.ipynb"
    path.write_text(json.dumps(notebook), "utf-8")
    return path
