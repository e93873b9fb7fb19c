"""The real server on the database of the tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from operations.tests.live import Process, running
from socialsite.lib.tests.probes import database_url


@contextmanager
def server_on_test_database(folder: Path) -> Iterator[Process]:
    url = database_url(connection.settings_dict)
    options = ("serve", "--no-worker", "--host", "127.0.0.1")
    with running(folder, *options, DATABASE_URL=url, RATE_LIMIT_SCALE="1e6") as server:
        yield server
