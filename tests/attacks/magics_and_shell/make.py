"""What IPython would run is never run."""

from __future__ import annotations

import json
from pathlib import Path

from tests.attacks.catalogue import code_cell, released


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write the notebook."""
    notebook = released("reader")
    cells = ["%%bash\ncat " + knowledge["ROOT"] + "/secret.txt", "!cat " + knowledge["ROOT"] + "/secret.txt"]
    cells += ["%run " + knowledge["ROOT"] + "/solutions/reader/reader.py", "x = !env", "%load_ext autoreload\n%env"]
    cells += ["%%python\nprint(1)", "get_ipython().system('id')", "%%writefile /tmp/x\nx"]
    notebook["cells"] += [code_cell(text, f"own-{place}") for place, text in enumerate(cells)]
    path = folder / "reader.ipynb"
    path.write_text(json.dumps(notebook), "utf-8")
    return path
