"""Everything a notebook can hold that a browser would run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.attacks.catalogue import code_cell, released


def graded(cell: dict[str, Any]) -> dict[str, Any]:
    """Return the grading metadata of a cell."""
    found: dict[str, Any] = cell["metadata"].get("nbgrader", {})
    return found


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write the notebook."""
    notebook = released("reader")
    port = knowledge["PORT"]
    evil = (
        "<script>window.PWNED=1</script><img src=x onerror=window.PWNED=1><svg onload=window.PWNED=1></svg>"
        f"<iframe srcdoc='<script>parent.PWNED=1</script>'></iframe><img src='http://127.0.0.1:{port}/x.png'>"
        f"<link rel=stylesheet href='http://127.0.0.1:{port}/x.css'><style>*{{display:none}}</style>"
        "<a href='javascript:window.PWNED=1'>x</a><base href='http://127.0.0.1/'><form action=x><input autofocus "
        "onfocus=window.PWNED=1></form><math><mtext></mtext><script>window.PWNED=1</script></math><!-- --!> <script>"
        "window.PWNED=1</script> -->\n\n$$\\href{javascript:window.PWNED=1}{x} \\unicode{<script>window.PWNED=1</script>}$$"
        "\n\n[a](javascript:window.PWNED=1) ![b](x onerror=window.PWNED=1) ![c](attachment:p.svg) "
        "[d](data:text/html;base64,PHNjcmlwdD53aW5kb3cuUFdORUQ9MTwvc2NyaXB0Pg==)"
    )
    svg = "PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIG9ubG9hZD0id2luZG93LlBXTkVEPTEiLz4="
    notebook["cells"].append(
        {
            "cell_type": "markdown",
            "id": "md",
            "metadata": {},
            "source": evil,
            "attachments": {"p.svg": {"image/svg+xml": svg, "text/html": "<script>"}},
        }
    )
    notebook["cells"].append({"cell_type": "raw", "id": "raw", "metadata": {"format": "text/html"}, "source": evil})
    cell = code_cell("# </pre><script>window.PWNED=1</script>\nx = 1 #\u202e", "code")
    cell["outputs"] = [
        {
            "output_type": "display_data",
            "data": {"text/html": evil, "application/javascript": "PWNED=1"},
            "metadata": {},
        },
        {"output_type": "stream", "name": "stdout", "text": "\u001b[31m" + evil},
    ]
    notebook["cells"].append(cell)
    for own in notebook["cells"]:
        if graded(own).get("grade_id") == "why_224":
            own["source"] = evil
    path = folder / "reader.ipynb"
    path.write_text(json.dumps(notebook), "utf-8")
    return path
