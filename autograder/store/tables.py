"""Our tables, beside nbgrader's own. Rows of those in `APPEND_ONLY` are never changed; triggers hold that, see migrations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.types import TypeDecorator

from autograder.portable.older import UTC


class Moment(TypeDecorator[datetime]):
    """A moment with its zone outside, UTC without one in the database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        """Return what is stored."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value} has no zone")
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        """Return what was stored."""
        return value.replace(tzinfo=UTC) if value else None

    def result_processor(self, dialect: Any, coltype: Any) -> Any:
        """Return what reads a value; for SQLite, which stores ISO 8601, in one step: a class has a million of them."""
        if dialect.name != "sqlite":
            return super().result_processor(dialect, coltype)
        read = datetime.fromisoformat
        return lambda value: None if value is None else read(f"{value}+00:00")


# One order of ids everywhere: that of the code points, in PostgreSQL too, so that sorted streams can be merged.
StudentId = String(200).with_variant(String(200, collation="C"), "postgresql")
metadata = MetaData()

results = Table(
    "autograder_result",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("student", StudentId, nullable=False, index=True),
    Column("chapter", String(100), nullable=False),
    Column("key", String(80), nullable=False, index=True),
    Column("record", Text, nullable=False),
    Column("graded_at", Moment, nullable=False),
    # Which attempt it is the result of: hash of what was handed in, 1, 2, ..., and when; a regrade has the same number.
    Column("submission", String(80)),
    Column("number", Integer),
    Column("received_at", Moment),
    Column("score", Float),
    Column("max_score", Float),
    Column("place", Float),  # of an attempt that came before one with a smaller number: between its neighbours
    Index("ix_autograder_result_attempt", "student", "chapter", "number"),
)
# When what was handed in came: the newest row of an answer holds. No moment: nobody knows, and nothing is taken off.
handins = Table(
    "autograder_handin",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("student", StudentId, nullable=False),
    Column("chapter", String(100), nullable=False),
    Column("digest", String(80), nullable=False),
    Column("received_at", Moment),
    Column("source", String(20), nullable=False),
    Column("confirmed", Boolean, nullable=False),
    Column("origin", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("actor", String(200), nullable=False),
    Column("reason", Text, nullable=False),
    Index("ix_autograder_handin_answer", "student", "chapter", "digest"),
)
# What TAs marked, by attempt (the key of its result); shown: formgrader shows this attempt from now on.
marked = Table(
    "autograder_marked",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("student", StudentId, nullable=False),
    Column("chapter", String(100), nullable=False),
    Column("key", String(80), nullable=False),
    Column("shown", Boolean, nullable=False),
    Column("points", Float, nullable=False),
    Column("marks", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_autograder_marked_answer", "student", "chapter"),
)
# Values of formgrader that others took the place of, noted by triggers on nbgrader's tables.
overwritten = Table(
    "autograder_overwritten",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("student", StudentId, nullable=False),
    Column("chapter", String(100), nullable=False),
    Column("cell", Text, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("old", Text, nullable=False),
    Column("new", Text, nullable=False),
    Column("at", Moment, nullable=False),
)
jobs = Table(
    "autograder_job",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("student", StudentId, nullable=False),
    Column("chapter", String(100), nullable=False),
    Column("key", String(80), nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("again", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("holder", String(300)),
    Column("leased_until", Moment),
    Column("result", Integer, ForeignKey("autograder_result.id")),
    Column("spent", Float, nullable=False, server_default="0"),
    Column("alone", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("student", "chapter", "key", name="uq_autograder_job"),
)
students = Table(
    "autograder_student",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("student", StudentId, nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("email", String(320), nullable=False),
    Column("class_group", String(100), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    Column("joined", Integer),  # the first week of a student who came later
)
checkins = Table(
    "autograder_checkin",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("student", StudentId, nullable=False),
    Column("week", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("proof", String(80), nullable=False, index=True),
    Column("note", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("standing", String(20), nullable=False),
    Column("month", String(7), nullable=False),
    Column("received_at", Moment),  # when the class first saw it; of rows from before that was kept: unknown
    Column("marks", Text, nullable=False, server_default=""),
    UniqueConstraint("student", "week", "kind", "proof", name="uq_autograder_checkin"),
)
refusals = Table(
    "autograder_refusal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("student", StudentId, nullable=False),
    Column("week", Integer, nullable=False),
    Column("proof", String(80), nullable=False),
    Column("note", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("why_zh", Text, nullable=False),
    Column("why_en", Text, nullable=False),
    UniqueConstraint("student", "week", "proof", name="uq_autograder_refusal"),
)
rules = Table(
    "autograder_rule",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("since", Moment, nullable=False),
    Column("actor", String(200), nullable=False),
    Column("rules", Text, nullable=False),
)
# What students ask for (make-up, leave: one row for each week; an appeal: about a chapter); a request has at most one answer.
requests = Table(
    "autograder_request",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("student", StudentId, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("week", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("chapter", String(100), nullable=False, server_default=""),
    Column("digest", String(80), nullable=False, server_default=""),
    UniqueConstraint("student", "kind", "week", "at", name="uq_autograder_request"),
)
answers = Table(
    "autograder_answer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("request", Integer, ForeignKey("autograder_request.id"), nullable=False, unique=True),
    Column("actor", String(200), nullable=False),
    Column("at", Moment, nullable=False),
    Column("granted", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
)
actions = Table(
    "autograder_action",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("actor", String(200), nullable=False),
    Column("at", Moment, nullable=False),
    Column("reason", Text, nullable=False),
    Column("student", StudentId, index=True),
    Column("week", Integer),
    Column("chapter", String(100)),
    Column("until", Moment),
    Column("active", Boolean, nullable=False),
    Column("value", String(200), nullable=False),
)
pseudonyms = Table(
    "autograder_pseudonym",
    metadata,
    Column("folded", String(100), primary_key=True),
    Column("student", StudentId, nullable=False),
)
audit = Table(
    "autograder_audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("actor", String(200), nullable=False),
    Column("what", String(40), nullable=False),
    Column("student", StudentId, nullable=False, index=True),
    Column("target", String(100), nullable=False),
    Column("old", Text, nullable=False),
    Column("new", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("key", String(80), nullable=False),
)
certificates = Table(
    "autograder_certificate",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("student", StudentId, nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("course", String(100), nullable=False),
    Column("weeks_percent", Float, nullable=False),
    Column("points", Float, nullable=False),
    Column("at", Moment, nullable=False),
)
secrets = Table(
    "autograder_secret",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", String(128), nullable=False),
)
salts = Table(
    "autograder_salt",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("course", String(100), nullable=False, unique=True),
    Column("value", String(128), nullable=False),
)
reminders = Table(
    "autograder_reminder",
    metadata,
    Column("student", StudentId, primary_key=True),
    Column("subject", String(80), primary_key=True),
    Column("claimed_at", Moment, nullable=False),
    Column("sent_at", Moment),
)
APPEND_ONLY = (
    "autograder_result",
    "autograder_handin",
    "autograder_marked",
    "autograder_overwritten",
    "autograder_student",
    "autograder_checkin",
    "autograder_refusal",
    "autograder_rule",
    "autograder_request",
    "autograder_answer",
    "autograder_action",
    "autograder_audit",
    "autograder_certificate",
    "autograder_salt",
)
