"""Class list, check-ins, actions, audit log, certificates, reminders; results know which attempt they belong to."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
ADDED = ("submission", "number", "received_at", "score", "max_score")
APPEND_ONLY = (
    "autograder_result",
    "autograder_student",
    "autograder_checkin",
    "autograder_action",
    "autograder_audit",
    "autograder_certificate",
)
INDEX = "ix_autograder_result_attempt"


def _student() -> sa.types.TypeEngine[str]:
    return sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")


def upgrade() -> None:
    """Add columns and tables; fill the new columns of the results that are there."""
    for column in (
        sa.Column("submission", sa.String(80)),
        sa.Column("number", sa.Integer),
        sa.Column("received_at", sa.DateTime),
        sa.Column("score", sa.Float),
        sa.Column("max_score", sa.Float),
    ):
        op.add_column("autograder_result", column)
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("autograder_result", "student", type_=sa.String(200, collation="C"))
    _fill()
    op.create_index(INDEX, "autograder_result", ["student", "chapter", "number"])
    _tables_of_students()
    _tables_of_the_office()
    for table in APPEND_ONLY:
        _protect(table)


def downgrade() -> None:
    """Remove what was added; the results stay."""
    for table in APPEND_ONLY:
        _unprotect(table)
    for table in ("reminder", "secret", "certificate", "audit", "pseudonym", "action", "checkin", "student"):
        op.drop_table(f"autograder_{table}")
    op.drop_index(INDEX, "autograder_result")
    with op.batch_alter_table("autograder_result") as results:
        for name in ADDED:
            results.drop_column(name)


def _fill() -> None:
    connection = op.get_bind()
    results = sa.table(
        "autograder_result",
        *(sa.column(name) for name in ("id", "student", "chapter", "key", "record", *ADDED)),
        sa.column("graded_at", sa.DateTime),
    )
    rows = connection.execute(
        sa.select(results.c.id, results.c.student, results.c.chapter, results.c.key).order_by(results.c.id)
    ).all()
    known: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        keys = known.setdefault((row.student, row.chapter), [])
        if row.key not in keys:
            keys.append(row.key)
        record = json.loads(connection.execute(sa.select(results.c.record).where(results.c.id == row.id)).scalar_one())
        connection.execute(
            sa.update(results)
            .where(results.c.id == row.id)
            .values(
                submission=row.key,
                number=keys.index(row.key) + 1,
                received_at=results.c.graded_at,
                score=record.get("score"),
                max_score=record.get("max_score"),
            )
        )


def _tables_of_students() -> None:
    op.create_table(
        "autograder_student",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("student", _student(), nullable=False, index=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("class_group", sa.String(100), nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "autograder_checkin",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("student", _student(), nullable=False),
        sa.Column("week", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("proof", sa.String(80), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("standing", sa.String(20), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.UniqueConstraint("student", "week", "kind", "proof", name="uq_autograder_checkin"),
    )
    op.create_table(
        "autograder_pseudonym",
        sa.Column("folded", sa.String(100), primary_key=True),
        sa.Column("student", _student(), nullable=False),
    )
    op.create_table(
        "autograder_reminder",
        sa.Column("student", _student(), primary_key=True),
        sa.Column("subject", sa.String(80), primary_key=True),
        sa.Column("claimed_at", sa.DateTime, nullable=False),
        sa.Column("sent_at", sa.DateTime),
    )


def _tables_of_the_office() -> None:
    op.create_table(
        "autograder_action",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("student", _student(), index=True),
        sa.Column("week", sa.Integer),
        sa.Column("chapter", sa.String(100)),
        sa.Column("until", sa.DateTime),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("value", sa.String(200), nullable=False),
    )
    op.create_table(
        "autograder_audit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("student", _student(), nullable=False, index=True),
        sa.Column("target", sa.String(100), nullable=False),
        sa.Column("old", sa.Text, nullable=False),
        sa.Column("new", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
    )
    op.create_table(
        "autograder_certificate",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("student", _student(), nullable=False, index=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("course", sa.String(100), nullable=False),
        sa.Column("weeks_percent", sa.Float, nullable=False),
        sa.Column("points", sa.Float, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "autograder_secret",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("value", sa.String(128), nullable=False),
    )


def _protect(table: str) -> None:
    dialect = op.get_bind().dialect.name
    if dialect == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed'); END"
            )
    elif dialect == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION autograder_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME; END$$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION autograder_append_only()"
        )


def _unprotect(table: str) -> None:
    dialect = op.get_bind().dialect.name
    if dialect == "sqlite":
        for verb in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_no_{verb}")
    elif dialect == "postgresql":
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
