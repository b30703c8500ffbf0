"""A PostgreSQL server of our own, for classes that keep their database there."""

from tests.store.conftest import postgres_server as postgres_server
