"""The photographs and labels that a person downloaded: zip archives, archives inside archives, unpacked folders.

Members are never unpacked to a path of the archive's choosing: a picture is known by its number alone (`P0001`), read
into memory, and written where this package decides. Every read is bounded.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from autograder.data import wording as general
from autograder.data.errors import PreparationError

from . import wording

MIB = 1 << 20
MAX_FILES = 20_000
DEEPEST_FOLDER = 6
DEEPEST_ARCHIVE = 3  # training.zip holds PALM-Training400.zip
MAX_PICTURE_MIB = 64
MAX_TABLE_MIB = 4
MAX_ARCHIVE_MIB = 4096
PICTURE_NAME = re.compile(r"([HNPV])(\d{4})\.(jpg|jpeg|png)", re.IGNORECASE)
TABLE_SUFFIXES = (".xlsx", ".csv")
# The archives also hold disc and lesion masks and the fovea positions of the training part.
PASSED_OVER = re.compile(r"annotation|mask|__macosx|(^|/)\.", re.IGNORECASE)


@dataclass(frozen=True)
class Original:
    """One file: its `key` (`P0001` for a picture, else the file name), where it lies, bytes, and how to read it."""

    key: str
    suffix: str
    place: str
    size: int
    read: Callable[[], bytes]


@dataclass
class Originals:
    """What was found: pictures by their key, and tables that may hold labels."""

    pictures: dict[str, Original] = field(default_factory=dict)
    tables: list[Original] = field(default_factory=list)
    damaged: list[PreparationError] = field(default_factory=list)

    def add(self, original: Original) -> None:
        """Take up a file; the same picture may be met twice, packed and unpacked, but not two different ones."""
        if original.suffix in TABLE_SUFFIXES:
            self.tables.append(original)
            return
        known = self.pictures.setdefault(original.key, original)
        if known.size != original.size:
            raise PreparationError(
                wording.TWO_VERSIONS.format(name=original.key, first=known.place, second=original.place)
            )


@contextmanager
def open_originals(
    folder: Path, scratch: Path, skip: tuple[Path, ...] = (), enough: Callable[[Originals], bool] = lambda _: False
) -> Iterator[Originals]:
    """Yield the pictures and tables below `folder`; archives stay open until the end.

    Unpacked files come first, and no archive is opened when they are `enough`. `scratch`: where archives inside
    archives are unpacked to, without a name. Folders in `skip` are passed over.
    Raises PreparationError for too many files, unsafe names and two versions of a picture. A damaged archive is only
    noted, in `damaged`: whether it matters depends on the rest.
    """
    if not folder.is_dir():
        raise PreparationError(general.NO_FOLDER.format(place=folder))
    found = Originals()
    with ExitStack() as stack:
        archives: list[tuple[Path, str]] = []
        for path, shown in _files_below(folder, {path.resolve() for path in skip}):
            if path.suffix.lower() == ".zip":
                archives.append((path, shown))
            elif _of_interest(shown):
                found.add(_original(shown, path.stat().st_size, partial(_read_file, path, shown)))
        for path, shown in archives:
            if enough(found):
                break
            try:
                _add_archive(found, stack.enter_context(path.open("rb")), shown, scratch, stack, 1)
            except PermissionError as error:
                found.damaged.append(PreparationError(wording.DAMAGED_MEMBER.format(place=shown, cause=error.strerror)))
        yield found


def original_in(folder: Path, name: str) -> Original:
    """Return the file `name` of `folder`, to be read with the same bounds."""
    path = folder / name
    return _original(name, path.stat().st_size, partial(_read_file, path, name))


def _files_below(folder: Path, skip: set[Path]) -> Iterator[tuple[Path, str]]:
    """Yield the regular files below `folder` in order of name, with their path as shown to people; links stay out."""
    count = 0
    for place, folders, names in os.walk(folder):
        here = Path(place)
        depth = len(here.relative_to(folder).parts)
        folders[:] = sorted(name for name in folders if depth < DEEPEST_FOLDER and (here / name).resolve() not in skip)
        for name in sorted(names):
            count += 1
            if count > MAX_FILES:
                raise PreparationError(general.TOO_MANY_FILES.format(place=folder, limit=MAX_FILES))
            path = here / name
            shown = path.relative_to(folder).as_posix()
            if not PASSED_OVER.search(shown) and stat.S_ISREG(path.lstat().st_mode):
                yield path, shown


def _of_interest(name: str) -> bool:
    file = PurePosixPath(name)
    return bool(PICTURE_NAME.fullmatch(file.name)) or file.suffix.lower() in TABLE_SUFFIXES


def _original(place: str, size: int, read: Callable[[int], bytes]) -> Original:
    file = PurePosixPath(place)
    picture = PICTURE_NAME.fullmatch(file.name)
    limit = MAX_PICTURE_MIB if picture else MAX_TABLE_MIB
    key = f"{picture[1].upper()}{picture[2]}" if picture else file.name
    return Original(key, file.suffix.lower(), place, size, partial(read, limit))


def _read_file(path: Path, shown: str, limit_mib: int) -> bytes:
    try:
        with path.open("rb") as file:
            return _bounded(file, shown, limit_mib)
    except OSError as error:
        raise PreparationError(wording.DAMAGED_MEMBER.format(place=shown, cause=error.strerror)) from error


def _bounded(file: IO[bytes], place: str, limit_mib: int) -> bytes:
    content = file.read(limit_mib * MIB + 1)
    if len(content) > limit_mib * MIB:
        raise PreparationError(wording.TOO_LARGE.format(place=place, limit=limit_mib))
    return content


def _add_archive(found: Originals, file: IO[bytes], place: str, scratch: Path, stack: ExitStack, depth: int) -> None:
    """Add what a zip archive holds, and what the archives in it hold."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    try:
        archive = stack.enter_context(zipfile.ZipFile(file))
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError):
        found.damaged.append(PreparationError(wording.NO_ZIP.format(place=place, size=size)))
        return
    members = archive.infolist()
    if len(members) > MAX_FILES:
        raise PreparationError(general.TOO_MANY_FILES.format(place=place, limit=MAX_FILES))
    for member in sorted(members, key=lambda member: member.filename):
        name = member.filename.replace("\\", "/")
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or name[1:2] == ":":
            raise PreparationError(wording.UNSAFE_NAME.format(place=place, name=name))
        kind = stat.S_IFMT(member.external_attr >> 16)
        if member.is_dir() or kind not in (0, stat.S_IFREG) or PASSED_OVER.search(name):
            continue
        inside = f"{place} > {name}"
        if name.lower().endswith(".zip") and depth < DEEPEST_ARCHIVE:
            try:
                unpacked = _unpacked(archive, member, inside, scratch)
            except PreparationError as error:
                found.damaged.append(error)
                continue
            _add_archive(found, stack.enter_context(unpacked), inside, scratch, stack, depth + 1)
        elif _of_interest(name):
            read = partial(_read_member, archive, member, inside)
            found.add(_original(inside, member.file_size, read))


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, place: str, limit_mib: int) -> bytes:
    with _reading(member, place), archive.open(member) as source:
        return _bounded(source, place, limit_mib)


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, place: str, scratch: Path) -> IO[bytes]:
    """Return an archive that lies inside another one as an open file without a name, so nothing is left behind."""
    if member.file_size > MAX_ARCHIVE_MIB * MIB:
        raise PreparationError(wording.TOO_LARGE.format(place=place, limit=MAX_ARCHIVE_MIB))
    file = tempfile.TemporaryFile(dir=scratch)  # noqa: SIM115 - the caller's ExitStack closes it
    try:
        with _reading(member, place), archive.open(member) as source:
            while block := source.read(MIB):  # zipfile never gives more than the announced size
                file.write(block)
    except BaseException:
        file.close()
        raise
    return file


@contextmanager
def _reading(member: zipfile.ZipInfo, place: str) -> Iterator[None]:
    if member.flag_bits & 1:
        raise PreparationError(wording.ENCRYPTED.format(place=place))
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise
        cause = str(error) or type(error).__name__
        raise PreparationError(wording.DAMAGED_MEMBER.format(place=place, cause=cause)) from error
