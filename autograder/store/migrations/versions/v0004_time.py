"""Jobs: what of a submission's time is spent, and whether it is to be asked while nothing else runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the columns; nothing is spent yet."""
    op.add_column("autograder_job", sa.Column("spent", sa.Float, nullable=False, server_default="0"))
    op.add_column("autograder_job", sa.Column("alone", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Remove them: what was put back begins anew."""
    for name in ("alone", "spent"):
        op.drop_column("autograder_job", name)
