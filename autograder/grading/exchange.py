"""Feedback by nbgrader's exchange: `nbgrader release_feedback` finds what it asks for beside every page.

A student's `nbgrader fetch_feedback` knows a page by the secret that their `nbgrader submit` made. It lies beside the
hand-in; who handed in otherwise gets one that nobody knows, so that one missing file does not end the release for all.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from autograder.grading.kept import KEPT, kept_folder
from autograder.grading.moments import STAMP, stamped_moment
from autograder.submission import Rejected
from autograder.submission.files import Place, open_folder
from autograder.writing import write_changed

SECRET = "submission_secret.txt"
MAX_LENGTH = 1000  # characters


def ready_for_release(root: Path, student: str, chapter: str, digests: Sequence[str] = ()) -> bool:
    """Put the two files of nbgrader's exchange beside a page of feedback; False where there is no page.

    Args:
        digests: Of the student's attempts, the newest last: the secret of what lies in `submitted/` is taken, else of
            these.
    """
    page = root / "feedback" / student / chapter
    if not (page / f"{chapter}.html").is_file():
        return False
    places = [Place(root / "submitted", (student, chapter))]
    places += [Place(root / KEPT, (kept_folder(root, digest).name,)) for digest in reversed(digests)]
    secret = next((found for place in places if (found := _said(place, SECRET))), "")
    stamp = next((found for place in places if stamped_moment(found := _said(place, STAMP))), "")
    known = page / SECRET
    if not secret and not known.is_file():
        secret = secrets.token_hex(32)
    texts = {known: secret} if secret else {}
    write_changed({**texts, page / STAMP: stamp or f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f} UTC"})
    return True


def _said(place: Place, name: str) -> str:
    """Return what a small text file in a hand-in says, empty where there is none."""
    try:
        with open_folder(place) as folder:
            return folder.read(name, 1).decode("utf-8", "replace")[:MAX_LENGTH] if name in folder.names else ""
    except Rejected:
        return ""
