"""The zip of feedback pages that Moodle and Canvas take back, named as they look for whose each file is."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from autograder.handin.claims import Claim
from autograder.handin.gradebooks import Line
from autograder.handin.returning import Platform
from autograder.writing import unfinished

EPOCH = (1980, 1, 1, 0, 0, 0)  # the same pages make the same bytes


class Pages(NamedTuple):
    """What became of the pages. count: in the zip for the platform.

    Attributes:
        lacking: Who has none.
        by_hand: Whose page the platform would not know, which are in the zip at `beside`.
    """

    sent: int
    lacking: tuple[str, ...]
    by_hand: tuple[str, ...]
    beside: Path


def write_feedback_zip(
    path: Path,
    root: Path,
    chapter: str,
    lines: Sequence[Line],
    origins: Mapping[str, Claim],
    platform: Platform,
    graded: Mapping[str, str],
) -> Pages:
    """Write the zip for the platform, and beside it one with the pages that a TA must send in another way.

    Moodle knows a page by the number of its row. Canvas takes a page as a comment on an attachment of the student's own
    submission and passes over files without that attachment's number, so a hand-in from elsewhere has no page there.

    Args:
        path: of the zip; the one beside it is `<name>-by-hand.zip`, made where there is something for it.
        root: the course folder.
        chapter: whose pages.
        lines: rows of the platform's table.
        origins: see `origins`.
        platform: which one.
        graded: names of the students with a result, by id.
    """
    names = {str(line.student): name for line, name in _names(lines, origins, platform, chapter)}
    pages = {who: page for who in sorted({*names, *graded}) if (page := _page(root, who, chapter))}
    known = {name: pages[who] for who, name in names.items() if name and who in pages}
    unknown = [who for who in pages if not names.get(who)]
    beside = path.with_name(f"{path.stem}-by-hand.zip")
    _write(path, known)
    if unknown:
        by_name = {f"{_plain(who)}_{_plain(graded.get(who, ''))}_{chapter}.html": pages[who] for who in unknown}
        _write(beside, by_name)
    lacking = tuple(who for who in sorted({*names, *graded}) if who not in pages)
    return Pages(len(known), lacking, tuple(unknown), beside)


def _write(path: Path, pages: Mapping[str, bytes]) -> None:
    with unfinished(path) as beside, zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, page in pages.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), page, zipfile.ZIP_DEFLATED)


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
