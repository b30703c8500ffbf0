"""What a hand-in is called, and a result: hashes over content, in this one place.

The digest of a hand-in says what was handed in, however it is graded. The key of a result says all that the result depends
on: the hand-in, the chapter's checks and recordings, the data, the box, Paddle, and the version of the engine. The same
key never runs twice. No text is part of either, and no comment.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

# Raise it with every change of the engine that changes a verdict: status or points of some answer. Results of older
# versions keep counting, until somebody grades again. tests/verdicts/test_engine_version.py tells when it was forgotten.
ENGINE_VERSION = 2
SHORT = 16


def hashed(value: object) -> str:
    """Return the hash of JSON values, each told from every other, as hexadecimal digits."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def hash_of_bytes(content: bytes) -> str:
    """Return the hash of bytes, as hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def hand_in_digest(content: str, weights: str) -> str:
    """Return the digest of a hand-in from the hashes of its notebook or script and of its weights file."""
    return f"sha256:{hashlib.sha256(bytes.fromhex(content) + bytes.fromhex(weights)).hexdigest()}"


def digest_of(content: bytes, weights: bytes) -> str:
    """Return the digest of a hand-in from the bytes of its notebook or script and of its weights file."""
    return hand_in_digest(hash_of_bytes(content), hash_of_bytes(weights))


def result_key(hand_in: Iterable[str], judged_by: str) -> str:
    """Return the key of a result.

    Args:
        hand_in: All of it that the result depends on.
        judged_by: See there.
    """
    return f"sha256:{hashed([*hand_in, judged_by])}"


def judged_by(suite: str, data: str, box: str) -> str:
    """Return the hash of all that a result depends on beside the hand-in: digests of kit and data, name of the box."""
    return hashed([suite, data, box, paddle_version(), ENGINE_VERSION])


@cache
def paddle_version() -> str:
    """Return the version of Paddle that runs in the box."""
    try:
        return version("paddlepaddle")
    except PackageNotFoundError:
        return "missing"


def folder_digest(folder: Path) -> str:
    """Return a digest of a folder of data by names and sizes of its files and what its tables say; `none` without it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if not files:
        return "none"
    told = [[str(path.relative_to(folder)), path.stat().st_size] for path in files]
    tables = [hash_of_bytes(path.read_bytes()) for path in files if path.suffix == ".csv"]
    return hashed([told, tables])[:SHORT]
