"""Opening the one database: where it is, how it is locked, and that its tables are of today."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from autograder.errors import AutograderError
from autograder.store.place import VARIABLE
from autograder.store.trouble import NEWER, TO_DO, explained_failure
from autograder.text import Text
from autograder.writing import unfinished

VERSION_TABLE = "autograder_version"
NEWEST = "0012"
WAIT_SECONDS = 60
DAMAGED = Text(
    zh="文件已损坏：`autograder restore 备份文件` 用备份替换它",
    en="the file is damaged: `autograder restore BACKUP` puts a backup in its place",
)
READ_ONLY = Text(zh="{shown}: 它是只读的；{todo}", en="{shown}: it is read-only; {todo}")
NO_URL = Text(
    zh="{name} 不是数据库地址；请写 sqlite:////文件夹/文件 或 postgresql://用户:密码@主机/库名，密码里的 @、/ 和 : 写成 %40、%2F 和 %3A",
    en="{name} is not a database URL; write sqlite:////FOLDER/FILE or postgresql://USER:PASSWORD@HOST/NAME, with %40, %2F and "
    "%3A in place of @, / and : in the password",
)
NO_DRIVER = Text(zh="{name}: 缺少驱动：pip install {driver}", en="{name}: the driver is missing: pip install {driver}")
# What a URL's query may hold that is no secret; the rest is hidden: `password`, `sslpassword`, `passfile`, `options`, ...
SHOWN_IN_QUERIES = frozenset(
    ("host", "hostaddr", "port", "dbname", "user", "service", "sslmode", "connect_timeout", "application_name")
) | frozenset(("target_session_attrs", "timeout", "mode", "cache", "uri", "nolock", "immutable"))
_LOCK = 0x7061_6C6D  # any number of our own, for PostgreSQL's advisory locks
_WRITES = "autograder_writes"


class DatabaseError(AutograderError):
    """The database cannot be used."""


def class_url(root: Path) -> str:
    """Return the URL of a course's database: the variable AUTOGRADER_DB, else gradebook.db in the course folder."""
    named = os.environ.get(VARIABLE)
    return _with_driver(named) if named else f"sqlite:///{root / 'gradebook.db'}"


class Database:
    """A database whose tables are of today. `url`: any SQLAlchemy URL."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        _make_private(self.engine)
        try:
            self._bring_up_to_date()
        except BaseException:
            self.engine.dispose()
            raise

    @property
    def shown(self) -> str:
        """The URL without its secrets."""
        return shown_url(self.engine.url)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the database."""
        with explained(self.shown), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in a transaction: all or nothing; in SQLite one at a time, others wait."""
        if (file := sqlite_file(self.engine)) and file.exists() and not os.access(file, os.W_OK):
            # SQLite itself would wait for somebody to change that.
            raise DatabaseError(READ_ONLY.format(shown=self.shown, todo=TO_DO["readonly"]))
        with explained(self.shown), self.engine.connect() as connection:
            connection = connection.execution_options(**{_WRITES: True})
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _bring_up_to_date(self) -> None:
        with self.reading() as connection:
            found = version_of(connection)
        if found == NEWEST:
            return
        if found is not None and found > NEWEST:
            raise DatabaseError(NEWER.format(shown=self.shown, version=found))
        with self.writing() as connection:
            lock(connection, _LOCK)
            found = version_of(connection)  # another process may have been quicker
            if found == NEWEST:
                return
            if inspect(connection).has_table("autograder_result"):
                _copy_before(self.engine)
            _close_to_others(self.engine)
            migrate(connection, "head")


def shown_url(url: URL) -> str:
    """Return a URL as it may be shown and logged: passwords and every other secret in it are `***`."""
    query = {name: value if name in SHOWN_IN_QUERIES else "***" for name, value in url.query.items()}
    return url.set(query=query).render_as_string(hide_password=True).replace("%2A%2A%2A", "***")


@contextmanager
def explained(shown: str) -> Iterator[None]:
    """Turn what the database says into a `DatabaseError` that tells what to do.

    Args:
        shown: The database, in words.
    """
    try:
        yield
    except DBAPIError as error:
        if not isinstance(error, OperationalError) and not any(
            sign in str(error.orig) for sign in ("malformed", "dsn")
        ):
            raise
        said = str(error.orig).strip()
        raise DatabaseError(explained_failure(shown, said, DAMAGED)) from error


def version_of(connection: Connection) -> str | None:
    """Return the version of our tables, None where there are none or they are older than versions."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()
    return None if found is None else str(found)


def lock(connection: Connection, number: int) -> None:
    """Make other writers of the same thing wait until the transaction ends; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


def migrate(connection: Connection, target: str, *, down: bool = False) -> None:
    """Bring our tables to a version, inside the connection's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    (command.downgrade if down else command.upgrade)(config, target)


def sqlite_file(engine: Engine) -> Path | None:
    """Return the file of an SQLite database, None for another one."""
    name = engine.url.database
    return Path(name) if engine.dialect.name == "sqlite" and name and name != ":memory:" else None


def _make_private(engine: Engine) -> None:
    """Make the file of a new SQLite database, which only its owner may read; SQLite gives its other files the same rights."""
    if file := sqlite_file(engine):
        with suppress(OSError):  # where it is there, or cannot be made: SQLite itself tells why
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _close_to_others(engine: Engine) -> None:
    """Take the rights of all others from an older file; its owner and group keep theirs."""
    if hasattr(os, "geteuid") and (file := sqlite_file(engine)) and file.stat().st_uid == os.geteuid():
        file.chmod(stat.S_IMODE(file.stat().st_mode) & ~stat.S_IRWXO)


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy an SQLite database while others use it (SQLite's own backup); the copy appears whole or not at all."""
    with (
        unfinished(target) as beside,
        closing(sqlite3.connect(source, timeout=WAIT_SECONDS)) as here,
        closing(sqlite3.connect(beside)) as there,
    ):
        beside.chmod(stat.S_IMODE(source.stat().st_mode))
        here.backup(there)
        there.execute("PRAGMA journal_mode=DELETE")


def _copy_before(engine: Engine) -> None:
    """Keep a copy of what a migration is about to change."""
    if (file := sqlite_file(engine)) and not (copy := file.with_name(f"{file.name}.before-{NEWEST}")).exists():
        copy_sqlite(file, copy)


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(_with_driver(url))
        engine = create_engine(parsed, **({"connect_args": {"timeout": WAIT_SECONDS}} if _is_sqlite(parsed) else {}))
    except (ArgumentError, NoSuchModuleError, ValueError):
        # Neither the URL nor what is said about it: a part of a password may stand anywhere in what cannot be read.
        raise DatabaseError(NO_URL.format(name=VARIABLE)) from None
    except ModuleNotFoundError as error:
        raise DatabaseError(NO_DRIVER.format(name=VARIABLE, driver=error.name)) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _with_driver(url: str) -> str:
    """Return a URL that names the driver that is installed, not SQLAlchemy's default one."""
    kind, separator, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if separator and kind in ("postgres", "postgresql") else url


def _is_sqlite(url: Any) -> bool:
    return bool(url.get_backend_name() == "sqlite")


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    # Python's driver would start transactions late and never before DDL; see _begin_sqlite.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={int(WAIT_SECONDS * 1000)}")
    if connection.execute("PRAGMA journal_mode").fetchone()[0] not in ("wal", "memory"):
        connection.execute("PRAGMA journal_mode=WAL")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
