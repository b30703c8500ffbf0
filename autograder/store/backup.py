"""A copy of the database while others use it, and the way back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from autograder.store.database import (
    NEWEST,
    NO_URL,
    VERSION_TABLE,
    WAIT_SECONDS,
    DatabaseError,
    copy_sqlite,
    shown_url,
)
from autograder.store.place import VARIABLE
from autograder.store.records import AuditEntry, names_of
from autograder.text import Text

USE_PG_DUMP = Text(
    zh="{url}: PostgreSQL 请用 pg_dump 和 pg_restore", en="{url}: use pg_dump and pg_restore for PostgreSQL"
)
NO_DATABASE = Text(zh="{file}: 还没有数据库", en="{file}: there is no database yet")
THERE_ALREADY = Text(
    zh="{file} 已经存在；备份不覆盖任何文件", en="{file} is there already; a backup overwrites nothing"
)
CANNOT_WRITE = Text(zh="{file}: 写不了：{error}", en="{file}: it cannot be written: {error}")
NO_FILE = Text(zh="{file}: 没有这个文件", en="{file}: there is no such file")
ABOUT = Text(zh="{file}: {error}", en="{file}: {error}")
DAMAGED = Text(zh="{file} 已损坏：{error}", en="{file} is damaged: {error}")
NOT_OURS = Text(
    zh="{file} 不是这门课的数据库：里面没有成绩", en="{file} is not a database of this course: it has no results"
)
NEWER = Text(
    zh="{file} 是更新的 autograder 写的 (版本 {version})；请先更新",
    en="{file} was made by a newer autograder (version {version}); update this one",
)


def database_file(url: str) -> Path:
    """Return the file of an SQLite URL.

    Raises:
        DatabaseError: For another database.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise DatabaseError(NO_URL.format(name=VARIABLE)) from None
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise DatabaseError(USE_PG_DUMP.format(url=shown_url(parsed)))
    return Path(parsed.database)


def backup(url: str, target: Path) -> int:
    """Copy the database to `target`, whole or not at all; return its size in bytes."""
    source = database_file(url)
    if not source.is_file():
        raise DatabaseError(NO_DATABASE.format(file=source))
    if target.exists():
        raise DatabaseError(THERE_ALREADY.format(file=target))
    try:
        copy_sqlite(source, target)
    except sqlite3.OperationalError as error:
        raise DatabaseError(CANNOT_WRITE.format(file=target, error=error)) from error
    try:
        _check(target)
    except DatabaseError:
        target.unlink()  # nobody shall take it for a backup
        raise
    return target.stat().st_size


def restore(url: str, source: Path, kept: Path) -> None:
    """Put a backup in the place of the database, which is copied to `kept` before; others may have it open.

    Raises:
        DatabaseError: Where the file is no sound backup, or is from a newer autograder.
    """
    target = database_file(url)
    _check(source)
    if target.is_file():
        copy_sqlite(target, kept)
    with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(target, timeout=WAIT_SECONDS)) as there:
        here.backup(there)  # one transaction: readers see the old state or the new one
        there.execute("PRAGMA journal_mode=WAL")


def keep_audit(connection: Connection, before: Path) -> int:
    """Add the audit lines of the database that a backup took the place of, oldest first; return how many were missing."""
    if not before.is_file():
        return 0
    columns = ", ".join(names_of(AuditEntry))
    query = f"SELECT {columns} FROM autograder_audit ORDER BY id"
    with closing(sqlite3.connect(before)) as kept:
        if not kept.execute("SELECT 1 FROM sqlite_master WHERE name = 'autograder_audit'").fetchone():
            return 0
        lines = kept.execute(query).fetchall()
    known = {tuple(row) for row in connection.exec_driver_sql(query)}
    missing = [line for line in lines if line not in known]
    places = ", ".join("?" * len(names_of(AuditEntry)))
    if missing:
        connection.exec_driver_sql(f"INSERT INTO autograder_audit ({columns}) VALUES ({places})", missing)
    return len(missing)


def _check(file: Path) -> None:
    """Raise `DatabaseError` where a file is no sound database with our tables."""
    if not file.is_file():
        raise DatabaseError(NO_FILE.format(file=file))
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            sound = connection.execute("PRAGMA quick_check").fetchone()[0]
            names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
            version = None
            if VERSION_TABLE in names:
                version = connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()
    except sqlite3.DatabaseError as error:
        raise DatabaseError(ABOUT.format(file=file, error=error)) from error
    if sound != "ok":
        raise DatabaseError(DAMAGED.format(file=file, error=sound))
    if "autograder_result" not in names:
        raise DatabaseError(NOT_OURS.format(file=file))
    if version and version[0] > NEWEST:
        raise DatabaseError(NEWER.format(file=file, version=version[0]))
