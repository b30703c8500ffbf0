"""When hand-ins came, by whose word, and what of them is kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from autograder.store.migrations.versions.v0002_checkins import _protect, _student, _unprotect

revision = "0006"
down_revision = "0005"
TABLE = "autograder_handin"


def upgrade() -> None:
    """Add the table; attempts from before have the moment that stands in their results."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("student", _student(), nullable=False),
        sa.Column("chapter", sa.String(100), nullable=False),
        sa.Column("digest", sa.String(80), nullable=False),
        sa.Column("received_at", sa.DateTime),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("confirmed", sa.Boolean, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_index("ix_autograder_handin_answer", TABLE, ["student", "chapter", "digest"])
    _protect(TABLE)


def downgrade() -> None:
    """Remove the table; what was handed in stays where it lies."""
    _unprotect(TABLE)
    op.drop_table(TABLE)
