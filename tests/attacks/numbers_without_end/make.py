"""Decimal digits are limited, hexadecimal ones are not; constants are computed while the compiler runs."""

from __future__ import annotations

from pathlib import Path


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    parts = [
        "x = 0x" + "f" * 100_000,
        "x = " + "9" * 100_000,
        "x = " + "1_" * 50_000 + "1",
        "x = 9**9**9**9",
        "x = 10**100_000",
    ]
    parts += [
        "x = 'a' * 10**9",
        "x = (1,) * 10**8",
        "x = 1 << 10**9",
        "x = " + "*".join(["9999999999"] * 20_000),
        "x = 1e" + "9" * 5_000,
    ]
    text = "\n".join(parts) + "\n"
    (folder / "reader.py").write_text(text, "utf-8")
    return folder
