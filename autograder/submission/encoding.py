"""The text in bytes that came from any machine: UTF-8, and what editors on Windows write in its place where that is certain."""

from __future__ import annotations

import codecs
import re
import unicodedata

from autograder.submission import rejection
from autograder.submission.rejection import Rejected, shown

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
CHINESE = "gb18030"  # holds GB 2312 and GBK


def decoded(content: bytes, name: str) -> str:
    """Return a text without a byte order mark.

    Raises:
        Rejected: For what is empty or no text that can be told.
    """
    return decoded_as(content, name)[0]


def decoded_as(content: bytes, name: str) -> tuple[str, str]:
    """Return a text without a byte order mark, and its encoding.

    UTF-8 is tried first, then what the bytes say of themselves (a byte order mark, `# coding: ...`), then Chinese: GBK
    is taken where every character of it is one that Chinese text has.

    Raises:
        Rejected: it is empty, or none of these.
    """
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except (UnicodeError, LookupError):
            continue
        if encoding == CHINESE and not is_chinese(text):
            continue
        if not text.strip():
            raise Rejected(rejection.EMPTY.format(name=shown(name)))
        return text, encoding
    raise Rejected(rejection.NOT_UTF8.format(name=shown(name), byte=_first_bad(content)))


def _encodings(content: bytes) -> list[str]:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return [encoding]
    found = ["utf-8"]
    zeros = content[1:2000:2].count(0), content[0:2000:2].count(0)
    half = min(len(content), 2000) // 2
    if (
        half >= 8 and len(content) % 2 == 0 and max(zeros) > 0.3 * half
    ):  # many of every other byte are zero, as in UTF-16
        return ["utf-16-le" if zeros[0] > zeros[1] else "utf-16-be"]
    for line in content.split(b"\n", 2)[:2]:
        if (cookie := _COOKIE.match(line)) and _is_text_encoding(cookie[1].decode("ascii", "replace")):
            found.append(cookie[1].decode("ascii"))
    return [*found, CHINESE]


def _is_text_encoding(name: str) -> bool:
    """Tell whether a name stands for an encoding of text; Python knows others, which unfold or rotate bytes."""
    try:
        return bool(codecs.lookup(name)._is_text_encoding)
    except (LookupError, ValueError):
        return False


def is_chinese(text: str) -> bool:
    """Return True if all that is not ASCII is what Chinese text is made of: wrong bytes read so hold other letters,
    too.
    """
    others = {character for character in text if not character.isascii()}
    return bool(others) and all(
        "\u4e00" <= c <= "\u9fff" or "\u3000" <= c <= "\u303f" or "\uff00" <= c <= "\uffef" or c in "“”‘’—…·×≤≥≠±°→←≈"
        for c in others
        if unicodedata.category(c) != "Cn"
    )


def _first_bad(content: bytes) -> int:
    """Return the place, from one, of the first byte that is no UTF-8."""
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return error.start + 1
    return 1
