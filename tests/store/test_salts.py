"""The private salt: one for each course, kept for good, in backups, and nowhere else."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import inspect

from autograder.store.backup import backup, restore
from autograder.store.database import Database, migrate
from autograder.store.salts import private_salt


def test_a_salt_is_drawn_once_for_each_course(url: str) -> None:
    with Database(url) as database:
        first = private_salt(database, "palm-2026")
        assert len(first) == 64
        assert private_salt(database, "palm-2026") == first
        assert private_salt(database, "palm-2027") != first  # the same database in the next year
    with Database(url) as again:
        assert private_salt(again, "palm-2026") == first


def test_those_who_ask_at_once_get_the_same(url: str) -> None:
    Database(url).close()
    found: list[str] = []
    start = threading.Barrier(4)

    def ask() -> None:
        with Database(url) as database:
            start.wait()
            found.append(private_salt(database, "c"))

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len(found) == 4
    assert len(set(found)) == 1


def test_the_table_goes_down_and_comes_up(url: str) -> None:
    with Database(url) as database:
        first = private_salt(database, "c")
        with database.writing() as connection:
            migrate(connection, "0008", down=True)
            assert not inspect(connection).has_table("autograder_salt")
            migrate(connection, "head")
        assert private_salt(database, "c") != first


def test_a_backup_brings_the_salt_back(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    with Database(url) as database:
        first = private_salt(database, "c")
        backup(url, tmp_path / "copy.db")
    (tmp_path / "gradebook.db").unlink()
    with Database(url) as database:
        assert private_salt(database, "c") != first
    restore(url, tmp_path / "copy.db", tmp_path / "before.db")
    with Database(url) as database:
        assert private_salt(database, "c") == first


def test_nothing_but_a_grader_draws_it(url: str) -> None:
    with Database(url) as database, database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM autograder_salt").scalar() == 0


@pytest.mark.parametrize("verb", ["UPDATE autograder_salt SET value = ''", "DELETE FROM autograder_salt"])
def test_it_is_never_changed(url: str, verb: str) -> None:
    with Database(url) as database:
        private_salt(database, "c")
        with pytest.raises(Exception, match="never changed"), database.writing() as connection:
            connection.exec_driver_sql(verb)
