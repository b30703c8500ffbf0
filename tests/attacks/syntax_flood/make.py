"""What is parsed outside the box must not take it down: errors on every line, deep nesting, long chains."""

from pathlib import Path


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write the script: 480 KiB."""
    parts = ["1x\n" * 60_000, "(" * 5_000 + "\n", "-" * 40_000 + "1\n", "a" + ".a" * 20_000 + "\n"]
    parts += ["x = " + "[" * 90 + "]" * 90 + "\n", "lambda: " * 3_000 + "1\n", "\0\n", "def f(\n" * 1000]
    parts += ["if 1:\n", *(" " * n + "if 1:\n" for n in range(1, 99)), "9" * 5_000 + "\n"]
    (folder / "reader.py").write_text("".join(parts), "utf-8")
    return folder
