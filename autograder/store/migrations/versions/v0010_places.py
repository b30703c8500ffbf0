"""An attempt that is collected after later ones has its place among them by when it came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
TABLE = "autograder_result"


def upgrade() -> None:
    """Add the column; what is there already stands in the order of its numbers."""
    op.add_column(TABLE, sa.Column("place", sa.Float))


def downgrade() -> None:
    """Remove the column; attempts stand in the order of their numbers again."""
    # Not in a batch: that makes the table anew, and its triggers would be gone.
    op.execute(f"ALTER TABLE {TABLE} DROP COLUMN place")
