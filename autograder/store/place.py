"""Whose machine this is, and where records lie on it. Nothing here opens a database."""

from __future__ import annotations

import getpass
import hashlib
import os
from pathlib import Path

from autograder.errors import AutograderError
from autograder.text import Text

try:
    import pwd
except ImportError:  # Windows
    pwd = None  # type: ignore[assignment]

VARIABLE = "AUTOGRADER_DB"
NO_HOME = Text(
    zh="这个课程文件夹不能写，又找不到你的主目录：请把课程复制到能写的位置，或者设置环境变量 HOME",
    en="this course folder cannot be written to, and you have no home folder: copy the course to where you may write, or set HOME",
)


def has_class_database(root: Path) -> bool:
    """Return True if this account works for a class: its gradebook may be written to, or the variable names a database."""
    return bool(os.environ.get(VARIABLE)) or os.access(root / "gradebook.db", os.R_OK | os.W_OK)


def own_folder(root: Path) -> Path:
    """Return the folder of a student's own record: `.autograder` of the course, but in a shared one in their home."""
    folder = root / ".autograder"
    shared = (root / "gradebook.db").exists() or not os.access(folder if folder.exists() else root, os.W_OK)
    if not shared:
        return folder
    digest = hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:8]
    return _home() / ".autograder" / f"{root.resolve().name}-{digest}"


def _home() -> Path:
    try:
        return Path.home()
    except (RuntimeError, KeyError) as error:
        raise AutograderError(NO_HOME) from error


def account_name() -> str:
    """Return the name of the account, as the operating system knows it: no variable can change it."""
    if pwd is None:
        try:
            return getpass.getuser()
        except (ImportError, KeyError, OSError):  # no variable tells it either
            return "unknown"
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return f"uid {os.geteuid()}"
