"""The private salt of a course: behind all that the grader alone draws. It stands in the database and nowhere else."""

from __future__ import annotations

import secrets

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from autograder.store.database import Database
from autograder.store.tables import salts


def private_salt(database: Database, course: str) -> str:
    """Return the private salt of a course, by its id; drawn when it is first asked for, and never changed."""
    query = select(salts.c.value).where(salts.c.course == course)
    with database.reading() as connection:
        found = connection.execute(query).scalar()
    if found is None:
        with database.writing() as connection:
            try:
                with connection.begin_nested():
                    connection.execute(salts.insert().values(course=course, value=secrets.token_hex(32)))
            except IntegrityError:
                pass  # another process was quicker
            found = connection.execute(query).scalar_one()
    return str(found)
