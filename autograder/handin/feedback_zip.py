"""The zip of feedback pages that Moodle and Canvas take back, named as they look for whose each file is."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from autograder.handin.claims import Claim
from autograder.handin.gradebooks import Line
from autograder.handin.returning import Platform
from autograder.writing import unfinished

EPOCH = (1980, 1, 1, 0, 0, 0)  # the same pages make the same bytes


def write_feedback_zip(
    path: Path, root: Path, chapter: str, lines: Sequence[Line], origins: Mapping[str, Claim], platform: Platform
) -> tuple[int, list[str]]:
    """Write the zip; return how many pages are in it, and the students without one. origins: see `origins`."""
    lacking: list[str] = []
    count = 0
    with unfinished(path) as beside, zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for line, name in _names(lines, origins, platform, chapter):
            page = _page(root, str(line.student), chapter) if name else None
            if page is None:
                lacking.append(str(line.student))
                continue
            archive.writestr(zipfile.ZipInfo(name, EPOCH), page, zipfile.ZIP_DEFLATED)
            count += 1
    return count, lacking


def _names(
    lines: Sequence[Line], origins: Mapping[str, Claim], platform: Platform, chapter: str
) -> Iterator[tuple[Line, str]]:
    """Yield each row of a student with the name of their page, empty where the platform would not know whose it is."""
    seen: set[str] = set()
    for line in lines:
        if line.student is None or line.student in seen:
            continue
        seen.add(line.student)
        claim = origins.get(line.student)
        if platform == "moodle":
            # The name is split at underscores, and the second part must be the number.
            who = (claim.texts[0] if claim and claim.texts and claim.lms_id == line.number else line.name) or "x"
            yield line, f"{_plain(who)}_{line.number}_assignsubmission_file/{chapter}.html"
        else:
            yield line, f"{claim.stem}{chapter}.html" if claim and claim.stem else ""


def _plain(who: str) -> str:
    """Return a name as Moodle writes it: no underscore, nothing that a path or a hidden file begins with."""
    return re.sub(r"""[_/\\:*?"<>|\x00-\x1f]+""", " ", who).strip(" .~") or "x"


def _page(root: Path, student: str, chapter: str) -> bytes | None:
    """Return a student's page of feedback; None where none was made."""
    try:
        return (root / "feedback" / student / chapter / f"{chapter}.html").read_bytes()
    except OSError:
        return None
