"""7z archives, by the extra `archives`: members in memory, as with other archives."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, BinaryIO

from autograder.submission import rejection
from autograder.submission.archives import HIGHEST_RATIO, RATIO_COUNTS_FROM, Archive, Member
from autograder.submission.files import MAX_ENTRIES, MIB, too_large
from autograder.submission.rejection import Rejected


class SevenZip(Archive):
    """An open .7z. Its members are compressed together, so all of them together are limited."""

    def __init__(self, file: BinaryIO, name: str, limit_mib: int, most_entries: int = MAX_ENTRIES) -> None:
        try:
            from py7zr import SevenZipFile
        except ImportError:
            raise Rejected(rejection.NEEDS_7Z) from None
        super().__init__(file, name, limit_mib, most_entries)
        self.size = file.seek(0, 2)
        file.seek(0)
        self.open: Callable[[], Any] = partial(SevenZipFile, file)
        with self.open() as archive:
            if archive.needs_password():
                raise ValueError("encrypted")
            self.entries = archive.list()
        most = min(limit_mib * MIB, max(RATIO_COUNTS_FROM, HIGHEST_RATIO * self.size))
        if sum(entry.uncompressed for entry in self.entries) > most:
            raise self._bomb()

    def members(self) -> list[Member]:
        """Return every entry but folders."""
        found: list[Member] = []
        for place, entry in enumerate(self.entries):
            if not entry.is_directory:
                regular = entry.is_file and not entry.is_symlink
                found.append(Member(self._clean(entry.filename), place, regular, entry.uncompressed))
            self._refuse_too_many(found)
        return found

    def read(self, member: Member, limit_mib: int) -> bytes:
        """Return the bytes of a regular member of at most `limit_mib` MiB."""
        from py7zr import io as into

        if member.size > limit_mib * MIB:
            raise too_large(member.name, member.size, limit_mib)
        factory: Any = into.BytesIOFactory(limit_mib * MIB + 1)
        self.file.seek(0)
        name = self.entries[member.place].filename
        with self.open() as archive:
            archive.extract(targets=[name], factory=factory)
        product = factory.products[name]
        product.seek(0)
        return bytes(product.read())
