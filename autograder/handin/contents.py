"""What a file that came is: an answer to this chapter or another one, weights, or a page, a letter, a broken download."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Literal

from autograder.submission import Rejected, parse_notebook, rejection
from autograder.submission.cells import Notebook
from autograder.submission.chapter_of import Signs, names_in, other_chapter, signs_in
from autograder.submission.encoding import decoded, decoded_as
from autograder.submission.files import WEIGHTS_SUFFIXES
from autograder.submission.rejection import shown
from autograder.text import Text
from autograder.untrusted.limited import WITHIN, Limits, OverLimit, Plain, WorkDied, WorkFailed, limited

Kind = Literal["notebook", "script", "weights", "other", "unreadable"]
LOGIN_PAGE = Text(
    zh="{name} 是网页 (多半是没登录就下载的登录页)，不是笔记本；请重新下载",
    en="{name} is a web page (a login page, most likely), not a notebook; download it again",
)
WORD = Text(
    zh="{name} 是 Word 文件，不是笔记本；请学生交 .ipynb",
    en="{name} is a Word file, not a notebook; ask for the .ipynb",
)
PDF = Text(zh="{name} 是 PDF，不是笔记本；请学生交 .ipynb", en="{name} is a PDF, not a notebook; ask for the .ipynb")
CONFLICT = Text(
    zh="{name} 里有没解决的合并冲突 (第 {line} 行 <<<<<<<)；请学生解决后再交",
    en="{name} holds a merge conflict that was not resolved (<<<<<<< in line {line}); ask for a resolved one",
)
RENAMED = Text(zh="{name} 按 {suffix} 读取", en="{name} was read as {suffix}")
CONVERTED = Text(zh="{name} 从 {form} 转换", en="{name} was converted from {form}")
_ENDING = re.compile(
    r"\.(ipynb|py)(?:[ _]?[(（]\d+[)）]|[ _-]?副本|[ _-]?copy)?(?:\.(?:txt|json|download|bak))?$", re.IGNORECASE
)
_MARKER = re.compile(rb"^\s*\"?<{7} ", re.MULTILINE)
_OTHER_MARKER = re.compile(rb"^\s*\"?>{7} ", re.MULTILINE)


@dataclass(frozen=True)
class Judged:
    """What a file is.

    Attributes:
        content: As it is to be placed.
        other: The chapter it is about, where that is another one.
        own: It has signs of this chapter.
        why: What was converted, or what is wrong with it.
        came: The source of the piece that it is, or that it was in.
    """

    kind: Kind
    name: str
    content: bytes
    other: str | None = None
    own: bool = False
    why: Text | None = None
    came: str = ""


def judged(
    files: Sequence[tuple[str, bytes]], chapter: str, signs: Sequence[Signs], limits: Limits = WITHIN
) -> list[Judged]:
    """Return what some files are; their names decide nothing that their content contradicts."""
    given = {"files": list(files), "chapter": chapter, "signs": list(signs)}
    try:
        value, contents = limited(_judge, given, limits)
    except (OverLimit, WorkDied, WorkFailed) as error:
        if len(files) == 1:
            limit = error.limit if isinstance(error, OverLimit) else str(error)
            name = files[0][0]
            return [Judged("unreadable", name, b"", why=rejection.TOO_MUCH.format(name=shown(name), limit=limit))]
        return [found for one in files for found in judged([one], chapter, signs, limits)]
    return [
        Judged(kind, name, content, other, own, Text(*why) if why else None)
        for (kind, name, other, own, why), content in zip(value["judged"], contents, strict=True)
    ]


def suffix_of(name: str) -> str:
    """Return .ipynb or .py also of `lenet.ipynb.txt` and `lenet.ipynb (1)`, else the name's own suffix, in small letters."""
    found = _ENDING.search(name)
    return f".{found[1].lower()}" if found else PurePosixPath(name).suffix.lower()


def _judge(given: Any) -> Plain:
    found = [_judged(name, content, given["chapter"], given["signs"]) for name, content in given["files"]]
    rows = [[one.kind, one.name, one.other, one.own, [one.why.zh, one.why.en] if one.why else None] for one in found]
    return {"judged": rows}, [one.content for one in found]


def _judged(name: str, content: bytes, chapter: str, signs: Sequence[Signs]) -> Judged:
    suffix = suffix_of(name)
    if suffix in WEIGHTS_SUFFIXES:
        return Judged("weights", name, content)
    if foreign := _foreign(name, content, suffix):
        return Judged("other", name, b"", why=foreign)
    if suffix not in (".ipynb", ".py"):
        return Judged("other", name, b"")
    if _MARKER.search(content) and _OTHER_MARKER.search(content):
        line = content[: _MARKER.search(content).start()].count(b"\n") + 1  # type: ignore[union-attr]
        return Judged("unreadable", name, b"", why=CONFLICT.format(name=shown(name), line=line))
    try:
        return _answer(name, content, suffix, chapter, signs)
    except Rejected as error:
        return Judged("unreadable", name, b"", why=error.reason)


def _foreign(name: str, content: bytes, suffix: str) -> Text | None:
    head = content[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<head", b"<?xml", b"<script")) or suffix in (".html", ".htm"):
        return LOGIN_PAGE.format(name=shown(name))
    if head.startswith(b"%pdf"):
        return PDF.format(name=shown(name))
    if content.startswith(b"\xd0\xcf\x11\xe0") or (content.startswith(b"PK") and suffix in (".ipynb", ".py", ".docx")):
        return WORD.format(name=shown(name))
    return WORD.format(name=shown(name)) if suffix in (".doc", ".docx") else None


def _answer(name: str, content: bytes, suffix: str, chapter: str, signs: Sequence[Signs]) -> Judged:
    notes = [] if name.lower().endswith(suffix) else [RENAMED.format(name=shown(name), suffix=suffix)]
    if suffix == ".ipynb":
        notebook, content, note = _notebook(name, content)
        cells, names = signs_in(notebook)
    else:
        text, encoding = decoded_as(content, name)
        note = None
        if not encoding.startswith("utf-8"):
            content, note = text.encode(), CONVERTED.format(name=shown(name), form=encoding)
        cells, names = set(), names_in(text)
    notes += [note] if note else []
    plain_name = _ENDING.sub(f".{suffix[1:]}", name)
    other = other_chapter(cells, names, plain_name, chapter, signs)
    mine = next((one for one in signs if one.chapter == chapter), None)
    own = other is None and mine is not None and bool(cells & mine.cells or names & mine.names)
    said = Text.joined(notes, "; ") if notes else None
    return Judged("notebook" if suffix == ".ipynb" else "script", plain_name, content, other, own, said)


def _notebook(name: str, content: bytes) -> tuple[Notebook, bytes, Text | None]:
    """Return a notebook, its bytes as they are to be placed, and what was converted; raises `Rejected`."""
    text = decoded(content, name)
    if re.search(r'"nbformat"\s*:\s*[23]\b', text[-2000:]) or re.search(r'"nbformat"\s*:\s*[23]\b', text[:2000]):
        import nbformat

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                version = int(json.loads(text)["nbformat"])
                if version in (2, 3):
                    made = nbformat.writes(nbformat.reads(text, as_version=4), version=4).encode()
                    return (
                        parse_notebook(made, name),
                        made,
                        CONVERTED.format(name=shown(name), form=f"nbformat {version}"),
                    )
        except Rejected:
            raise
        except (MemoryError, RecursionError):
            raise
        except Exception as error:  # what is no notebook of that form makes nbformat raise nearly anything
            cause = shown(f"nbformat: {error}")
            raise Rejected(rejection.DAMAGED.format(name=shown(name), cause=cause)) from error
    notebook = parse_notebook(content, name)
    utf8 = text.encode()
    if utf8 in (content, content.removeprefix(b"\xef\xbb\xbf")):
        return notebook, content, None
    return notebook, utf8, CONVERTED.format(name=shown(name), form="UTF-16 / GBK")
