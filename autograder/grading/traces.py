"""Hand-ins as they came, and what those of two students have in common that chance gives only one of them.

`.autograder/handins/DIGEST.raw/` lies beside the graded notebooks, which are rebuilt and hold no output of a student's. It holds
the notebook or script byte for byte, and what the header of its weights file notes; the weights stay where they lie. From that
two hand-ins are compared: by the nonce of a training run and the tag of a folder, which are found by patterns in the bytes. What a
student wrote is not interpreted for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from sqlalchemy import Connection

from autograder.grading.kept import raw_folder, raw_folders
from autograder.grading.wording import SAME_FOLDER, SAME_RUN
from autograder.store.handins import students_of
from autograder.submission import RawSubmission
from autograder.submission.weights_notes import HEADER_BYTES, Notes, notes_in
from autograder.text import Message, Text, listed
from autograder.writing import unfinished, write_atomically

NOTES = "weights.json"  # of a hand-in's folder: what the header of its weights notes, and the tags in its notebook
FORGOTTEN = "forgotten"  # an empty file that stands for what was deleted on purpose
MAX_TAGS, MAX_NAMED = 20, 8
TAGGED = re.compile(rb'"autograder_tag"\s{0,20}:\s{0,20}"([0-9a-f]{32})"')
KINDS: Mapping[str, Message] = {"nonce": SAME_RUN, "tags": SAME_FOLDER}
Facts = Mapping[str, frozenset[str]]


def tags_said(content: bytes) -> list[str]:
    """Return the tags that a notebook's outputs hold, sorted, at most `MAX_TAGS`."""
    return sorted({match[1].decode("ascii") for match in TAGGED.finditer(content)})[:MAX_TAGS]


class Traces:
    """The facts of all hand-ins that a class keeps, each read once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._facts: dict[str, Facts] = {}  # by the hand-in's digest

    def flags(
        self, connection: Connection, student: str, chapter: str, digest: str, team: Iterable[str] = ()
    ) -> Iterator[Text]:
        """Yield a text for each kind of fact that a hand-in shares with those of others.

        Args:
            team: Whose it is, too.
        """
        self._read()
        mine = self._facts.get(digest, {})
        for kind, message in KINDS.items():
            shared = [each for each, facts in self._facts.items() if mine.get(kind, frozenset()) & facts[kind]]
            others = sorted(students_of(connection, chapter, shared) - {student, *team}) if shared else []
            if others:
                yield message(others=listed(others, MAX_NAMED))

    def _read(self) -> None:
        there = raw_folders(self._root)
        self._facts = {digest: facts for digest, facts in self._facts.items() if digest in there}
        for digest in there.keys() - self._facts.keys():
            with suppress(OSError, ValueError, TypeError, AttributeError):
                noted = json.loads((there[digest] / NOTES).read_text("utf-8"))
                nonce = noted.get("nonce")
                found = {"nonce": [nonce] if nonce else [], "tags": noted.get("tags", [])}
                self._facts[digest] = {kind: frozenset(map(str, values)) for kind, values in found.items()}


def keep_raw(root: Path, digest: str, raw: RawSubmission) -> Path:
    """Keep a hand-in as it came; what is kept, or was forgotten, is not written again. Return the place of its notebook or script."""
    folder = raw_folder(root, digest)
    path = folder / f"{'notebook.ipynb' if raw.kind == 'notebook' else 'script.py'}"
    if not path.is_file() and not (folder / FORGOTTEN).exists():
        folder.mkdir(parents=True, exist_ok=True)
        notes = notes_in((raw.weights or b"")[:HEADER_BYTES])
        noted = {"sha256": raw.weights_hash, "tags": tags_said(raw.content), **asdict(notes)}
        write_atomically(folder / NOTES, json.dumps(noted) + "\n")
        with unfinished(path) as beside:
            beside.write_bytes(raw.content)
    return path


def raw_of(root: Path, digest: str) -> tuple[bytes, Notes] | None:
    """Return the bytes of a notebook or script as it came, and the notes of its weights; None where nothing is kept."""
    folder = raw_folder(root, digest)
    for name in ("notebook.ipynb", "script.py"):
        if (folder / name).is_file():
            said = json.loads((folder / NOTES).read_text("utf-8"))
            kept = {key: value for key, value in said.items() if key not in ("sha256", "tags")}
            return (folder / name).read_bytes(), Notes(**kept)
    return None
