"""Results, as they were before versions; a database that has them already keeps them as they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the table where it is missing."""
    if sa.inspect(op.get_bind()).has_table("autograder_result"):
        return
    student = sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")
    op.create_table(
        "autograder_result",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("student", student, nullable=False, index=True),
        sa.Column("chapter", sa.String(100), nullable=False),
        sa.Column("key", sa.String(80), nullable=False, index=True),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("graded_at", sa.DateTime, nullable=False),
    )


def downgrade() -> None:
    """Leave the results: they are older than versions."""
