"""A stub under a name that a spreadsheet would run; the driver exports it."""

from pathlib import Path
from shutil import copyfile

from tests.attacks.catalogue import ROOT


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Copy the released notebook; the name of the student does the rest."""
    copyfile(ROOT / "assignments/reader/reader.ipynb", folder / "reader.ipynb")
    return folder
