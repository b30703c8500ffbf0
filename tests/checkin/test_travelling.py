"""The file of notes that travels with a hand-in, as hostile students leave it in the class's folder."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from autograder.checkin.travelling import TravellingRecordError, read_record, read_what_can_be_read, travelling_records


@pytest.fixture
def submitted(tmp_path: Path) -> Path:
    folder = tmp_path / "submitted"
    (folder / "anna").mkdir(parents=True)
    (folder / "anna" / "checkins.json").write_text('{"checkins": []}', "utf-8")
    return folder


def test_notes_of_a_folder_that_is_a_link_are_not_anothers(submitted: Path) -> None:
    (submitted / "mallory").symlink_to("anna")
    assert [student for student, _ in travelling_records(submitted)] == ["anna"]
    with pytest.raises(TravellingRecordError, match="submitted/mallory is a link"):
        read_record(submitted / "mallory" / "checkins.json")


def test_a_record_that_is_a_link_or_a_pipe_is_named(submitted: Path) -> None:
    for student in ("link", "pipe"):
        (submitted / student).mkdir()
    (submitted / "link" / "checkins.json").symlink_to("../anna/checkins.json")
    os.mkfifo(submitted / "pipe" / "checkins.json")
    found = dict(travelling_records(submitted))
    assert list(found) == ["anna", "link", "pipe"]
    assert read_record(found["anna"]).checkins == ()
    with pytest.raises(TravellingRecordError, match=r"link/checkins\.json is a link"):
        read_record(found["link"])
    with pytest.raises(TravellingRecordError, match="not a regular file"):
        read_record(found["pipe"])


def test_no_folder_of_hand_ins_is_no_notes(tmp_path: Path) -> None:
    assert list(travelling_records(tmp_path / "submitted")) == []


@pytest.mark.parametrize("week", [2**63, 10**4000])
def test_a_week_that_no_database_can_hold_costs_its_own_note_alone(week: int, tmp_path: Path) -> None:
    path = tmp_path / "checkins.json"
    note = {"note": "I learned how a convolution slides over an image.", "at": "2026-09-08T10:00:00+00:00"}
    path.write_text(json.dumps({"checkins": [{**note, "week": week}, {**note, "week": 1}]}), "utf-8")
    record, problems = read_what_can_be_read(path)
    assert [one.week for one in record.checkins] == [1]
    assert len(problems) == 1
