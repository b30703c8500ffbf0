"""The right answer, but one loader ends the process: only its own points may be lost."""

from pathlib import Path

from tests.attacks.catalogue import ROOT


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Write the script."""
    solution = (ROOT / "solutions/reader/reader.py").read_text("utf-8")
    path = folder / "reader.py"
    path.write_text(solution + "\nimport os\ndef data_loader(*arguments):\n    os._exit(0)\n", "utf-8")
    return path
