"""One statement of each kind that Python nests or chains without a limit of its own."""

from __future__ import annotations

from pathlib import Path


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    parts = ["@a\n" * 30_000 + "def f(): pass", "if a: pass\n" + "elif a: pass\n" * 10_000]
    parts += ["match a:\n case " + "|".join(["1"] * 30_000) + ": pass", "with " + ", ".join(["a"] * 10_000) + ": pass"]
    parts += [
        "x = " + "lambda: " * 10_000 + "1",
        "x = " + "1 if a else " * 10_000 + "1",
        "x = " + "not " * 20_000 + "1",
    ]
    parts += [
        "x = " + "[a for a in " * 90 + "b" + "]" * 90,
        "x = a" + "[0]" * 20_000,
        "x = " + "(" * 190 + "1" + ")" * 190,
    ]
    text = "\n".join(parts) + "\n"
    (folder / "reader.py").write_text(text, "utf-8")
    return folder
