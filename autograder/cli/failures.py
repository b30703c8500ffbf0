"""What a command says when it fails: in the language of the course, without a traceback where a person can act."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Sequence
from pathlib import Path

from autograder.errors import AutograderError
from autograder.portable.console import shown_language
from autograder.portable.older import pairwise
from autograder.text import LANGUAGES, Language, Text

FILE_FAILED = Text(zh="{path}: {why}", en="{path}: {why}")
WHY = {
    errno.ENOENT: Text(zh="没有这个文件或文件夹", en="there is no such file or folder"),
    errno.EACCES: Text(
        zh="没有权限；请换一个位置，或者改权限", en="permission denied; choose another place, or change its permissions"
    ),
    errno.EPERM: Text(zh="不允许；请换一个位置", en="this is not allowed; choose another place"),
    errno.EROFS: Text(zh="那里只能读；请换一个位置", en="that place is read-only; choose another one"),
    errno.ENOSPC: Text(zh="磁盘满了；请先腾出空间", en="the disk is full; make room first"),
    errno.EDQUOT: Text(zh="磁盘配额用完了；请先腾出空间", en="the disk quota is used up; make room first"),
    errno.EISDIR: Text(zh="这是一个文件夹；请写一个文件名", en="this is a folder; name a file"),
    errno.ENOTDIR: Text(zh="路径中有一段是文件，不是文件夹", en="a part of the path is a file, not a folder"),
    errno.EEXIST: Text(zh="那里已经有一个文件", en="a file is there already"),
    errno.ENAMETOOLONG: Text(zh="名字太长", en="the name is too long"),
}


# A package that a student's install need not have, and the extra that brings it.
EXTRAS = {
    "icalendar": "calendar",
    **dict.fromkeys(("cv2", "matplotlib"), "notebook"),
    "paddle": "paddle",
    **dict.fromkeys(
        (
            "sqlalchemy",
            "alembic",
            "confusable_homoglyphs",
            "pydantic",
            "pydantic_core",
            "ruamel",
            "nbgrader",
            "nbformat",
        ),
        "staff",
    ),
    **dict.fromkeys(("jupytext", "jinja2", "openpyxl"), "staff"),
}
LACKING = Text(
    zh='这条命令要用 {package}，这个 Python 里没有：pip install "palm-autograder[{extra}]"',
    en='this command needs {package}, which this Python does not have: pip install "palm-autograder[{extra}]"',
)


IN_ITS_PLACE = Text(zh="那里有 {names}：在命令里写在章节后面。", en="There is {names}: name it after the chapter.")
MAX_NAMED = 3
LANGUAGE = re.compile(r"""^["']?language["']?\s*:\s*["']?(\w+)""", re.MULTILINE)
BUNDLE_START = "start.py"  # lies beside the course in a bundle, and is nobody's answer


def refused(path: Path, reason: Text, language: Language) -> str:
    """Return why an answer is not taken; of one that is not there, what else could be meant, such as `lenet (1).ipynb`."""
    said = f"{path}: {reason.to(language)}"
    if path.exists() or not path.parent.is_dir():
        return said
    files = (one for one in path.parent.iterdir() if one.suffix in (".ipynb", ".py") and one.is_file())
    found = sorted(one.name for one in files if one.name != BUNDLE_START)
    if not found:
        return said
    return f"{said} {IN_ITS_PLACE.format(names=', '.join(map(repr, found[:MAX_NAMED]))).to(language)}"


def lacking(error: ModuleNotFoundError) -> Text | None:
    """Return what to install for a package that is not there; None for one that no extra brings."""
    package = (error.name or "").partition(".")[0]
    return LACKING.format(package=package, extra=EXTRAS[package]) if package in EXTRAS else None


def said(error: AutograderError | OSError, words: Sequence[str]) -> str | None:
    """Return an error as a person reads it; None for one that is not about a file, and thus ours to mend.

    Args:
        error: what ended the command.
        words: as they were typed; `--lang` among them names the language.
    """
    language = spoken_language(words)
    if isinstance(error, AutograderError):
        return error.said.to(language)
    if not isinstance(error.filename, (str, bytes, Path)):
        return None
    why = WHY.get(error.errno or 0, Text(zh=error.strerror or "", en=error.strerror or ""))
    return FILE_FAILED.format(path=os.fsdecode(error.filename), why=why).to(language)


def spoken_language(words: Sequence[str]) -> Language:
    """Return the language of `--lang` among the words of a command, else of AUTOGRADER_LANG, else of the course here."""
    from autograder.course import find_course, load_course

    given = [word.removeprefix("--lang=") for word in words if word.startswith("--lang=")]
    given += [after for word, after in pairwise(words) if word == "--lang"]
    for wanted in (*given, os.environ.get("AUTOGRADER_LANG")):
        for language in LANGUAGES:
            if wanted == language:
                return language
    try:
        root = find_course(Path.cwd())
    except (AutograderError, OSError):
        return "en"
    try:
        return shown_language(load_course(root).language)
    except (AutograderError, OSError, ImportError):  # it is what the error is about, or YAML where nothing reads that
        return shown_language(_written_language(root))


def _written_language(root: Path) -> Language:
    """Return the language that the text of a course.yml names, which need not be right otherwise; English without one."""
    try:
        found = LANGUAGE.search((root / "course.yml").read_text("utf-8", errors="replace"))
    except OSError:
        return "en"
    return found[1] if found else "en"
