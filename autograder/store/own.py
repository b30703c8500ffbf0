"""A student's own record on their own machine, in plain `sqlite3`: check-ins, requests, the rules of then, the board.

Its tables are those of a class's database, as far as a student needs them, so a record of an older kit goes on.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from autograder.errors import AutograderError
from autograder.portable.older import UTC
from autograder.store.place import account_name
from autograder.store.records import Action, CheckIn, Request, RulesSince, names_of
from autograder.store.trouble import NEWER, explained_failure
from autograder.text import Text

FILE = "checkins.db"
VERSION = 2  # of these tables, in SQLite's `user_version`: 0 in a file that is new, or of an older kit
WAIT_SECONDS = 60
DAMAGED = Text(
    zh="文件已损坏：请删掉它再运行同一条命令；你的说明在 submitted/学号/checkins.json 里也有一份，会从那里读回来",
    en="the file is damaged: delete it and type the same command again; your notes lie in submitted/ID/checkins.json, too, "
    "and are read from there",
)
TABLES = """
CREATE TABLE IF NOT EXISTS autograder_checkin (
    id INTEGER PRIMARY KEY, student TEXT NOT NULL, week INTEGER NOT NULL, kind TEXT NOT NULL, proof TEXT NOT NULL,
    note TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL, standing TEXT NOT NULL, month TEXT NOT NULL,
    received_at TEXT, marks TEXT NOT NULL DEFAULT '', UNIQUE (student, week, kind, proof));
CREATE TABLE IF NOT EXISTS autograder_action (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, actor TEXT NOT NULL, at TEXT NOT NULL, reason TEXT NOT NULL,
    student TEXT, week INTEGER, chapter TEXT, until TEXT, active INTEGER NOT NULL, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS autograder_rule (
    id INTEGER PRIMARY KEY, since TEXT NOT NULL, actor TEXT NOT NULL, rules TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS autograder_request (
    id INTEGER PRIMARY KEY, student TEXT NOT NULL, kind TEXT NOT NULL, week INTEGER NOT NULL, reason TEXT NOT NULL,
    at TEXT NOT NULL, received_at TEXT NOT NULL, chapter TEXT NOT NULL DEFAULT '', digest TEXT NOT NULL DEFAULT '',
    UNIQUE (student, kind, week, at))
"""
ADDED = {  # to tables of older kits
    "autograder_checkin": {"received_at": "TEXT", "marks": "TEXT NOT NULL DEFAULT ''"},
    "autograder_request": {"chapter": "TEXT NOT NULL DEFAULT ''", "digest": "TEXT NOT NULL DEFAULT ''"},
}
MOMENTS = frozenset(("at", "received_at", "until", "since"))


class RecordError(AutograderError):
    """A student's own record that cannot be used."""


class OwnRecord:
    """The record in a folder; it is made where it is missing. What is there already is not added again."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.file = folder / FILE
        with suppress(FileExistsError):  # only its owner may read it
            os.close(os.open(self.file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with self._explained():
            self._connection = sqlite3.connect(self.file, timeout=WAIT_SECONDS, isolation_level=None)
        try:
            self._bring_up_to_date()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> OwnRecord:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Make what is done inside one transaction: all or nothing."""
        self._run("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._run("ROLLBACK")
            raise
        self._run("COMMIT")

    def checkins(self, student: str) -> tuple[CheckIn, ...]:
        """Return the check-ins of a student in the order in which they were stored."""
        return tuple(CheckIn(*row) for row in self._rows("autograder_checkin", CheckIn._fields, student))

    def add_checkin(self, student: str, piece: CheckIn) -> bool:
        """Add a check-in; False where the same proof is there already for that week."""
        return self._add("autograder_checkin", {"student": student, **piece._asdict()})

    def actions(self, student: str) -> tuple[Action, ...]:
        """Return what a student decided about their place on the board, oldest first."""
        names = ("kind", "actor", "at", "reason", "student", "week", "chapter", "until", "active", "value", "id")
        return tuple(Action(*row) for row in self._rows("autograder_action", names, student))

    def add_action(self, action: Action) -> None:
        """Add a decision."""
        self._add("autograder_action", {name: value for name, value in vars(action).items() if name != "id"})

    def rules(self) -> tuple[RulesSince, ...]:
        """Return the rules that this machine has known, oldest first."""
        return tuple(RulesSince(*row) for row in self._rows("autograder_rule", ("since", "rules")))

    def add_rules(self, known: RulesSince) -> None:
        """Keep the rules that hold from now on."""
        self._add("autograder_rule", {**vars(known), "actor": account_name()})

    def requests(self, student: str) -> tuple[Request, ...]:
        """Return what a student asked for, oldest first."""
        return tuple(Request(*row) for row in self._rows("autograder_request", names_of(Request), student))

    def add_request(self, request: Request) -> bool:
        """Keep what a student asks for; False where the same request is there already."""
        return self._add("autograder_request", {name: value for name, value in vars(request).items() if name != "id"})

    def _rows(self, table: str, names: tuple[str, ...], student: str | None = None) -> Iterator[list[Any]]:
        where, values = ("", ()) if student is None else (" WHERE student = ?", (student,))
        for row in self._run(f"SELECT {', '.join(names)} FROM {table}{where} ORDER BY id", values):
            yield [_read(name, value) for name, value in zip(names, row)]

    def _add(self, table: str, values: dict[str, object]) -> bool:
        places = ", ".join("?" * len(values))
        into = f"INSERT OR IGNORE INTO {table} ({', '.join(values)}) VALUES ({places})"
        with self._explained():
            return self._connection.execute(into, [_stored(value) for value in values.values()]).rowcount > 0

    def _run(self, command: str, values: tuple[Any, ...] = ()) -> list[Any]:
        with self._explained():
            return self._connection.execute(command, values).fetchall()

    def _bring_up_to_date(self) -> None:
        found = self._run("PRAGMA user_version")[0][0]
        if found > VERSION:
            raise RecordError(NEWER.format(shown=self.file, version=found))
        if found == VERSION:
            return
        with self.writing():
            for table in TABLES.split(";"):
                self._run(table)
            for table, added in ADDED.items():
                there = {row[1] for row in self._run(f"PRAGMA table_info({table})")}
                for name in added.keys() - there:
                    self._run(f"ALTER TABLE {table} ADD COLUMN {name} {added[name]}")
            self._run(f"PRAGMA user_version = {VERSION}")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise RecordError(explained_failure(str(self.file), str(error), DAMAGED)) from error


def _stored(value: Any) -> Any:
    """Return a value as SQLite keeps it: moments in UTC, without a zone."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    return int(value) if isinstance(value, bool) else value


def _read(name: str, value: Any) -> Any:
    if name in MOMENTS and value is not None:
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return bool(value) if name == "active" else value
