"""What was handed in, and when: a receipt for the student, and one file that any channel carries.

A receipt proves what was handed in, not when: its moment is that of the student's own clock.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from autograder.writing import unfinished, write_atomically

FOLDER = "receipts"  # in the folder of a student's own record
MAX_SIZE = 1 << 16  # bytes
NAME = "receipt.json"  # in the file that is handed in


@dataclass(frozen=True)
class Receipt:
    """One hand-in.

    Attributes:
        at: ISO 8601 with its offset.
        files: SHA-256 by name.
        to: Where it was put.
    """

    student: str
    chapter: str
    at: str
    files: Mapping[str, str]
    to: str

    @property
    def moment(self) -> datetime:
        """When it was handed in, by the student's clock."""
        return datetime.fromisoformat(self.at)

    @property
    def stamp(self) -> str:
        """The moment as it stands in names, in the course's zone: `20261011T200000`."""
        return self.moment.strftime("%Y%m%dT%H%M%S")

    def text(self) -> str:
        """Return it as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"


def receipt_from(content: bytes) -> Receipt | None:
    """Return the receipt that somebody's bytes are; None where they are none."""
    try:
        found = Receipt(**json.loads(content[: MAX_SIZE + 1]))
    except (ValueError, TypeError, RecursionError):
        return None
    texts = (found.student, found.chapter, found.at, found.to)
    if not isinstance(found.files, dict) or not all(isinstance(one, str) for one in texts):
        return None
    return found if all(isinstance(one, str) for pair in found.files.items() for one in pair) else None


def receipt_for(student: str, chapter: str, folder: Path, at: datetime) -> Receipt:
    """Return the receipt for what lies in the folder of a hand-in.

    Args:
        at: With its zone.
    """
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}
    return Receipt(student, chapter, at.isoformat(timespec="seconds"), files, str(folder))


def keep_receipt(own: Path, receipt: Receipt) -> Path:
    """Keep a receipt in the folder of a student's own record; return where."""
    path = own / FOLDER / f"{receipt.chapter}_{receipt.stamp}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, receipt.text())
    return path


def receipts_of(own: Path, student: str) -> list[Receipt]:
    """Return the receipts of a student, oldest first; a file that is none is passed over."""
    found = []
    for path in sorted((own / FOLDER).glob("*.json")):
        try:
            receipt = Receipt(**json.loads(path.read_text("utf-8")))
            if receipt.student == student and receipt.moment.tzinfo is not None:
                found.append(receipt)
        except (OSError, ValueError, TypeError):
            continue
    return sorted(found, key=lambda receipt: receipt.moment)


def packed(receipt: Receipt, folder: Path, more: Iterable[Path], into: Path) -> Path:
    """Make `<student>_<chapter>_<moment>.zip` of a hand-in with its receipt; return where.

    Args:
        folder: Of the hand-in.
        more: Files that go along where they are there, such as the check-ins.
    """
    path = into / f"{receipt.student}_{receipt.chapter}_{receipt.stamp}.zip"
    # A file may say that it is from before 1980, which a zip cannot.
    deflated = zipfile.ZIP_DEFLATED
    with unfinished(path) as beside, zipfile.ZipFile(beside, "w", deflated, strict_timestamps=False) as archive:
        for file in (*sorted(folder.iterdir()), *(one for one in more if one.is_file())):
            archive.write(file, file.name)
        archive.writestr(NAME, receipt.text())
    return path
