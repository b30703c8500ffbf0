"""What hand-ins of two students share that chance gives only one of them: told to staff by name."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from safetensors.numpy import save

from autograder.grading.kept import raw_folder
from autograder.grading.traces import MAX_TAGS, Traces, keep_raw, raw_of, tags_said
from autograder.store.database import Database
from autograder.store.handins import Received, add_moments
from autograder.submission import RawSubmission

NOW = datetime(2026, 11, 1, tzinfo=UTC)
ANN, BEN = "a" * 32, "b" * 32


def notebook(*tags: str, code: str = "") -> bytes:
    outputs = [{"output_type": "display_data", "data": {}, "metadata": {"autograder_tag": tag}} for tag in tags]
    return json.dumps({"cells": [{"cell_type": "code", "source": code, "outputs": outputs}]}).encode()


class Class:
    def __init__(self, root: Path) -> None:
        self.root, self.traces = root, Traces(root)
        self.database = Database(f"sqlite:///{root / 'gradebook.db'}")

    def hand_in(self, student: str, content: bytes, nonce: str = "", chapter: str = "lenet") -> str:
        weights = save({"w": np.zeros(1, np.float32)}, {"nonce": nonce}) if nonce else None
        name = "x.safetensors" if weights else None
        raw = RawSubmission(Path("x"), "notebook", "x.ipynb", content, weights, name)
        keep_raw(self.root, raw.digest, raw)
        with self.database.writing() as connection:
            add_moments(connection, [Received(student, chapter, raw.digest, NOW, "file", NOW)])
        return raw.digest

    def said(self, student: str, digest: str, *team: str, chapter: str = "lenet") -> list[str]:
        with self.database.reading() as connection:
            return [one.en for one in self.traces.flags(connection, student, chapter, digest, team)]


def test_the_same_run_and_the_same_folder_are_told_with_whose_they_are(tmp_path: Path) -> None:
    lenet = Class(tmp_path)
    with lenet.database:
        first = lenet.hand_in("ann", notebook(ANN), "1" * 32)
        assert lenet.said("ann", first) == []
        again = lenet.hand_in("ann", notebook(ANN, code="x = 1"), "1" * 32)
        assert lenet.said("ann", again) == []  # the student's own earlier attempt
        honest = lenet.hand_in("cem", notebook("c" * 32), "3" * 32)
        assert lenet.said("cem", honest) == []
        copied = lenet.hand_in("ben", notebook(BEN, ANN, code="y = 2"), "1" * 32)
        run, folder = lenet.said("ben", copied)
        assert "the same training run as those that ann handed in" in run
        assert "the same course folder as the one that ann handed in" in folder
        assert lenet.said("ben", copied, "ann") == []  # a team
        whole = lenet.hand_in("dan", notebook(ANN), "1" * 32)
        assert whole == first
        assert "ann, ben" in lenet.said("dan", whole)[0]
        assert lenet.said("dan", lenet.hand_in("dan", notebook(ANN), chapter="vgg"), chapter="vgg") == []


def test_what_was_deleted_at_a_students_request_tells_nothing(tmp_path: Path) -> None:
    lenet = Class(tmp_path)
    with lenet.database:
        first, second = lenet.hand_in("ann", notebook(ANN)), lenet.hand_in("ben", notebook(ANN, code="z"))
        assert len(lenet.said("ben", second)) == 1
        for file in raw_folder(tmp_path, first).iterdir():
            file.unlink()
        lenet.traces = Traces(tmp_path)
        assert lenet.said("ben", second) == []


def test_a_damaged_note_stops_nobody(tmp_path: Path) -> None:
    lenet = Class(tmp_path)
    with lenet.database:
        for content in (b"", b"[1]", b'{"tags": 7}', b"\xff"):
            folder = tmp_path / ".autograder" / "handins" / f"sha256-{len(content)}{content[:1].hex()}.raw"
            folder.mkdir(parents=True)
            (folder / "weights.json").write_bytes(content)
        assert lenet.said("ann", lenet.hand_in("ann", notebook(ANN))) == []


def test_tags_are_found_by_a_pattern_and_kept_beside_the_notes_of_the_weights(tmp_path: Path) -> None:
    assert tags_said(notebook(BEN, ANN)) == [ANN, BEN]
    assert tags_said(b'{"autograder_tag": "short"}' + b"\xff" + b"[" * 100_000) == []
    assert len(tags_said(notebook(*(f"{n:032x}" for n in range(99))))) == MAX_TAGS
    raw = RawSubmission(Path("x"), "notebook", "x.ipynb", notebook(ANN))
    keep_raw(tmp_path, raw.digest, raw)
    found = raw_of(tmp_path, raw.digest)
    assert found is not None
    assert found[1].nonce == ""
