"""When a note reached the class and what it was marked for, refused notes, rules with their moment, requests, joined weeks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from autograder.store.migrations.versions.v0002_checkins import _protect, _student, _unprotect

revision = "0005"
down_revision = "0004"
APPEND_ONLY = ("autograder_refusal", "autograder_rule", "autograder_request", "autograder_answer")
INDEX = "ix_autograder_checkin_proof"


def upgrade() -> None:
    """Add columns and tables; what is there already has no received moment, no marks and no joined week."""
    op.add_column("autograder_student", sa.Column("joined", sa.Integer))
    op.add_column("autograder_checkin", sa.Column("received_at", sa.DateTime))
    op.add_column("autograder_checkin", sa.Column("marks", sa.Text, nullable=False, server_default=""))
    op.create_index(INDEX, "autograder_checkin", ["proof"])
    op.create_table(
        "autograder_refusal",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("student", _student(), nullable=False),
        sa.Column("week", sa.Integer, nullable=False),
        sa.Column("proof", sa.String(80), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("received_at", sa.DateTime, nullable=False),
        sa.Column("why_zh", sa.Text, nullable=False),
        sa.Column("why_en", sa.Text, nullable=False),
        sa.UniqueConstraint("student", "week", "proof", name="uq_autograder_refusal"),
    )
    op.create_table(
        "autograder_rule",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("since", sa.DateTime, nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("rules", sa.Text, nullable=False),
    )
    op.create_table(
        "autograder_request",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("student", _student(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("week", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("received_at", sa.DateTime, nullable=False),
        sa.UniqueConstraint("student", "kind", "week", "at", name="uq_autograder_request"),
    )
    op.create_table(
        "autograder_answer",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("request", sa.Integer, sa.ForeignKey("autograder_request.id"), nullable=False, unique=True),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("granted", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    for table in APPEND_ONLY:
        _protect(table)


def downgrade() -> None:
    """Remove what was added; check-ins and the class list stay, and stay protected."""
    for table in reversed(APPEND_ONLY):
        _unprotect(table)
        op.drop_table(table)
    op.drop_index(INDEX, "autograder_checkin")
    # Not in a batch: that makes the table anew, and its triggers would be gone.
    for table, column in (("checkin", "marks"), ("checkin", "received_at"), ("student", "joined")):
        op.execute(f"ALTER TABLE autograder_{table} DROP COLUMN {column}")
