"""Notes are read from the first bytes of a weights file, whoever wrote it, and from no other place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save

from autograder.submission.weights_notes import HEADER_BYTES, Notes, notes_in, notes_of

ARRAYS = {"w": np.zeros(3, np.float32)}


def test_the_library_and_we_are_read_alike(tmp_path: Path) -> None:
    content = save(ARRAYS, {"seed": "17", "nonce": "ab", "data": "real", "run": "x"})
    assert notes_in(content) == Notes(17, "ab", "real")
    (tmp_path / "w.safetensors").write_bytes(content)
    assert notes_of(tmp_path / "w.safetensors") == Notes(17, "ab", "real")
    spaced = b'{ "__metadata__"'  # another writer's spaces: no notes, and no error
    assert notes_in(bytes(8) + spaced) == Notes()
    assert notes_in(bytes(8) + b'{"__metadata__": {"data": "generated"}}').data == "generated"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"12345678",
        save(ARRAYS),
        bytes(8) + b'{"__metadata__":' + b"[" * HEADER_BYTES,
        bytes(8) + b'{"__metadata__":{"a":' * 3000,
        bytes(8) + b'{"__metadata__":["seed"]}',
        bytes(8) + b'{"__metadata__":{"seed":' + b"1" * 5000 + b"}}",
        bytes(8) + b'{"__metadata__":{"seed":"' + b"1" * 5000 + b'"}}',
        bytes(8) + b'{"w":{"dtype":"F32"},"__metadata__":{"seed":"1"}}',
    ],
)
def test_what_is_no_note_is_none(content: bytes) -> None:
    assert notes_in(content) == Notes()


@pytest.mark.parametrize("seed", ["-1", "1.5", "", "²", "none"])
def test_a_seed_is_a_whole_number(seed: str) -> None:
    assert notes_in(save(ARRAYS, {"seed": seed})).seed is None


def test_a_file_that_is_not_there_has_no_notes(tmp_path: Path) -> None:
    assert notes_of(tmp_path / "w.safetensors") == notes_of(tmp_path) == Notes()


@given(st.binary())
def test_nothing_ends_the_reader(content: bytes) -> None:
    notes_in(content)
    notes_in(bytes(8) + b'{"__metadata__":' + content)
