"""What is noted in the header of a weights file: whose seed it was trained with, and in which run.

A safetensors file begins with the length of a JSON header, whose first entry are the notes. A file is a student's, so only
its first bytes are read, and what is no note of a few words is none.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

HEADER_BYTES = 1 << 16
MAX_NOTES, MAX_NOTE_LENGTH = 20, 200
BEGIN = '{"__metadata__":'


@dataclass(frozen=True)
class Notes:
    """What the header of a weights file notes.

    Attributes:
        seed: Of the run, None where none is noted.
        nonce: Drawn at random for each run.
        data: `real` or `generated`.
    """

    seed: int | None = None
    nonce: str = ""
    data: str = ""


def notes_in(content: bytes) -> Notes:
    """Return the notes in a safetensors file, of which its beginning is enough; without any where there are none."""
    table = _table(content)
    seed = table.get("seed", "")
    number = int(seed) if seed.isascii() and seed.isdigit() else None
    return Notes(number, table.get("nonce", ""), table.get("data", ""))


def notes_of(path: Path) -> Notes:
    """Return the notes in the file at `path`; without any where it cannot be read."""
    return notes_in(_beginning(path))


def noted_in(path: Path) -> dict[str, str]:
    """Return all that is noted in the file at `path`, by name; nothing where it cannot be read."""
    return _table(_beginning(path))


def _beginning(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(HEADER_BYTES)
    except OSError:
        return b""


def _table(content: bytes) -> dict[str, str]:
    text = content[8:HEADER_BYTES].decode("utf-8", "replace").lstrip()
    if not text.startswith(BEGIN):
        return {}
    start = len(BEGIN) + len(text[len(BEGIN) :]) - len(text[len(BEGIN) :].lstrip())
    try:
        found, _ = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict) or len(found) > MAX_NOTES:
        return {}
    return {name: value for name, value in found.items() if isinstance(value, str) and len(value) <= MAX_NOTE_LENGTH}
