"""Appeals are requests about a chapter, and may name the hand-in that they are about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from autograder.store.migrations.versions.v0002_checkins import _protect, _unprotect

revision = "0012"
down_revision = "0011"
TABLE, ANSWERS = "autograder_request", "autograder_answer"
ADDED = {"chapter": 100, "digest": 80}


def upgrade() -> None:
    """Add the columns; what was asked for before is about weeks."""
    for name, length in ADDED.items():
        op.add_column(TABLE, sa.Column(name, sa.String(length), nullable=False, server_default=""))


def downgrade() -> None:
    """Remove the appeals with their answers, which older versions cannot read, and the columns; the audit log keeps both."""
    for table in (TABLE, ANSWERS):
        _unprotect(table)
    op.execute(f"DELETE FROM {ANSWERS} WHERE request IN (SELECT id FROM {TABLE} WHERE kind = 'appeal')")
    op.execute(f"DELETE FROM {TABLE} WHERE kind = 'appeal'")
    for name in ADDED:
        op.execute(f"ALTER TABLE {TABLE} DROP COLUMN {name}")  # not in a batch: that makes the table anew
    for table in (TABLE, ANSWERS):
        _protect(table)
