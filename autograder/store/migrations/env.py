"""Alembic's entry: migrations run on the connection that `autograder.store.database.migrate` gives."""

from __future__ import annotations

from alembic import context

from autograder.store.database import VERSION_TABLE
from autograder.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,  # `alembic_version` is nbgrader's
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
