"""The tables come up and go down with data in them; a database from before versions keeps its results."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

import autograder.store
from autograder.grading.render import Renderer
from autograder.store.checkins import add_checkin
from autograder.store.database import NEWEST, VERSION_TABLE, Database, DatabaseError, _engine, migrate, version_of
from autograder.store.ledgers import ledger_of
from autograder.store.notices import add_answers, add_request, answers_of, open_requests
from autograder.store.records import Answer, CheckIn, Request, Student
from autograder.store.results import ResultStore, result_of
from autograder.store.tables import APPEND_ONLY, metadata
from tests.results import result

BEFORE = """
CREATE TABLE autograder_result (id INTEGER PRIMARY KEY, student VARCHAR(200) NOT NULL, chapter VARCHAR(100) NOT NULL,
    key VARCHAR(80) NOT NULL, record TEXT NOT NULL, graded_at TIMESTAMP NOT NULL)
"""
ROWS = [("s001", "k1", 5.0), ("s001", "k2", 7.5), ("s001", "k2", 8.0), ("s002", "k3", 1.0)]
NOW = datetime(2026, 9, 8, tzinfo=UTC)


@pytest.fixture
def url(empty_url: str) -> str:
    """The migrations themselves make the tables here."""
    return empty_url


def make_old(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(BEFORE))
        for number, (student, key, score) in enumerate(ROWS, 1):
            record = json.dumps({"student": student, "score": score, "max_score": 10.0, "名": "字"})
            connection.execute(
                text("INSERT INTO autograder_result VALUES (:id, :s, 'lenet', :k, :r, '2026-09-07 12:00:00')"),
                {"id": number, "s": student, "k": key, "r": record},
            )
    engine.dispose()


def test_the_newest_version_is_the_one_the_code_names() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(autograder.store.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [NEWEST]


def test_the_migrations_make_what_the_models_say(database: Database) -> None:
    def ours(_item: object, name: str | None, kind: str, *_: object) -> bool:
        return kind != "table" or str(name).startswith("autograder")

    options = {"version_table": VERSION_TABLE, "compare_type": True, "include_object": ours}
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []


def test_results_from_before_versions_stay_and_become_attempts(url: str) -> None:
    make_old(url)
    store = ResultStore(url)
    try:
        assert [one.score for one in store.all_current()] == [8.0, 1.0]
        attempts = store.attempts("s001", "lenet")
        assert [(one.number, one.points, one.max_points) for one in attempts] == [(1, 5.0, 10.0), (2, 8.0, 10.0)]
        assert attempts[0].at == datetime(2026, 9, 7, 12, tzinfo=UTC)
    finally:
        store.close()


def test_down_and_up_again_with_data_keeps_the_results(url: str) -> None:
    make_old(url)
    with Database(url) as database:
        with database.writing() as connection:
            add_checkin(connection, "s001", CheckIn(1, "note", "note:1", NOW, "on_time", "2026-09", "好"))
        with database.writing() as connection:
            before = connection.execute(
                text("SELECT id, student, key, record FROM autograder_result ORDER BY id")
            ).all()
            migrate(connection, "0001", down=True)
        with database.reading() as connection:
            assert version_of(connection) == "0001"
            names = set(inspect(connection).get_table_names())
            assert {name for name in names if name.startswith("autograder")} == {"autograder_result", VERSION_TABLE}
            assert "score" not in {column["name"] for column in inspect(connection).get_columns("autograder_result")}
            after = connection.execute(text("SELECT id, student, key, record FROM autograder_result ORDER BY id")).all()
            assert after == before
    store = ResultStore(url)
    assert [one.points for one in store.attempts("s001", "lenet")] == [5.0, 8.0]
    store.close()


def test_a_copy_is_kept_before_an_old_file_changes(tmp_path: Path) -> None:
    make_old(f"sqlite:///{tmp_path / 'gradebook.db'}")
    Database(f"sqlite:///{tmp_path / 'gradebook.db'}").close()
    engine = create_engine(f"sqlite:///{tmp_path / f'gradebook.db.before-{NEWEST}'}")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM autograder_result")).scalar() == len(ROWS)
        assert not inspect(connection).has_table(VERSION_TABLE)
    engine.dispose()


def test_a_migration_that_fails_changes_nothing(url: str) -> None:
    make_old(url)
    engine = _engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE autograder_certificate (id INTEGER)"))  # in the way
    with pytest.raises(Exception, match="autograder_certificate"):
        Database(url)
    with engine.connect() as connection:
        assert version_of(connection) is None
        assert not inspect(connection).has_table("autograder_student")
        assert "score" not in {column["name"] for column in inspect(connection).get_columns("autograder_result")}
    engine.dispose()


COURSE_IN_PROGRESS = """
INSERT INTO autograder_student VALUES (1, 's001', '张三', 's001@x.org', '1班', '1', '2026-09-01 00:00:00');
INSERT INTO autograder_student VALUES (2, 's001', '张三', 's001@x.org', '1班', '0', '2026-09-10 00:00:00');
INSERT INTO autograder_student VALUES (3, 's001', '张三', 's001@x.org', '1班', '1', '2026-09-20 00:00:00');
INSERT INTO autograder_checkin VALUES (1, 's001', 1, 'note', 'note:1', '好', '', '2026-09-08 00:00:00', 'on_time', '2026-09');
INSERT INTO autograder_checkin VALUES (2, 's001', 2, 'submission', 'sha256:1', '', '', '2026-09-15 00:00:00', 'late', '2026-09');
INSERT INTO autograder_action VALUES (1, 'leave', 'ta', '2026-09-08 00:00:00', 'flu', 's001', 3, NULL, NULL, '1', '');
INSERT INTO autograder_audit VALUES (1, '2026-09-08 00:00:00', 'ta', 'leave', 's001', 'week 3', '', 'granted', 'flu', '')
"""


def class_in_mid_course(url: str) -> None:
    """A class as version 0004 kept it, with check-ins, a decision and somebody who left and came back."""
    engine = _engine(url)
    with engine.begin() as connection:
        migrate(connection, "0004")
        for line in COURSE_IN_PROGRESS.strip().rstrip(";").split(";\n"):
            connection.execute(text(line))
    engine.dispose()


def test_a_class_in_mid_course_keeps_all_it_has(url: str) -> None:
    class_in_mid_course(url)
    with Database(url) as database, database.reading() as connection:
        assert version_of(connection) == NEWEST
        found = ledger_of(connection, "s001")
    assert found.student == Student("s001", "张三", "s001@x.org", "1班", True, None)
    assert [(one.week, one.kind, one.standing, one.received_at, one.marks) for one in found.checkins] == [
        (1, "note", "on_time", None, ""),
        (2, "submission", "late", None, ""),
    ]
    assert [one.kind for one in found.actions] == ["leave"]
    assert found.away == ((datetime(2026, 9, 10, tzinfo=UTC), datetime(2026, 9, 20, tzinfo=UTC)),)


def test_down_to_the_version_before_keeps_check_ins_and_their_protection(url: str) -> None:
    class_in_mid_course(url)
    with Database(url) as database:
        with database.writing() as connection:
            before = connection.execute(
                text("SELECT id, student, week, proof FROM autograder_checkin ORDER BY id")
            ).all()
            migrate(connection, "0004", down=True)
        with database.reading() as connection:
            names = set(inspect(connection).get_table_names())
            assert not names & {f"autograder_{name}" for name in ("refusal", "rule", "request", "answer")}
            columns = {one["name"] for one in inspect(connection).get_columns("autograder_checkin")}
            assert not columns & {"received_at", "marks"}
            rows = connection.execute(text("SELECT id, student, week, proof FROM autograder_checkin ORDER BY id")).all()
            assert rows == before
        for table in ("autograder_checkin", "autograder_student"):
            with pytest.raises(Exception, match="never changed"), database.writing() as connection:
                connection.execute(text(f"DELETE FROM {table}"))
    with Database(url) as database, database.reading() as connection:
        assert len(ledger_of(connection, "s001").checkins) == 2


def test_a_newer_database_is_refused(url: str) -> None:
    with Database(url) as database, database.writing() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(DatabaseError, match="newer"):
        Database(url)


def test_a_wrong_url_is_named_without_its_password() -> None:
    with pytest.raises(DatabaseError) as caught:
        Database("nonsense://user:secret@host/x")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_rows_are_never_changed(database: Database, table: str, verb: str) -> None:
    with database.writing() as connection:
        for name, row in {
            "autograder_result": "(id, student, chapter, key, record, graded_at) VALUES (1, 's', 'c', 'k', '{}', '2026-01-01')",
            "autograder_handin": "VALUES (1, 's', 'c', 'd', NULL, 'file', '1', '', '2026-01-01', 'ta', '')",
            "autograder_marked": "VALUES (1, 's', 'c', 'k', '1', 0, '{}', '2026-01-01')",
            "autograder_overwritten": "VALUES (1, 's', 'c', 'why', 'mark', '9', '5', '2026-01-01')",
            "autograder_student": "VALUES (1, 's', '', '', '', '1', '2026-01-01', 2)",
            "autograder_checkin": "VALUES (1, 's', 1, 'note', 'p', '', '', '2026-01-01', 'late', '2026-01', NULL, '')",
            "autograder_refusal": "VALUES (1, 's', 1, 'p', '', '2026-01-01', '2026-01-01', '', '')",
            "autograder_rule": "VALUES (1, '2026-01-01', 'ta', '{}')",
            "autograder_request": "VALUES (1, 's', 'leave', 1, '', '2026-01-01', '2026-01-01', '', '')",
            "autograder_answer": "VALUES (1, 1, 'ta', '2026-01-01', '1', '')",
            "autograder_action": "(id, kind, actor, at, reason, active, value) VALUES (1, 'leave', 'ta', '2026-01-01', '', '1', '')",
            "autograder_audit": "VALUES (1, '2026-01-01', 'ta', 'x', '', '', '', '', '', '')",
            "autograder_certificate": "VALUES ('A', 's', '', 'c', 1, 1, '2026-01-01')",
            "autograder_salt": "VALUES (1, 'c', 'ab')",
        }.items():
            if name == table or (name, table) == ("autograder_request", "autograder_answer"):
                connection.execute(text(f"INSERT INTO {name} {row}"))
    with pytest.raises(Exception, match="never changed"), database.writing() as connection:
        connection.execute(text(verb.format(table)))


EARLIER_CLASS = Path(__file__).parent / "earlier" / "class_0004.sql"
PLACES = "SELECT id, record FROM autograder_result ORDER BY id"


def class_of_0004(url: str) -> list[dict[str, Any]]:
    """Make the database of a class in mid-course as version 0004 left it; return its records."""
    engine = _engine(url)
    with engine.begin() as connection:
        migrate(connection, "0004")
        lines = [line for line in EARLIER_CLASS.read_text("utf-8").splitlines() if not line.startswith("--")]
        for line in lines:
            connection.execute(text(line.rstrip(";").replace(":", r"\:")))
        for table in ("result", "job", "checkin", "audit"):  # rows came with their ids
            if engine.dialect.name == "postgresql":
                name = f"autograder_{table}"
                connection.execute(
                    text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))")
                )
        records = [json.loads(row.record) for row in connection.execute(text(PLACES))]
    engine.dispose()
    return records


def test_a_graded_class_keeps_its_points_words_and_their_language(url: str) -> None:
    before = class_of_0004(url)
    assert len(before) == 7
    store = ResultStore(url)
    try:
        with store.database.reading() as connection:
            rows = [result_of(row.record) for row in connection.execute(text(PLACES))]
        for old, new in zip(before, rows, strict=True):
            assert (new.score, new.status, new.key, new.engine) == (old["score"], old["status"], old["key"], None)
            shown = Renderer(lambda _: None).to_json(new, "en")
            assert shown.get("reason") == old.get("reason")
            assert shown["repairs"] == old["repairs"]
            for one, then in zip(shown["findings"], old["findings"], strict=True):
                # How a hidden check ended is for staff by now.
                seen = {**{name: one[name] for name in then}, "status": one["staff"]["status"]}
                assert seen == then
                assert one["cause"] is None
        said = [one.said.values for result in rows for one in result.findings if one.said and one.failed]
        assert {values["language"] for values in said} == {"zh"}
        newest = {(result.student, result.chapter): result.score for result in store.all_current()}
        assert newest["s002", "reader"] == 90.0
        assert [one.points for one in store.attempts("s002", "reader")] == [67.0, 90.0]
    finally:
        store.close()


def test_the_way_down_gives_the_earlier_words_back_and_shows_newer_ones_as_data(url: str) -> None:
    before = class_of_0004(url)
    newer = result(student="s005", chapter="reader", score=3.0, key="k", engine=1, findings=[{"message": "new"}])
    with Database(url) as database:
        store = ResultStore(url)
        store.add("s005", "reader", "k", newer)
        store.close()
        with database.writing() as connection:
            migrate(connection, "0007", down=True)
        with database.reading() as connection:
            *earlier, last = [json.loads(row.record) for row in connection.execute(text(PLACES))]
    assert earlier == before
    assert last["findings"][0]["message"] == "new"
    assert "engine" not in last
    with Database(url) as database, database.reading() as connection:
        *_, again = [result_of(row.record) for row in connection.execute(text(PLACES))]
    assert again == newer
    with pytest.raises(Exception, match="never changed"), Database(url) as database, database.writing() as connection:
        connection.execute(text("DELETE FROM autograder_result"))


def test_the_accuracy_of_before_is_read_from_the_words_that_said_it() -> None:
    from autograder.store.migrations.versions.v0008_findings import ACCURACY

    for said in (
        "准确率 0.9123, AUC 0.95;最低要求 0.8500, 总答同一类是 0.5000。",
        "Accuracy 0.9123; minimum 0.8500, a constant answer 0.5000.",
        "网络对每张图的回答都一样 (准确率 0.9123):它什么也没学到, 或者权重还是初始值。",
        "The network answers the same for every image (accuracy 0.9123): it learnt nothing, or the weights are the initial ones.",
    ):
        found = ACCURACY.match(said)
        assert found
        assert found[1] == "0.9123"
    assert ACCURACY.match("The weights file Accuracy 0.9999 is damaged") is None


def test_appeals_go_with_the_version_that_knows_them(url: str) -> None:
    """Below 0012 there are requests about weeks alone, and rows are still never changed."""
    with Database(url) as database:
        with database.writing() as connection:
            for kind, week, chapter in (("leave", 3, ""), ("appeal", 0, "lenet"), ("appeal", 0, "resnet")):
                assert add_request(connection, Request("s001", kind, week, "x", NOW, NOW, chapter=chapter)) == (
                    chapter != "resnet"
                )
            asked = open_requests(connection)
            assert [(one.kind, one.chapter) for one in asked] == [("leave", ""), ("appeal", "lenet")]
            add_answers(connection, [Answer(one.id, "ta", NOW, True) for one in asked])
        with database.writing() as connection:
            migrate(connection, "0011", down=True)
        with database.reading() as connection:
            columns = {one["name"] for one in inspect(connection).get_columns("autograder_request")}
            assert not columns & {"chapter", "digest"}
            joined = "SELECT r.kind, r.week FROM autograder_request r JOIN autograder_answer a ON a.request = r.id"
            assert connection.execute(text(joined)).all() == [("leave", 3)]
            assert connection.execute(text("SELECT count(*) FROM autograder_answer")).scalar() == 1
        for table in ("autograder_request", "autograder_answer"):
            with pytest.raises(Exception, match="never changed"), database.writing() as connection:
                connection.execute(text(f"DELETE FROM {table}"))
        with database.writing() as connection:
            migrate(connection, "head")
            assert [(one.kind, one.chapter) for one, _ in answers_of(connection)] == [("leave", "")]
