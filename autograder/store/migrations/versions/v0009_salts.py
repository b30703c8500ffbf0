"""The private salt of each course that the database is about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from autograder.store.migrations.versions.v0002_checkins import _protect, _unprotect

revision = "0009"
down_revision = "0008"
TABLE = "autograder_salt"


def upgrade() -> None:
    """Add the table; a salt is drawn when it is first asked for."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("course", sa.String(100), nullable=False, unique=True),
        sa.Column("value", sa.String(128), nullable=False),
    )
    _protect(TABLE)


def downgrade() -> None:
    """Remove the table: what was drawn from a salt is drawn anew."""
    _unprotect(TABLE)
    op.drop_table(TABLE)
