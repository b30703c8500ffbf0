"""Marks belong to the answer that they were given for: what each attempt has by hand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from autograder.store.migrations.versions.v0002_checkins import _protect, _student, _unprotect

revision = "0007"
down_revision = "0006"
TABLE = "autograder_marked"


def upgrade() -> None:
    """Add the table; marks from before belong to what formgrader shows when they are first looked at."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("student", _student(), nullable=False),
        sa.Column("chapter", sa.String(100), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("shown", sa.Boolean, nullable=False),
        sa.Column("points", sa.Float, nullable=False),
        sa.Column("marks", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )
    op.create_index("ix_autograder_marked_answer", TABLE, ["student", "chapter"])
    _protect(TABLE)


def downgrade() -> None:
    """Remove the table; nbgrader's own marks stay."""
    _unprotect(TABLE)
    op.drop_table(TABLE)
