"""NFKC makes other names of them; a name costs a table entry wherever it is compared."""

from __future__ import annotations

from pathlib import Path


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write what is handed in."""
    bold = "".join(chr(0x1D41A + ord(letter) - 97) if letter.isalpha() else letter for letter in "transform_img")
    parts = [f"def {bold}(img): return img", "ﬁ" * 100_000 + " = 1", "é" * 50_000 + " = 1", "a" * 200_000 + " = 1"]
    parts += [f"{'x' * 60}{number} = 1" for number in range(3_000)]
    text = "\n".join(parts) + "\n"
    (folder / "reader.py").write_text(text, "utf-8")
    return folder
