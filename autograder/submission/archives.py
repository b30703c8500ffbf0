"""Read members of zip and tar archives one by one, in memory; nothing is ever unpacked to disk.

A member has the name that its maker saw: zips of Chinese systems hold names in GBK, and say nothing of it.
"""

from __future__ import annotations

import gzip
import io
import os
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, BinaryIO

from autograder.submission import rejection
from autograder.submission.encoding import CHINESE, is_chinese
from autograder.submission.files import MAX_ENTRIES, MIB, too_large
from autograder.submission.rejection import Rejected, shown

# Notebooks shrink about 10 times, weights hardly; deflate reaches 1,000 only on constant bytes.
HIGHEST_RATIO = 200
UNSAFE = "…"  # the folder of members of a platform's archive whose names lead out of it
MAX_PLATFORM_MIB = 1 << 20
UTF8_FLAG = 0x800
UNICODE_PATH = 0x7075  # extra field: version, CRC of the name, the name in UTF-8
RATIO_COUNTS_FROM = 16 * MIB
_MAX_DIRECTORY_SIZE = MAX_ENTRIES * 512
_END_OF_ZIP = b"PK\x05\x06"
_ZIP64_LOCATOR = b"PK\x06\x07"


@dataclass(frozen=True)
class Member:
    """One entry of an archive: its clean name, its place in the archive, whether it is a regular file, its size in
    bytes.

    Attributes:
        stamp: Year to second, in the zone of whoever packed it; None where there is none.
    """

    name: str
    place: int
    regular: bool
    size: int = 0
    stamp: tuple[int, ...] | None = None


class Archive:
    """An open archive: `members` in archive order, `read` for one of them."""

    def __init__(self, file: BinaryIO, name: str, limit_mib: int, most_entries: int = MAX_ENTRIES) -> None:
        self.file = file
        self.name = name
        self.limit_mib = limit_mib
        self.most_entries = most_entries

    def members(self) -> list[Member]:
        """Return every entry but folders."""
        raise NotImplementedError

    def read(self, member: Member, limit_mib: int) -> bytes:
        """Return the bytes of a regular member of at most `limit_mib` MiB."""
        raise NotImplementedError

    def _clean(self, name: str) -> str:
        posix = PurePosixPath(name.replace("\\", "/"))
        if posix.is_absolute() or ".." in posix.parts or name[1:2] == ":":
            if self.most_entries > MAX_ENTRIES:  # one student's bad name must not cost the class theirs
                return f"{UNSAFE}/{PurePosixPath(*posix.parts[-1:]).name}"
            raise Rejected(rejection.UNSAFE_NAME.format(name=shown(self.name), member=shown(name)))
        return str(posix)

    def _refuse_too_many(self, members: list[Member]) -> None:
        if len(members) > self.most_entries:
            raise Rejected(rejection.TOO_MANY.format(name=shown(self.name), limit=self.most_entries))

    def _bomb(self) -> Rejected:
        return Rejected(rejection.BOMB.format(name=shown(self.name)))

    def _bounded(self, source: IO[bytes], member: Member, limit_mib: int) -> bytes:
        content = source.read(limit_mib * MIB + 1)
        if len(content) > limit_mib * MIB:
            raise too_large(member.name, len(content), limit_mib)
        return content


class _Zip(Archive):
    def __init__(self, file: BinaryIO, name: str, limit_mib: int, most_entries: int = MAX_ENTRIES) -> None:
        super().__init__(file, name, limit_mib, most_entries)
        if most_entries == MAX_ENTRIES:  # a platform's may be larger than 4 GiB
            self._check_directory()
        self.zip = zipfile.ZipFile(file)
        self.infos = self.zip.infolist()

    def _check_directory(self) -> None:
        """Refuse a huge table of contents before zipfile builds an object for each entry."""
        size = self.file.seek(0, os.SEEK_END)
        self.file.seek(max(0, size - 66_000))
        tail = self.file.read()
        end = tail.rfind(_END_OF_ZIP)
        if end < 0 or len(tail) < end + 22:
            raise zipfile.BadZipFile("no end record")
        if _ZIP64_LOCATOR in tail[max(0, end - 20) : end]:
            raise zipfile.BadZipFile("zip64")
        if int.from_bytes(tail[end + 12 : end + 16], "little") > _MAX_DIRECTORY_SIZE:
            raise Rejected(rejection.TOO_MANY.format(name=shown(self.name), limit=MAX_ENTRIES))
        self.file.seek(0)

    def members(self) -> list[Member]:
        members: list[Member] = []
        for place, info in enumerate(self.infos):
            name = self._clean(name_of(info))
            if not info.is_dir():
                kind = stat.S_IFMT(info.external_attr >> 16)
                regular = kind in (0, stat.S_IFREG)
                members.append(Member(name, place, regular, info.file_size, tuple(info.date_time)))
            self._refuse_too_many(members)
        return members

    def read(self, member: Member, limit_mib: int) -> bytes:
        info = self.infos[member.place]
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise zipfile.BadZipFile("compression method")
        if info.file_size > limit_mib * MIB:
            raise too_large(member.name, info.file_size, limit_mib)
        if info.file_size > MIB and info.file_size > HIGHEST_RATIO * max(1, info.compress_size):
            raise self._bomb()
        with self.zip.open(info) as source:
            return self._bounded(source, member, limit_mib)


class _Tar(Archive):
    def members(self) -> list[Member]:
        members: list[Member] = []
        for place, entry, _ in self._walk():
            name = self._clean(entry.name)
            if not entry.isdir():
                regular = entry.type in (tarfile.REGTYPE, tarfile.AREGTYPE)
                members.append(Member(name, place, regular, entry.size))
            self._refuse_too_many(members)
        return members

    def read(self, member: Member, limit_mib: int) -> bytes:
        for place, entry, tar in self._walk():
            if place == member.place:
                source = tar.extractfile(entry)
                if source is None:
                    raise tarfile.ReadError("not a file")
                return self._bounded(source, member, limit_mib)
        raise tarfile.ReadError("entry vanished")

    def _walk(self) -> Iterator[tuple[int, tarfile.TarInfo, tarfile.TarFile]]:
        size = self.file.seek(0, os.SEEK_END)
        self.file.seek(0)
        packed = self.file.read(2) == b"\x1f\x8b"
        self.file.seek(0)
        source: BinaryIO = gzip.GzipFile(fileobj=self.file) if packed else self.file  # type: ignore[assignment]
        most = min(self.limit_mib * MIB, max(RATIO_COUNTS_FROM, HIGHEST_RATIO * size))
        with tarfile.open(fileobj=io.BufferedReader(_Counted(source, most, self._bomb())), mode="r|") as tar:
            for place, entry in enumerate(tar):
                if place > 2 * self.most_entries:
                    raise Rejected(rejection.TOO_MANY.format(name=shown(self.name), limit=self.most_entries))
                yield place, entry, tar


class _Counted(io.RawIOBase):
    """A reader that raises `error` once more than `most` bytes were read."""

    def __init__(self, source: BinaryIO, most: int, error: Rejected) -> None:
        self.source = source
        self.left = most
        self.error = error

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        chunk = self.source.read(len(buffer))
        self.left -= len(chunk)
        if self.left < 0:
            raise self.error
        buffer[: len(chunk)] = chunk
        return len(chunk)


@contextmanager
def open_archive(content: bytes, name: str, limit_mib: int) -> Iterator[Archive]:
    """Open the bytes of a .zip, .tar or .tar.gz whose content may have `limit_mib` MiB in all.

    Raises:
        Rejected: not an archive, damaged, encrypted, too many or too large members, a name that leaves the archive.
    """
    if not content:
        raise Rejected(rejection.EMPTY.format(name=shown(name)))
    with _explained(name):
        yield _kind_of(name, content[:6])(io.BytesIO(content), name, limit_mib)


@contextmanager
def open_platform_archive(file: BinaryIO, name: str, most_entries: int) -> Iterator[Archive]:
    """Open an archive that a learning platform made of what a whole class handed in; raises `Rejected`."""
    head = file.read(6)
    file.seek(0)
    with _explained(name):
        yield _kind_of(name, head)(file, name, MAX_PLATFORM_MIB, most_entries)


def _kind_of(name: str, head: bytes) -> type[Archive]:
    if name.lower().endswith((".7z", ".rar")) or head[:4] in (b"7z\xbc\xaf", b"Rar!"):
        if head[:4] == b"Rar!" or name.lower().endswith(".rar"):
            raise Rejected(rejection.IS_RAR)
        from autograder.submission.seven_zip import SevenZip

        return SevenZip
    return _Zip if name.lower().endswith(".zip") or head[:2] == b"PK" else _Tar


@contextmanager
def _explained(name: str) -> Iterator[None]:
    try:
        yield
    except Rejected:
        raise
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # hostile bytes make zipfile and tarfile raise nearly anything
        cause = shown(str(error) or type(error).__name__)
        raise Rejected(rejection.DAMAGED.format(name=shown(name), cause=cause)) from error


def name_of(info: zipfile.ZipInfo) -> str:
    """Return a member's name, decoded before anything in it is taken for a separator."""
    if info.flag_bits & UTF8_FLAG:
        return info.filename
    raw = info.orig_filename.encode("cp437", "replace")
    if said := _unicode_path(info.extra, raw):
        return said
    for encoding in ("utf-8", CHINESE):
        try:
            name = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8" or is_chinese(name):
            return name.split("\0", 1)[0]
    return info.filename


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == UNICODE_PATH and len(field) > 5 and struct.unpack_from("<L", field, 1)[0] == zlib.crc32(raw):
            try:
                return field[5:].decode("utf-8")
            except UnicodeDecodeError:
                return None
    return None
