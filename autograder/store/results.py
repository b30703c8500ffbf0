"""Results of grading, kept by key: the same key never runs twice. Rows are added, never changed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, DateTime, Engine, Integer, MetaData, String, Table, Text, create_engine, func, select

metadata = MetaData()
results = Table(
    "autograder_result",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("student", String(200), nullable=False, index=True),
    Column("chapter", String(100), nullable=False),
    Column("key", String(80), nullable=False, index=True),
    Column("record", Text, nullable=False),
    Column("graded_at", DateTime, nullable=False),
)


class ResultStore:
    """The results of a course. `url`: any SQLAlchemy URL."""

    def __init__(self, url: str) -> None:
        self._engine: Engine = create_engine(url)
        metadata.create_all(self._engine)

    @classmethod
    def in_course(cls, root: Path) -> ResultStore:
        """Open the gradebook of a course folder."""
        return cls(f"sqlite:///{root / 'gradebook.db'}")

    def current(self, student: str, chapter: str, key: str | None = None) -> dict[str, Any] | None:
        """Return the newest result of a student in a chapter, None where there is none or it has another key."""
        query = (
            select(results.c.record, results.c.key)
            .where(results.c.student == student, results.c.chapter == chapter)
            .order_by(results.c.id.desc())
            .limit(1)
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None or key not in (None, row.key):
            return None
        record: dict[str, Any] = json.loads(row.record)
        return record

    def all_current(self) -> list[dict[str, Any]]:
        """Return the newest result of every student in every chapter, sorted."""
        newest = select(func.max(results.c.id)).group_by(results.c.student, results.c.chapter)
        query = select(results.c.record).where(results.c.id.in_(newest)).order_by(results.c.student, results.c.chapter)
        with self._engine.connect() as connection:
            return [json.loads(row.record) for row in connection.execute(query)]

    def add(self, student: str, chapter: str, key: str, record: dict[str, Any]) -> None:
        """Add a result in one transaction; `record` holds JSON values."""
        row = {"student": student, "chapter": chapter, "key": key, "record": json.dumps(record, ensure_ascii=False)}
        with self._engine.begin() as connection:
            connection.execute(results.insert().values(**row, graded_at=datetime.now(UTC).replace(tzinfo=None)))

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()
