"""The file of notes that travels with a hand-in, as hostile students leave it in the class's folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder.checkin.desk import DeskError, read_record, travelling_records


@pytest.fixture
def submitted(tmp_path: Path) -> Path:
    folder = tmp_path / "submitted"
    (folder / "anna").mkdir(parents=True)
    (folder / "anna" / "checkins.json").write_text('{"checkins": []}', "utf-8")
    return folder


def test_notes_of_a_folder_that_is_a_link_are_not_anothers(submitted: Path) -> None:
    (submitted / "mallory").symlink_to("anna")
    assert [student for student, _ in travelling_records(submitted)] == ["anna"]
    with pytest.raises(DeskError, match="submitted/mallory is a link"):
        read_record(submitted / "mallory" / "checkins.json")


def test_a_record_that_is_a_link_or_a_pipe_is_named(submitted: Path) -> None:
    for student in ("link", "pipe"):
        (submitted / student).mkdir()
    (submitted / "link" / "checkins.json").symlink_to("../anna/checkins.json")
    os.mkfifo(submitted / "pipe" / "checkins.json")
    found = dict(travelling_records(submitted))
    assert list(found) == ["anna", "link", "pipe"]
    assert read_record(found["anna"]).checkins == ()
    with pytest.raises(DeskError, match=r"link/checkins\.json is a link"):
        read_record(found["link"])
    with pytest.raises(DeskError, match="not a regular file"):
        read_record(found["pipe"])


def test_no_folder_of_hand_ins_is_no_notes(tmp_path: Path) -> None:
    assert list(travelling_records(tmp_path / "submitted")) == []
