"""The desk of a TA."""

from __future__ import annotations

from pathlib import Path

import pytest

from .made import Desk


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    """A class of seven, two of them of one name."""
    root = tmp_path / "class"
    root.mkdir()
    return Desk(root, monkeypatch, capsys)
