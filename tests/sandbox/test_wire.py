"""The wire: everything that goes in comes out, and nothing hostile gets past the reader."""

from __future__ import annotations

import json
import os
import socket
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.sandbox.child import wire

LEAVES = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(max_size=20)
TREES = st.recursive(
    LEAVES, lambda t: st.lists(t, max_size=4) | st.dictionaries(st.text(max_size=5), t, max_size=4), max_leaves=20
)


def parts(pieces: list[bytes]) -> tuple[bytes, bytes]:
    frame = b"".join(pieces)
    header, body = wire.PREFIX.unpack(frame[: wire.PREFIX.size])
    rest = frame[wire.PREFIX.size :]
    assert len(rest) == header + body
    return rest[:header], rest[header:]


@given(TREES.filter(lambda tree: not (isinstance(tree, dict) and any(key.startswith("$") for key in tree))))
def test_a_tree_survives_the_wire(tree: object) -> None:
    assert wire.unpack(*parts(wire.pack(3, tree))) == (3, tree)


@pytest.mark.parametrize("dtype", wire.DTYPES)
def test_arrays_keep_dtype_shape_and_values(dtype: str) -> None:
    array = (np.arange(12) % 2).reshape(3, 4).astype(dtype)
    _, tree = wire.unpack(*parts(wire.pack(1, {"x": [array, array[:0]]})))
    assert tree["x"][0].dtype == array.dtype
    assert np.array_equal(tree["x"][0], array)
    assert tree["x"][1].shape == (0, 4)


def test_numbers_that_are_not_finite_survive() -> None:
    _, tree = wire.unpack(*parts(wire.pack(1, [float("inf"), float("-inf"), float("nan")])))
    assert tree[:2] == [float("inf"), float("-inf")]
    assert tree[2] != tree[2]


HOSTILE = [
    b"",
    b"\xff",
    b"[]",
    b"{}",
    b"[" * 100_000,
    json.dumps({"id": 1, "tree": {"$array": 0}, "arrays": []}).encode(),
    json.dumps({"id": True, "tree": 1, "arrays": []}).encode(),
    json.dumps({"id": 1, "tree": 1, "arrays": [["float32", [-1]]]}).encode(),
    json.dumps({"id": 1, "tree": 1, "arrays": [["object", [1]]]}).encode(),
    json.dumps({"id": 1, "tree": 1, "arrays": [["float32", [2**40, 2**40]]]}).encode(),
    json.dumps({"id": 1, "tree": 1, "arrays": [["float32", [1]]]}).encode(),
    json.dumps({"id": 1, "tree": {"$float": "7"}, "arrays": []}).encode(),
    b'{"id": 1, "tree": NaN, "arrays": []}',
    b'{"id": 1, "tree": ' + b"[" * 50 + b"]" * 50 + b', "arrays": []}',
]


@pytest.mark.parametrize("header", HOSTILE)
def test_a_hostile_header_is_a_wire_error(header: bytes) -> None:
    with pytest.raises(wire.WireError):
        wire.unpack(header, b"")


@given(st.binary(max_size=300), st.binary(max_size=50))
def test_random_bytes_never_raise_anything_else(header: bytes, body: bytes) -> None:
    try:
        wire.unpack(header, body)
    except wire.WireError:
        return


def test_bytes_that_belong_to_no_array_are_refused() -> None:
    header, _ = parts(wire.pack(1, 1))
    with pytest.raises(wire.WireError):
        wire.unpack(header, b"x")


def test_a_huge_announcement_is_refused_before_memory_is_taken() -> None:
    reading, writing = os.pipe()
    try:
        os.write(writing, wire.PREFIX.pack(10, 1 << 50))
        with pytest.raises(wire.WireError):
            wire.receive(reading)
    finally:
        os.close(reading)
        os.close(writing)


def test_silence_ends_at_the_deadline() -> None:
    reading, writing = os.pipe()
    try:
        with pytest.raises(wire.WireTimeout):
            wire.receive(reading, time.monotonic() + 0.05)
    finally:
        os.close(reading)
        os.close(writing)


def test_descriptors_go_along_where_they_are_wanted() -> None:
    ours, theirs = socket.socketpair()
    reading, writing = os.pipe()
    taken: list[int] = []
    with ours, theirs:
        wire.send(ours.fileno(), wire.pack(3, {"large": np.zeros(1000)}), files=[writing])
        assert wire.receive(theirs.fileno(), files=taken)[0] == 3
        wire.send(ours.fileno(), wire.pack(4, None))
        assert wire.receive(theirs.fileno(), files=taken) == (4, None)
    os.close(writing)
    assert len(taken) == 1
    os.write(taken[0], b"x")
    assert os.read(reading, 1) == b"x"
    for descriptor in (*taken, reading):
        os.close(descriptor)
