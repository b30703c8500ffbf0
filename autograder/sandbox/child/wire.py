"""The wire: one frame is a JSON header and the raw bytes of the arrays it speaks of. Never pickle.

A frame is ``uint32 header length, uint64 body length`` (big endian), the header, the body. The header is
``{"id": int, "tree": ..., "arrays": [[dtype, shape], ...]}``; an array in the tree stands as ``{"$array": index}``.
Both sides use this module; the side outside the box treats every byte as hostile.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import select
import socket
import struct
import time
from collections.abc import Iterator, Sequence
from typing import IO, Any, Union

import numpy as np

Tree = Any
"""None, bool, int, float, str, list, dict with str keys, or a NumPy array, nested."""

Buffer = Union[bytes, bytearray, memoryview]

PREFIX = struct.Struct(">IQ")
DTYPES = ("float32", "float64", "float16", "int64", "int32", "uint8", "bool")
MAX_HEADER = 4 << 20
MAX_BODY = 1 << 30
MAX_DEPTH = 32
MAX_INT = (1 << 63) - 1
CHUNK = 1 << 20
MAX_FILES = 16
LARGE = 1 << 18  # numbers of a parameter from which on its values come as a file: mapping is quicker than making then
SMALL = 1 << 16  # bytes of arrays up to which a frame is sent in one piece


class WireError(Exception):
    """The other side sent something that is not a frame, too much of it, too late, or nothing."""


class WireTooLarge(WireError):
    """The other side announced more than is read."""


class WireTimeout(WireError):
    """The other side did not answer before the deadline."""


class WireClosed(WireError):
    """The other side is gone."""


def pack(identifier: int, tree: Tree) -> list[Buffer]:
    """Return the frame for `tree`, in pieces: large arrays are sent from where they lie."""
    arrays: list[np.ndarray[Any, Any]] = []
    plain = _plain(tree, arrays, 0)
    described = [[str(array.dtype), list(array.shape)] for array in arrays]
    header = json.dumps({"id": identifier, "tree": plain, "arrays": described}, allow_nan=False).encode()
    body: list[Buffer] = [array.reshape(-1).view(np.uint8).data for array in arrays]
    length = sum(array.nbytes for array in arrays)
    head = PREFIX.pack(len(header), length) + header
    return [head, *body] if length > SMALL else [b"".join([head, *body])]


def _plain(tree: Tree, arrays: list[np.ndarray[Any, Any]], depth: int) -> Tree:
    if depth > MAX_DEPTH:
        raise WireError("the value is nested too deeply")
    if tree is None or type(tree) in (bool, int, str):
        return tree
    if type(tree) is float:
        return tree if math.isfinite(tree) else {"$float": repr(tree)}
    if isinstance(tree, np.ndarray):
        if str(tree.dtype) not in DTYPES:
            raise WireError(f"an array of dtype {tree.dtype} cannot be sent")
        arrays.append(np.ascontiguousarray(tree).reshape(tree.shape))
        return {"$array": len(arrays) - 1}
    if type(tree) in (list, tuple):
        return [_plain(item, arrays, depth + 1) for item in tree]
    if type(tree) is dict:
        return {str(key): _plain(item, arrays, depth + 1) for key, item in tree.items()}
    raise WireError(f"a value of type {type(tree).__name__} cannot be sent")


def unpack(header: Buffer, body: Buffer, max_items: int = MAX_BODY) -> tuple[int, Tree]:
    """Return `(id, tree)` of a frame, or raise `WireError` for anything that does not fit to the last byte."""
    try:
        record = json.loads(bytes(header).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise WireError("the header is not JSON") from error
    if not isinstance(record, dict) or set(record) != {"id", "tree", "arrays"} or type(record["id"]) is not int:
        raise WireError("the header is not a frame header")
    arrays = _arrays(record["arrays"], body)
    if sum(array.size for array in arrays if array is not None) > max_items:
        raise WireTooLarge("the frame holds too many numbers")
    return record["id"], _tree(record["tree"], arrays, 0)


def _arrays(described: Any, body: Buffer) -> list[np.ndarray[Any, Any] | None]:
    if not isinstance(described, list):
        raise WireError("the list of arrays is not a list")
    arrays: list[np.ndarray[Any, Any] | None] = []
    offset = 0
    for entry in described:
        if not (isinstance(entry, list) and len(entry) == 2 and entry[0] in DTYPES and isinstance(entry[1], list)):
            raise WireError("an array is described wrongly")
        dtype, shape = np.dtype(entry[0]), entry[1]
        if len(shape) > 8 or not all(type(size) is int and 0 <= size <= MAX_BODY for size in shape):
            raise WireError("an array has an impossible shape")
        length = math.prod(shape) * dtype.itemsize
        if offset + length > len(body):
            raise WireError("an array is longer than the body")
        try:
            arrays.append(np.frombuffer(body, dtype, math.prod(shape), offset).reshape(shape))
        except ValueError as error:  # no numbers at all, but sizes beyond what NumPy counts
            raise WireError("an array has an impossible shape") from error
        offset += length
    if offset != len(body):
        raise WireError("the body is longer than its arrays")
    return arrays


def _tree(plain: Any, arrays: list[np.ndarray[Any, Any] | None], depth: int) -> Tree:
    if depth > MAX_DEPTH:
        raise WireError("the value is nested too deeply")
    if isinstance(plain, list):
        return [_tree(item, arrays, depth + 1) for item in plain]
    if not isinstance(plain, dict):
        if isinstance(plain, float) and not math.isfinite(plain):
            raise WireError("a number is not finite")
        if type(plain) is int and not -MAX_INT <= plain <= MAX_INT:
            return (
                math.inf if plain > 0 else -math.inf
            )  # it would not go into a float, and arithmetic with it would raise
        return plain
    if set(plain) == {"$array"}:
        index = plain["$array"]
        if type(index) is not int or not 0 <= index < len(arrays):
            raise WireError("an array is missing")
        array, arrays[index] = arrays[index], None
        if array is None:  # a few bytes must not stand for the same large array a thousand times
            raise WireError("an array stands in two places")
        return array
    if set(plain) == {"$float"}:
        if plain["$float"] not in ("nan", "inf", "-inf"):
            raise WireError("a number is written wrongly")
        return float(plain["$float"])
    return {key: _tree(item, arrays, depth + 1) for key, item in plain.items()}


def send(descriptor: int, frame: list[Buffer], deadline: float | None = None, files: Sequence[int] = ()) -> None:
    """Write what `pack` gave; `deadline` is a `time.monotonic()` value in seconds and needs a non-blocking descriptor.

    Args:
        files: Descriptors, at most `MAX_FILES`, of which the other side gets copies of its own; for a socket only.
    """
    for piece in frame:
        view = memoryview(piece)
        while view:
            _wait(descriptor, select.POLLOUT, deadline)
            try:
                if files:
                    with _as_socket(descriptor) as line:
                        sent = socket.send_fds(line, [view[:CHUNK]], files)
                    files = ()
                else:
                    sent = os.write(descriptor, view[:CHUNK])
                view = view[sent:]
            except BlockingIOError:
                continue
            except OSError as error:
                raise WireClosed("the other side is gone") from error


def receive(
    descriptor: int,
    deadline: float | None = None,
    max_body: int = MAX_BODY,
    max_items: int = MAX_BODY,
    files: list[int] | None = None,
) -> tuple[int, Tree]:
    """Read one frame and return `(id, tree)`.

    Arrays may take max_body bytes and hold max_items numbers, all together. Memory: max_body, of which the pages that
    were really sent, and about 70 times the header (at most `MAX_HEADER`) for a tree of empty lists.

    Args:
        files: The list that takes descriptors that come with it, from a socket.
    """
    header_length, body_length = PREFIX.unpack(_read(descriptor, PREFIX.size, deadline, files))
    if header_length > MAX_HEADER or body_length > max_body:
        raise WireTooLarge("the frame is too large")
    header = _read(descriptor, header_length, deadline)
    return unpack(header, _read(descriptor, body_length, deadline), max_items)


def frame_in(file: IO[bytes]) -> tuple[int, Tree]:
    """Read one frame from a pipe as a buffered file, which waits for it; raises `WireClosed` at its end."""

    def exactly(length: int) -> bytes:
        content = file.read(length)
        if len(content) < length:
            raise WireClosed("the other side is gone")
        return content

    header_length, body_length = PREFIX.unpack(exactly(PREFIX.size))
    if header_length > MAX_HEADER or body_length > MAX_BODY:
        raise WireTooLarge("the frame is too large")
    header = exactly(header_length)
    return unpack(header, exactly(body_length))


@contextlib.contextmanager
def _as_socket(descriptor: int) -> Iterator[socket.socket]:
    """Lend a socket object for a descriptor, which stays open."""
    line = socket.socket(fileno=descriptor)
    try:
        yield line
    finally:
        line.detach()


def _read(descriptor: int, length: int, deadline: float | None, files: list[int] | None = None) -> bytearray:
    content = bytearray(length)
    view = memoryview(content)
    while view:
        _wait(descriptor, select.POLLIN, deadline)
        try:
            if files is None:
                count = os.readv(descriptor, [view[:CHUNK]])
            else:
                with _as_socket(descriptor) as line:
                    piece, given, _, _ = socket.recv_fds(line, len(view), MAX_FILES)
                files += given
                count = len(piece)
                view[:count] = piece
        except BlockingIOError:
            continue
        except OSError as error:
            raise WireClosed("the other side is gone") from error
        if not count:
            raise WireClosed("the other side is gone")
        view = view[count:]
    return content


def _wait(descriptor: int, event: int, deadline: float | None) -> None:
    if deadline is None:
        return
    poll = select.poll()
    poll.register(descriptor, event)
    left = deadline - time.monotonic()
    if left <= 0 or not poll.poll(max(1, int(left * 1000))):
        raise WireTimeout("no answer before the deadline")
