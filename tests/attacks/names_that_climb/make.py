"""Names with .., slashes, null bytes and leading dots are refused before a file is touched."""

from pathlib import Path
from shutil import copyfile

import pytest

from autograder.submission.handing_in import HandInError, hand_in
from tests.attacks.catalogue import ROOT


def make(folder: Path, knowledge: dict[str, str]) -> Path:
    """Try to hand in under each bad name, then hand in the stub."""
    stub = folder / "reader.ipynb"
    copyfile(ROOT / "assignments/reader/reader.ipynb", stub)
    for name in ("..", ".", "", "../x", "a/b", "/etc", "a\\b", "x\0y", ".hidden"):
        with pytest.raises(HandInError):
            hand_in(stub, "reader", name, folder / "target", limit_mib=20, weights_limit_mib=20)
    assert not (folder / "target").exists()
    return folder
