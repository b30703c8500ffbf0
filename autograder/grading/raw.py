"""Hand-ins as they came, beside the graded notebooks, which are rebuilt and hold no output of a student's.

`.autograder/handins/DIGEST.raw/` holds the notebook or script byte for byte, and what the header of its weights file notes:
outputs, cell ids and notes tell of two hand-ins whether one was made from the other. The weights stay where they lie.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from autograder.grading.kept import raw_folder
from autograder.grading.traces import NOTES, tags_said
from autograder.submission import RawSubmission
from autograder.submission.weights_notes import HEADER_BYTES, Notes, notes_in
from autograder.writing import unfinished, write_atomically

FORGOTTEN = "forgotten"  # an empty file that stands for what was deleted on purpose


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
