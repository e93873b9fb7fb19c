"""What live tests of the grown form share."""

import os
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import pytest


@pytest.fixture
def live_database() -> Iterator[str]:
    """An empty PostgreSQL database of one's own: its URL."""
    psycopg = pytest.importorskip("psycopg")
    parts = urlsplit(os.environ["DATABASE_URL"])
    name = f"live_{os.getpid()}"
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield urlunsplit(parts._replace(path=f"/{name}"))
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")
