"""The desk of a TA."""

from __future__ import annotations

from pathlib import Path

import pytest

from .made import Classroom


@pytest.fixture
def classroom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Classroom:
    """A class of seven, two of them of one name."""
    root = tmp_path / "class"
    root.mkdir()
    return Classroom(root, monkeypatch, capsys)
