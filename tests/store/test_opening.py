"""An emptied database beside a class that was graded, and secrets in the addresses of databases."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from autograder.store.database import Database, DatabaseError, shown_url
from autograder.store.opening import class_database
from autograder.store.place import VARIABLE
from autograder.store.results import ResultStore
from autograder.store.salts import private_salt


@pytest.fixture(autouse=True)
def no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AUTOGRADER_DB", raising=False)


def graded(root: Path) -> None:
    place = root / "autograded" / "s001" / "lenet"
    place.mkdir(parents=True)
    (place / "lenet.ipynb").write_text("{}")


def test_an_emptied_database_is_refused_with_the_way_back(tmp_path: Path) -> None:
    graded(tmp_path)
    file = tmp_path / "gradebook.db"
    file.touch()
    for opened in (class_database, ResultStore.in_course):
        with pytest.raises(DatabaseError, match="autograder restore BACKUP"):
            opened(tmp_path)
    assert file.stat().st_size == 0


def test_one_that_has_lost_all_tables_is_refused_too(tmp_path: Path) -> None:
    graded(tmp_path)
    with closing(sqlite3.connect(tmp_path / "gradebook.db")) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    with pytest.raises(DatabaseError, match="empty"):
        class_database(tmp_path)


def test_a_new_class_and_a_sound_one_are_opened(tmp_path: Path) -> None:
    (tmp_path / "gradebook.db").touch()
    class_database(tmp_path).close()
    graded(tmp_path)
    class_database(tmp_path).close()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://u:SECRET@h/db?host=/tmp",
        "postgresql+psycopg://h/db?user=u&password=SECRET",
        "postgresql+psycopg://h/db?sslpassword=SECRET&passfile=/SECRET",
        "postgresql+psycopg://h/db?options=-c%20x=SECRET&options=SECRET",
        "sqlite:////x.db?key=SECRET",
    ],
)
def test_no_secret_of_an_address_is_shown(url: str) -> None:
    assert "SECRET" not in shown_url(make_url(url))
    assert "***" in shown_url(make_url(url))


@pytest.mark.parametrize(
    "url", ["SECRET", "postgresql://u:SE/SECRET@h/db", "nosuch://u:SECRET@h", "postgresql://u:p@h:SECRET/x"]
)
def test_nothing_of_an_address_that_cannot_be_read_is_said(url: str) -> None:
    with pytest.raises(DatabaseError) as raised:
        Database(url)
    assert "SECRET" not in str(raised.value)


def a_course(folder: Path, course: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "course.yml").write_text(f"# a course\nid: '{course}'  # its id\ntitle: {{en: x}}\n", "utf-8")
    return folder


def test_the_database_of_another_course_is_refused_and_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after = a_course(tmp_path / "2026", "palm-2026"), a_course(tmp_path / "2027", "palm-2027")
    with class_database(before) as database:
        private_salt(database, "palm-2026")  # as the first grading does
    with class_database(before):
        pass
    monkeypatch.setenv(VARIABLE, f"sqlite:///{before / 'gradebook.db'}")
    for opened in (class_database, ResultStore.in_course):
        with pytest.raises(DatabaseError, match=r"palm-2026, and this is palm-2027.*nothing was changed"):
            opened(after)
    monkeypatch.delenv(VARIABLE)
    shutil.copy(before / "gradebook.db", after)
    with pytest.raises(DatabaseError):
        class_database(after)
    (after / "gradebook.db").unlink()
    with class_database(after) as database:
        assert private_salt(database, "palm-2027")
