"""The files below what a TA names: folders, platforms' archives and single files, each with its names and its times."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from autograder.handin.unpacking import AT_ONCE, contents_of, is_archive, is_clutter, members_of
from autograder.submission import Rejected, rejection
from autograder.submission.files import MIB, pieces_of_file
from autograder.submission.rejection import shown
from autograder.text import Text
from autograder.untrusted.folders import NotOpened, opened_file, opened_folder
from autograder.untrusted.limited import WITHIN, Limits

DEEPEST_FOLDER = 12
MAX_FILES = 100_000


@dataclass(frozen=True)
class Piece:
    """One file as it came.

    Attributes:
        source: how it is named to people: its path, or the archive's and `!` and its path in there.
        path: of the file on disk, or of the archive that holds it.
        parts: folders and name, from what the TA named on.
        base: the parts of `path` below what the TA named.
        place: its number in the archive; None for a file on disk.
        zipped: its time in the archive; written, changed: of a file on disk, in UTC.
        why: what keeps it from being read.
    """

    source: str
    path: Path
    parts: tuple[str, ...]
    size: int
    base: tuple[str, ...] = ()
    root: Path = Path()
    place: int | None = None
    zipped: datetime | None = None
    written: datetime | None = None
    changed: datetime | None = None
    why: Text | None = None


def pieces_of(path: Path, zone: ZoneInfo, is_platforms: Callable[[Path, Sequence[Piece]], bool]) -> Iterator[Piece]:
    """Yield the files below a path that a TA names, sorted.

    An archive is looked into where it is a platform's, that is, where it holds what more than one student handed in;
    one student's own stays in one piece.

    Args:
        zone: Of the times in archives.
    """
    found = list(_below(path, ())) if path.is_dir() else [_on_disk(path.parent, (path.name,), path)]
    for piece in found:
        if piece.why is None and is_archive(piece.parts[-1]):
            inside = _inside(piece, zone)
            if inside and (is_platforms(piece.path, inside) or (inside[0].why and path.is_file())):
                yield from inside
                continue
        yield piece


def read(pieces: Sequence[Piece], limit_mib: int, limits: Limits = WITHIN) -> Iterator[tuple[Piece, bytes | Text]]:
    """Yield each piece with its content, or with why it cannot be read; not all are in memory at once."""
    waiting: list[Piece] = []
    for piece in pieces:
        too_large = piece.size > limit_mib * MIB
        if piece.why is not None or piece.place is None or too_large:
            said = rejection.TOO_LARGE.format(name=shown(piece.source), size=f"{piece.size / MIB:.1f}", limit=limit_mib)
            yield piece, piece.why or (said if too_large else _from_disk(piece, limit_mib))
            continue
        if waiting and (waiting[0].path != piece.path or sum(one.size for one in waiting) + piece.size > AT_ONCE):
            yield from _from_archive(waiting, limit_mib, limits)
            waiting = []
        waiting.append(piece)
    if waiting:
        yield from _from_archive(waiting, limit_mib, limits)


def _from_archive(pieces: list[Piece], limit_mib: int, limits: Limits) -> Iterator[tuple[Piece, bytes | Text]]:
    places = [piece.place for piece in pieces if piece.place is not None]
    yield from zip(pieces, contents_of(pieces[0].path, places, limits, limit_mib), strict=True)


def _from_disk(piece: Piece, limit_mib: int) -> bytes | Text:
    try:
        with (
            opened_folder(piece.root, piece.base[:-1], listed=False) as folder,
            opened_file(folder, piece.base[-1], piece.base[:-1]) as file,
        ):
            return b"".join(pieces_of_file(file, limit_mib * MIB + 1))
    except (NotOpened, OSError) as error:
        return error.said if isinstance(error, NotOpened) else rejection.unreadable(piece.source, error)


def _below(root: Path, parts: tuple[str, ...]) -> Iterator[Piece]:
    """Yield the files below a folder, through no link; what cannot be looked into is one piece with its reason."""
    try:
        with opened_folder(root, parts) as folder, os.scandir(folder) as entries:
            names = sorted((entry.name, entry.is_dir(follow_symlinks=False), entry.is_symlink()) for entry in entries)
    except (NotOpened, OSError) as error:
        said = error.said if isinstance(error, NotOpened) else rejection.unreadable("/".join(parts), error)
        yield Piece(str(root.joinpath(*parts)), root.joinpath(*parts), parts or (root.name,), 0, why=said)
        return
    for name, is_folder, is_link in names:
        below = (*parts, name)
        if is_clutter(below):
            continue
        if is_link:
            said = rejection.LINK.format(name=shown("/".join(below)))
            yield Piece(str(root.joinpath(*below)), root.joinpath(*below), below, 0, below, root, why=said)
        elif is_folder and len(below) < DEEPEST_FOLDER:
            yield from _below(root, below)
        elif not is_folder:
            yield _on_disk(root, below, root.joinpath(*below))


def _on_disk(root: Path, parts: tuple[str, ...], path: Path) -> Piece:
    try:
        status = path.stat(follow_symlinks=path == root / parts[-1])  # what a TA names may be a link of their own
    except OSError as error:
        return Piece(str(path), path, parts, 0, parts, root, why=rejection.unreadable(path.name, error))
    why = None if stat.S_ISREG(status.st_mode) else rejection.NOT_REGULAR.format(name=shown(path.name))
    written, changed = (_moment(stamp) for stamp in (status.st_mtime, status.st_ctime))
    return Piece(str(path), path, parts, status.st_size, parts, root, None, None, written, changed, why)


def _moment(stamp: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(stamp, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _inside(piece: Piece, zone: ZoneInfo) -> list[Piece]:
    """Return what lies in an archive on disk, each with the archive's own folders in front; one piece where it is broken."""
    try:
        members = members_of(piece.path, zone, WITHIN)
    except Rejected as error:
        return [Piece(piece.source, piece.path, piece.parts, piece.size, piece.base, piece.root, why=error.reason)]
    return [
        Piece(
            f"{piece.source}!{'/'.join(one.parts)}",
            piece.path,
            (*piece.parts[:-1], *one.parts),
            one.size,
            piece.base,
            piece.root,
            one.place,
            one.stamp,
            piece.written,
            piece.changed,
        )
        for one in members
    ]
