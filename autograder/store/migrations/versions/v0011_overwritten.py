"""What formgrader wrote over: marks and comments that another one took the place of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from autograder.store.migrations.versions.v0002_checkins import _protect, _student, _unprotect

revision = "0011"
down_revision = "0010"
TABLE = "autograder_overwritten"
TRIGGERS = (("grade", "mark"), ("grade", "extra"), ("comment", "comment"))


def upgrade() -> None:
    """Add the table; the triggers that fill it are made when the gradebook is opened."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("student", _student(), nullable=False),
        sa.Column("chapter", sa.String(100), nullable=False),
        sa.Column("cell", sa.Text, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("old", sa.Text, nullable=False),
        sa.Column("new", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )
    _protect(TABLE)


def downgrade() -> None:
    """Remove the triggers and the table; the audit log keeps what was told."""
    connection = op.get_bind()
    there = set(sa.inspect(connection).get_table_names())
    for table, kind in TRIGGERS:
        name = f"{TABLE}_{kind}"
        if connection.dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER IF EXISTS {name}")
        elif table in there:
            op.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            op.execute(f"DROP FUNCTION IF EXISTS {name}")
    _unprotect(TABLE)
    op.drop_table(TABLE)
