"""Results, attempts, check-ins, actions, the audit log, ledgers; several people at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import text

from autograder.store.audit import add_audit, audit_entries
from autograder.store.backup import backup, restore
from autograder.store.checkins import actions_for, add_actions, add_checkin, checkins_of
from autograder.store.database import Database, DatabaseError
from autograder.store.ledgers import ledger_of, ledgers
from autograder.store.outgoing import certificate_secret, claim_reminder, confirm_reminder, release_reminder, reminded
from autograder.store.records import Action, AuditEntry, CheckIn, Student
from autograder.store.result import Result
from autograder.store.results import ResultStore
from autograder.store.roster import change_class_list, claim_pseudonym, class_list
from tests.results import result

NOW = datetime(2026, 9, 8, 1, 2, 3, tzinfo=UTC)
CHECKIN = CheckIn(1, "note", "note:1", NOW, "on_time", "2026-09", "读完了", "")


def record(points: float) -> Result:
    return result(score=points, max_score=10.0)


def test_a_regrade_is_the_same_attempt_and_another_answer_is_a_new_one(url: str) -> None:
    store = ResultStore(url)
    try:
        received = NOW - timedelta(days=1)
        assert store.add("s1", "lenet", "k1", record(5), submission="a", received_at=received) == 1
        assert store.add("s1", "lenet", "k2", record(6), submission="a", received_at=NOW) == 1
        assert store.add("s1", "lenet", "k3", record(4), submission="b", received_at=NOW) == 2
        assert store.add("s1", "lenet", "k2", record(6), submission="a", received_at=NOW) == 3
        found = store.attempts("s1", "lenet")
        assert [(one.number, one.points, one.at) for one in found] == [(1, 6, received), (2, 4, NOW), (3, 6, NOW)]
        with store.database.reading() as connection:
            lines = list(audit_entries(connection, "s1"))
        assert [(one.old, one.new, one.reason, one.key) for one in reversed(lines)] == [
            ("", "5/10", "graded", "k1"),
            ("5/10", "6/10", "graded again", "k2"),
            ("6/10", "4/10", "graded", "k3"),
            ("4/10", "6/10", "graded", "k2"),
        ]
    finally:
        store.close()


def test_two_graders_at_once_give_two_numbers(url: str) -> None:
    store = ResultStore(url)
    barrier = Barrier(2)

    def one(name: str) -> int:
        barrier.wait()
        return store.add("s1", "lenet", name, record(1), submission=name)

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(one, "ab")) == [1, 2]
    store.close()


def test_checking_in_twice_is_the_same_as_once(database: Database) -> None:
    with database.writing() as connection:
        assert add_checkin(connection, "s1", CHECKIN)
        assert not add_checkin(connection, "s1", CHECKIN._replace(at=NOW + timedelta(days=9), standing="late"))
        assert add_checkin(connection, "s2", CHECKIN)
    with database.reading() as connection:
        assert checkins_of(connection, "s1") == (CHECKIN,)


def test_twenty_at_once_leave_one_row(url: str) -> None:
    with Database(url) as database:

        def one(_: int) -> bool:
            with database.writing() as connection:
                return add_checkin(connection, "s1", CHECKIN)

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(one, range(20))) == 1


def test_two_tas_acting_at_once_lose_nothing(url: str) -> None:
    def ta(name: str) -> None:
        with Database(url) as own:
            for week in range(1, 11):
                with own.writing() as connection:
                    add_actions(connection, [Action("leave", name, NOW, "flu", f"{name}-{week}", week)])

    Database(url).close()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(ta, ["wang", "li"]))
    with Database(url) as database, database.reading() as connection:
        assert len(list(audit_entries(connection, what="leave"))) == 20
        assert len([one for one in ledgers(connection) if one.actions]) == 20


def test_what_holds_already_is_not_said_again_and_the_last_word_holds(database: Database) -> None:
    leave = Action("leave", "ta", NOW, "flu", "s1", 1)
    with database.writing() as connection:
        assert add_actions(connection, [replace(leave, active=False)]) == 0
        assert add_actions(connection, [leave, leave]) in (1, 2)
        assert add_actions(connection, [leave]) == 0
        assert add_actions(connection, [replace(leave, active=False, reason="by mistake")]) == 1
        assert add_actions(connection, [replace(leave, student=None, week=2)]) == 1
    with database.reading() as connection:
        assert [one.week for one in actions_for(connection)] == [2]
        assert [one.active for one in actions_for(connection, "s1") if one.week == 1][-1] is False
        newest = next(audit_entries(connection, "s1"))
    assert (newest.old, newest.new, newest.reason, newest.target) == ("granted", "revoked", "by mistake", "week 1")


def test_the_class_list_keeps_what_was(database: Database) -> None:
    with database.writing() as connection:
        assert change_class_list(connection, [Student("s1", "张三"), Student("s2", "李四")], NOW, "ta") == 2
        assert change_class_list(connection, [Student("s1", "张三"), Student("s2", "李思")], NOW, "ta") == 1
    with database.reading() as connection:
        assert class_list(connection) == {"s1": Student("s1", "张三"), "s2": Student("s2", "李思")}
        assert class_list(connection, ["s2"]) == {"s2": Student("s2", "李思")}
        assert connection.execute(text("SELECT count(*) FROM autograder_student")).scalar() == 3


def test_ledgers_join_everything_in_one_order(database: Database) -> None:
    store = ResultStore(database.engine.url.render_as_string(hide_password=False))
    store.add("_x", "lenet", "k", record(3))
    store.close()
    with database.writing() as connection:
        change_class_list(connection, [Student("a-2"), Student("B"), Student("é")], NOW, "ta")
        add_checkin(connection, "a-10", CHECKIN)
        add_actions(connection, [Action("leave", "ta", NOW, "flu", "B", 1), Action("reopen", "ta", NOW, "x", None, 1)])
    with database.reading() as connection:
        found = list(ledgers(connection))
        assert [one.student.id for one in found] == ["B", "_x", "a-10", "a-2", "é"]
        assert [len(one.actions) for one in found] == [1, 0, 0, 0, 0]
        assert found[1].attempts[0].points == 3
        assert found[2].checkins == (CHECKIN,)
        assert [ledger_of(connection, one.student.id) for one in found] == found
        assert ledger_of(connection, "nobody").student == Student("nobody")


def test_the_secret_is_made_once(url: str) -> None:
    def one(_: int) -> bytes:
        with Database(url) as own, own.writing() as connection:
            return certificate_secret(connection)

    Database(url).close()
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(one, range(4)))) == 1


def test_a_reminder_is_claimed_once_and_may_be_given_back(database: Database) -> None:
    with database.writing() as connection:
        assert claim_reminder(connection, "s1", "week 1", NOW)
        assert not claim_reminder(connection, "s1", "week 1", NOW)
        release_reminder(connection, "s1", "week 1")
        assert claim_reminder(connection, "s1", "week 1", NOW)
        confirm_reminder(connection, "s1", "week 1", NOW)
        release_reminder(connection, "s1", "week 1")
        assert reminded(connection, "week 1") == {"s1"}


def test_a_pseudonym_belongs_to_one_student(database: Database) -> None:
    with database.writing() as connection:
        assert claim_pseudonym(connection, "owl", "s1")
        assert claim_pseudonym(connection, "owl", "s1")
        assert not claim_pseudonym(connection, "owl", "s2")


def test_a_backup_taken_while_others_write_is_whole_and_can_be_put_back(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    done = False

    def grader() -> int:
        store, count = ResultStore(url), 0
        while not done or count < 20:
            store.add(f"s{count}", "lenet", f"k{count}", record(1))
            count += 1
        store.close()
        return count

    ResultStore(url).close()
    copy = tmp_path / "copy.db"
    with ThreadPoolExecutor(1) as pool:
        at_work = pool.submit(grader)
        for number in range(5):
            assert backup(url, tmp_path / f"copy{number}.db") > 0
        backup(url, copy)
        done = True
        written = at_work.result()
    with Database(f"sqlite:///{copy}") as database, database.reading() as connection:
        in_copy = connection.execute(text("SELECT count(*) FROM autograder_result")).scalar_one()
        assert in_copy == connection.execute(text("SELECT count(*) FROM autograder_audit")).scalar_one()
        assert in_copy <= written
    with pytest.raises(DatabaseError, match="overwrites nothing"):
        backup(url, copy)
    still_open = Database(url)
    with still_open.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM autograder_result")).scalar_one() == written
    restore(url, copy, tmp_path / "kept.db")
    with still_open.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM autograder_result")).scalar_one() == in_copy
    with still_open.writing() as connection:
        add_audit(connection, [AuditEntry(NOW, "ta", "restore")])
    still_open.close()
    with Database(f"sqlite:///{tmp_path / 'kept.db'}") as kept, kept.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM autograder_result")).scalar_one() == written


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    Database(url).close()
    wrong = tmp_path / "wrong.db"
    wrong.write_bytes(b"not a database at all" * 100)
    with pytest.raises(DatabaseError, match="not a database"):
        restore(url, wrong, tmp_path / "kept.db")
    with pytest.raises(DatabaseError, match="no such file"):
        restore(url, tmp_path / "none.db", tmp_path / "kept.db")
    with pytest.raises(DatabaseError, match="pg_dump"):
        backup("postgresql://u:secret@h/x", tmp_path / "x.db")
    assert not (tmp_path / "kept.db").exists()
