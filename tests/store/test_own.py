"""A student's own record in plain sqlite3: what an older kit kept goes on, and what goes wrong is said."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from autograder.store.checkins import actions_for, add_actions, add_checkin, checkins_of
from autograder.store.database import NEWEST, Database, _engine, migrate
from autograder.store.notices import add_request, add_rules, open_requests, rules_since
from autograder.store.own import FILE, OwnRecord, RecordError
from autograder.store.records import Action, CheckIn, Request, RulesSince

NOW = datetime(2026, 9, 8, 10, 30, 0, 250, tzinfo=UTC)
PIECE = CheckIn(1, "note", "note:1", NOW, "on_time", "2026-09", "Read chapter one.", "", None, "FILLER\t0\t0\t")
HANDED_IN = CheckIn(2, "submission", "handed-in:ab", NOW + timedelta(days=7), "late", "2026-09")
BOARD = Action("board", "s1", NOW, "joined", "s1", value="Owl")
WISH = Request("s1", "leave", 3, "a wedding", NOW, NOW)
RULES = RulesSince(NOW, '{"checkin": {}}')


def test_what_is_kept_is_read_back_and_not_kept_twice(tmp_path: Path) -> None:
    with OwnRecord(tmp_path / "张 三") as record:
        assert [record.add_checkin("s1", PIECE), record.add_checkin("s1", PIECE)] == [True, False]
        assert record.add_checkin("s2", PIECE)
        assert [record.add_request(WISH), record.add_request(WISH)] == [True, False]
        record.add_action(BOARD)
        record.add_rules(RULES)
    with OwnRecord(tmp_path / "张 三") as record:
        assert record.checkins("s1") == (PIECE,)
        assert record.rules() == (RULES,)
        assert [one.value for one in record.actions("s1")] == ["Owl"]
        assert record.requests("s2") == ()
    assert (tmp_path / "张 三" / FILE).stat().st_mode & 0o077 == 0


def test_a_record_of_an_older_kit_goes_on(tmp_path: Path) -> None:
    with Database(f"sqlite:///{tmp_path / FILE}") as database, database.writing() as connection:
        for piece in (PIECE, HANDED_IN):
            add_checkin(connection, "s1", piece)
        add_actions(connection, [BOARD])
        add_request(connection, WISH)
        add_rules(connection, RULES, "s1", "first known")
        kept = (checkins_of(connection, "s1"), actions_for(connection, "s1"))
        asked, rules = open_requests(connection, "s1"), rules_since(connection)
    with OwnRecord(tmp_path) as record:
        assert (record.checkins("s1"), record.actions("s1")) == kept
        assert (record.requests("s1"), record.rules()) == (asked, rules)
        assert not record.add_checkin("s1", PIECE)
        assert not record.add_request(WISH)
        assert record.add_checkin("s1", PIECE._replace(week=4))


@pytest.mark.parametrize("version", ["0002", "0004", NEWEST])
def test_every_version_of_an_older_kit_is_read(tmp_path: Path, version: str) -> None:
    engine = _engine(f"sqlite:///{tmp_path / FILE}")
    with engine.connect() as connection, connection.begin():
        migrate(connection, version)
        connection.exec_driver_sql(
            "INSERT INTO autograder_checkin (student, week, kind, proof, note, reason, at, standing, month) "
            "VALUES ('s1', 1, 'note', 'note:1', '你好', '', '2026-09-08 10:30:00.000250', 'on_time', '2026-09')"
        )
    engine.dispose()
    with OwnRecord(tmp_path) as record:
        assert record.checkins("s1") == (PIECE._replace(note="你好", marks=""),)
        assert record.add_checkin("s1", HANDED_IN)
        assert record.add_request(WISH)


def test_one_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    def stopped(record: OwnRecord) -> None:
        with record.writing():
            record.add_checkin("s1", PIECE)
            raise KeyboardInterrupt

    with OwnRecord(tmp_path) as record:
        with pytest.raises(KeyboardInterrupt):
            stopped(record)
        assert record.checkins("s1") == ()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_damaged_record_says_where_the_notes_are(tmp_path: Path, language: str) -> None:
    (tmp_path / FILE).write_bytes(b"no database at all, but long enough to be taken for one" * 20)
    with pytest.raises(RecordError) as caught:
        OwnRecord(tmp_path)
    said = caught.value.said.zh if language == "zh" else caught.value.said.en
    assert str(tmp_path / FILE) in said
    assert "checkins.json" in said


def test_a_record_of_a_newer_kit_is_left_alone(tmp_path: Path) -> None:
    OwnRecord(tmp_path).close()
    connection = sqlite3.connect(tmp_path / FILE)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(RecordError, match="newer autograder"):
        OwnRecord(tmp_path)
    assert (tmp_path / FILE).read_bytes() == before
