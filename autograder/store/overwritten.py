"""Marks and comments of formgrader that another one took the place of.

Formgrader saves the whole of what its page has, also what another TA changed meanwhile, and keeps nothing of what was
there. Triggers of the database note each value that is replaced, so that it can be told and given back.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from sqlalchemy import Connection, func, inspect, select, text

from autograder.store.audit import add_audit
from autograder.store.database import Database, lock
from autograder.store.records import AuditEntry
from autograder.store.tables import audit, overwritten
from autograder.text import Text
from autograder.untrusted.outside import one_line

WHAT, ACTOR = "overwritten", "formgrader"
_LOCK = 0x6F76_6572  # any number of our own, for PostgreSQL's advisory locks
SHOWN = 60  # characters of a comment
REPLACED = Text(
    zh="formgrader: {student} {about}: {values}；如果是两位助教同时在评，前面的那个丢了，请看一看",
    en="formgrader: {student} {about}: {values}; if two teaching assistants marked at once, the earlier one is lost: look again",
)
EXTRA, COMMENT = Text(zh="附加分", en="extra credit"), Text(zh="评语", en="comment")
NOTHING = Text(zh="空", en="nothing")
# What is watched: table, column of the value, its kind.
WATCHED = (
    ("grade", "manual_score", "mark"),
    ("grade", "extra_credit", "extra"),
    ("comment", "manual_comment", "comment"),
)
_INSERT = """
INSERT INTO autograder_overwritten (student, chapter, cell, kind, old, new, at)
SELECT sa.student_id, a.name, b.name, '{kind}', CAST(old.{column} AS {text}), COALESCE(CAST(new.{column} AS {text}), ''), {now}
FROM submitted_notebook sn
JOIN submitted_assignment sa ON sa.id = sn.assignment_id
JOIN assignment a ON a.id = sa.assignment_id
JOIN base_cell b ON b.id = new.cell_id
WHERE sn.id = new.notebook_id AND old.id = new.id;
"""
_SET = {"mark": "old.{c} IS NOT NULL", "extra": "COALESCE(old.{c}, 0) <> 0", "comment": "COALESCE(old.{c}, '') <> ''"}


def name_of(kind: str) -> str:
    """Return the name of the trigger that watches one kind of value."""
    return f"autograder_overwritten_{kind}"


def watch_marks(connection: Connection) -> None:
    """Make the triggers on nbgrader's tables where they are missing, if the table that they fill is there."""
    if not inspect(connection).has_table(overwritten.name):
        return
    dialect = connection.dialect.name
    catalogue = "sqlite_master WHERE type = 'trigger' AND name" if dialect == "sqlite" else "pg_trigger WHERE tgname"
    for table, column, kind in WATCHED:
        name = name_of(kind)
        if connection.execute(text(f"SELECT 1 FROM {catalogue} = :name"), {"name": name}).first():
            continue
        if dialect == "sqlite":
            body = _INSERT.format(kind=kind, column=column, text="TEXT", now="strftime('%Y-%m-%d %H:%M:%f', 'now')")
            when = f"{_SET[kind].format(c=column)} AND old.{column} IS NOT new.{column}"
            connection.exec_driver_sql(
                f"CREATE TRIGGER {name} AFTER UPDATE OF {column} ON {table} WHEN {when} BEGIN {body} END"
            )
        else:
            body = _INSERT.format(kind=kind, column=column, text="TEXT", now="now() AT TIME ZONE 'utc'")
            when = f"{_SET[kind].format(c=column)} AND old.{column} IS DISTINCT FROM new.{column}"
            connection.exec_driver_sql(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$BEGIN {body.replace('%', '%%')} RETURN NULL; END$$"
            )
            connection.exec_driver_sql(
                f"CREATE TRIGGER {name} AFTER UPDATE OF {column} ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {name}()"
            )


def told_overwritten(database: Database, now: datetime) -> list[Text]:
    """Return a line for each cell in which values were replaced since the last time; each value goes into the audit log."""
    with database.reading() as connection:
        newest = connection.execute(select(func.max(overwritten.c.id))).scalar() or 0
        if newest <= _told(connection):
            return []
    with database.writing() as connection:
        lock(connection, _LOCK)
        query = select(overwritten).where(overwritten.c.id > _told(connection)).order_by(overwritten.c.id)
        rows = connection.execute(query).all()
        entries = [
            AuditEntry(
                now,
                ACTOR,
                WHAT,
                row.student,
                f"{row.chapter} {row.cell}"[:100],
                _shown(row.old, row.kind).en,
                _shown(row.new, row.kind).en,
                row.at.isoformat(timespec="seconds"),
                f"{WHAT}:{row.id}",
            )
            for row in rows
        ]
        add_audit(connection, entries)
    found: dict[tuple[str, str, str], list[Text]] = defaultdict(list)
    for row in rows:
        values = found[row.student, f"{row.chapter} {row.cell}", row.kind]
        old = _shown(row.old, row.kind)
        values += [*([old] if not values or values[-1] != old else []), _shown(row.new, row.kind)]
    return [
        REPLACED.format(student=student, about=_about(cell, kind), values=Text.joined(values, " -> "))
        for (student, cell, kind), values in found.items()
    ]


def _told(connection: Connection) -> int:
    """Return the number of the newest replaced value that was told."""
    newest = select(func.max(audit.c.id)).where(audit.c.what == WHAT).scalar_subquery()
    key = connection.execute(select(audit.c.key).where(audit.c.id == newest)).scalar()
    return int(key.partition(":")[2]) if key else 0


def _about(cell: str, kind: str) -> Text:
    more = {"extra": EXTRA, "comment": COMMENT}.get(kind)
    return Text.joined([Text(zh=cell, en=cell), *([more] if more else [])], " ")


def _shown(value: str, kind: str) -> Text:
    if not value:
        return NOTHING
    if kind == "comment":
        short = one_line(value)
        shown = f"“{short[:SHOWN]}{'…' if len(short) > SHOWN else ''}”"
    else:
        shown = f"{float(value):g}"
    return Text(zh=shown, en=shown)
