"""PostgreSQL and Redis for the tests that compare stores: where they are, and what to do without them."""

import os
import socket
from importlib.util import find_spec
from urllib.parse import urlsplit

import pytest

_DATABASE_URL = os.environ.get("DATABASE_URL", "")
POSTGRES = urlsplit(
    _DATABASE_URL if _DATABASE_URL.startswith("postgres") else "postgres://postgres@127.0.0.1:5432/"
)
REDIS_URL = os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/0"


def need_postgres() -> None:
    _need("psycopg", POSTGRES.hostname, POSTGRES.port or 5432)


def need_redis() -> None:
    parts = urlsplit(REDIS_URL)
    _need("redis", parts.hostname, parts.port or 6379)


def _need(client: str, host: str | None, port: int) -> None:
    """Skip the test without the service; fail in CI, where it must be there."""
    if find_spec(client) and _answers(host or "127.0.0.1", port):
        return
    message = f"needs {client} and its server on {host}:{port}"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True
