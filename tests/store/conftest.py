"""A database to try things on: SQLite always, PostgreSQL where its programs are."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.store.database import Database

MISSING = "PostgreSQL is not tested here: apt-get install postgresql"


def _programs() -> Path | None:
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    return max((path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")), default=None)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a server of our own on a socket in a temporary folder."""
    programs = _programs()
    if programs is None:
        warnings.warn(pytest.PytestWarning(MISSING), stacklevel=1) if os.environ.get("CI") else None
        pytest.skip(MISSING)
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    folder.chmod(0o777)
    # The server refuses to run as root.
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run(
        [
            *as_user,
            programs / "initdb",
            "-D",
            folder / "data",
            "-U",
            "tester",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        ],
        check=True,
        capture_output=True,
    )
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    control = [*as_user, programs / "pg_ctl", "-D", folder / "data", "-w"]
    subprocess.run([*control, "-o", options, "-l", folder / "log", "start"], check=True, stdout=subprocess.DEVNULL)
    try:
        yield f"postgresql+psycopg://tester@/{{name}}?host={folder}"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, stdout=subprocess.DEVNULL)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def new_postgres(postgres_server: str) -> Callable[[str, str], str]:
    """Make a database with a name as a copy of another one of the server, and return its URL."""
    from sqlalchemy import create_engine, text
    from sqlalchemy.pool import NullPool

    engine = create_engine(postgres_server.format(name="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)

    def made(name: str, template: str) -> str:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        return postgres_server.format(name=name)

    return made


@pytest.fixture(scope="session")
def postgres_template(new_postgres: Callable[[str, str], str]) -> str:
    """The name of a database with the tables of today, which migrations made once."""
    name = "migrated"
    Database(new_postgres(name, "template0")).close()
    return name


def _own_name(request: pytest.FixtureRequest) -> str:
    return f"t{abs(hash(request.node.nodeid))}"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database of each kind without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'gradebook.db'}"
    new: Callable[[str, str], str] = request.getfixturevalue("new_postgres")
    return new(_own_name(request), "template0")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a new database of each kind: in PostgreSQL with our tables, in SQLite opening makes them by a copy."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'gradebook.db'}"
    new: Callable[[str, str], str] = request.getfixturevalue("new_postgres")
    return new(_own_name(request), request.getfixturevalue("postgres_template"))


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """An open database of each kind."""
    opened = Database(url)
    yield opened
    opened.close()
