"""Jobs: what is to be graded, and who is at it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the table; it starts empty, results that are there are found by their key."""
    op.create_table(
        "autograder_job",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("student", sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql"), nullable=False),
        sa.Column("chapter", sa.String(100), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("state", sa.String(20), nullable=False, index=True),
        sa.Column("again", sa.Boolean, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("received_at", sa.DateTime, nullable=False),
        sa.Column("holder", sa.String(300)),
        sa.Column("leased_until", sa.DateTime),
        sa.Column("result", sa.Integer, sa.ForeignKey("autograder_result.id")),
        sa.UniqueConstraint("student", "chapter", "key", name="uq_autograder_job"),
    )


def downgrade() -> None:
    """Remove the table: what is unfinished is found again in the folder of submissions."""
    op.drop_table("autograder_job")
