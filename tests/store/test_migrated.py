"""Databases whose tables are copied for the tests are those that the migrations make."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autograder.store import database
from autograder.store.database import NEWEST, Database, version_of
from tests import migrated


def contents(file: Path) -> tuple[list[Any], str | None]:
    with Database(f"sqlite:///{file}") as opened, opened.reading() as connection:
        found = connection.exec_driver_sql("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name").all()
        return [tuple(row) for row in found], version_of(connection)


def test_a_copied_database_is_the_migrated_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copied = contents(tmp_path / "copied.db")
    monkeypatch.setattr(database, "migrate", migrated.by_alembic)
    assert contents(tmp_path / "migrated.db") == copied
    assert copied[1] == NEWEST
    assert {kind for kind, *_ in copied[0]} >= {"table", "index", "trigger"}


def test_only_a_database_without_our_tables_is_filled_by_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(migrated, "by_alembic", lambda _connection, target, **_: asked.append(target))
    engine = database._engine(f"sqlite:///{tmp_path / 'older.db'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE autograder_result (id INTEGER PRIMARY KEY)")
        database.migrate(connection, "head")
    engine.dispose()
    assert asked == ["head"]
