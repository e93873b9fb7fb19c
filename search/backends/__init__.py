"""The index in the words of each database, behind one interface."""

from functools import cache

from django.db import connection

from search.backends.base import Backend
from search.backends.postgres import PostgresBackend
from search.backends.sqlite import SqliteBackend


def backend() -> Backend:
    """Return the one of the database in use."""
    return _of(connection.vendor)


@cache
def _of(vendor: str) -> Backend:
    return SqliteBackend() if vendor == "sqlite" else PostgresBackend()
