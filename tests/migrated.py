"""New SQLite databases of the tests get their tables from one that was migrated in this process, not by Alembic each time."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Connection, inspect

from autograder.store import database

by_alembic = database.migrate


def migrate(connection: Connection, target: str, *, down: bool = False) -> None:
    """Make the tables of today in an SQLite database that has none of ours; leave every other case to Alembic."""
    if down or target != "head" or connection.dialect.name != "sqlite" or _has_tables_of_ours(connection):
        by_alembic(connection, target, down=down)
        return
    for statement in _statements():
        connection.exec_driver_sql(statement)


def _has_tables_of_ours(connection: Connection) -> bool:
    return any(name.startswith("autograder_") for name in inspect(connection).get_table_names())


@cache
def _statements() -> tuple[str, ...]:
    """Return what makes the tables, indices, triggers and rows that Alembic leaves in an empty database."""
    engine = database._engine("sqlite:///:memory:")
    try:
        with engine.connect() as connection:
            by_alembic(connection, "head")
            raw = connection.connection.driver_connection
            assert raw is not None
            return tuple(line for line in raw.iterdump() if line not in ("BEGIN TRANSACTION;", "COMMIT;"))
    finally:
        engine.dispose()
