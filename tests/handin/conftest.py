"""What a TA has on their machine."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .made import Classroom


@pytest.fixture(scope="session")
def class_to_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the folder of the first class is kept, with its list in the database, for the tests after it."""
    return tmp_path_factory.mktemp("classes") / "of seven"


@pytest.fixture
def classroom(
    tmp_path: Path, class_to_copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Classroom:
    """A class of seven, two of them of one name."""
    root = tmp_path / "class"
    if class_to_copy.exists():
        shutil.copytree(class_to_copy, root)
        return Classroom(root, monkeypatch, capsys)
    root.mkdir()
    made = Classroom(root, monkeypatch, capsys)
    made.open()
    shutil.copytree(root, class_to_copy)
    return made
