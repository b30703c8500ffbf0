"""The name of a zip's member as its maker saw it: zips of Chinese systems hold GBK, and say nothing of it."""

from __future__ import annotations

import struct
import zipfile
import zlib

from autograder.submission.encoding import CHINESE, is_chinese

UTF8_FLAG = 0x800
UNICODE_PATH = 0x7075  # extra field: version, CRC of the name, the name in UTF-8


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
