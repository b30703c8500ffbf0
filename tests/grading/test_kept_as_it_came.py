"""A hand-in is kept as it came: the graded notebook has lost its outputs, this one has them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from safetensors.numpy import save

from autograder.grading.kept import kept_folder, raw_folder
from autograder.grading.traces import keep_raw, raw_of
from autograder.submission import RawSubmission
from autograder.submission.weights_notes import Notes


def handed_in(content: bytes, weights: bytes | None = None) -> RawSubmission:
    return RawSubmission(Path("x"), "notebook", "mine.ipynb", content, weights, "mine.safetensors" if weights else None)


def test_the_bytes_and_the_notes_of_the_weights_are_kept(tmp_path: Path) -> None:
    weights = save({"w": np.zeros(1, np.float32)}, {"seed": "17", "nonce": "ab", "data": "real"})
    raw = handed_in(b'{"cells": [{"outputs": [1]}]}', weights)
    assert raw_of(tmp_path, raw.digest) is None
    path = keep_raw(tmp_path, raw.digest, raw)
    assert path.read_bytes() == raw.content
    assert raw_of(tmp_path, raw.digest) == (raw.content, Notes(17, "ab", "real"))
    assert str(path.parent.relative_to(tmp_path)).startswith(".autograder/handins/sha256-")
    assert not kept_folder(tmp_path, raw.digest).exists()  # where answers lie that are still to be graded


def test_what_is_kept_is_not_written_again(tmp_path: Path) -> None:
    raw = handed_in(b"{}")
    path = keep_raw(tmp_path, raw.digest, raw)
    before = path.stat()
    keep_raw(tmp_path, raw.digest, raw)
    assert path.stat().st_ino == before.st_ino
    assert raw_of(tmp_path, raw.digest) == (b"{}", Notes())
    assert sorted(one.name for one in raw_folder(tmp_path, raw.digest).iterdir()) == ["notebook.ipynb", "weights.json"]
