"""Each part of an f-string costs the compiler time that grows with all others."""

from __future__ import annotations

from pathlib import Path


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    nested = "a"
    for quote in ('"', "'", '"""', "'''"):
        nested = f"f{quote}{{{nested}}}{quote}"
    text = "x = f'" + "{a}" * 120_000 + "'\ny = " + nested + "\nz = f'{1:" + "{2:" * 50 + "}" * 50 + "}'\n"
    (folder / "reader.py").write_text(text, "utf-8")
    return folder
