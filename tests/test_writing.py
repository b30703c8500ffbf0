"""Files appear whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.writing import unfinished, write_atomically, write_changed


def test_a_block_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_atomically(path, "old")

    def fails() -> None:
        with unfinished(path) as beside:
            beside.write_text("half", "utf-8")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert path.read_text("utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_read_only_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_atomically(path, "old")
    path.chmod(0o444)
    write_atomically(path, "新")
    assert path.read_text("utf-8") == "新"


def test_only_what_differs_is_written_and_named(tmp_path: Path) -> None:
    same, other, new = tmp_path / "same", tmp_path / "other", tmp_path / "deep" / "new"
    write_atomically(same, "1")
    write_atomically(other, "2")
    stamp = same.stat().st_mtime_ns
    texts = {same: "1", other: "3", new: "4"}
    assert write_changed(texts, check=True) == [other, new]
    assert not new.exists()
    assert write_changed(texts) == [other, new]
    assert (other.read_text("utf-8"), new.read_text("utf-8"), same.stat().st_mtime_ns) == ("3", "4", stamp)
    assert write_changed(texts) == []
