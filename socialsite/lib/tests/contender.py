"""One of several processes that want the same limited thing: prints how many of its calls were allowed."""

import sys
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from socialsite.lib.errors import RateLimited
from socialsite.lib.limits import Policy, take
from socialsite.lib.models import LimitWindow

THREADS, CALLS_EACH = 8, 25
POLICY = Policy("contended", limit=100, window_s=600, critical=True)


def main(command: str) -> None:
    """Set up, tear down, or wait for a line of input and then call as fast as it goes."""
    if command == "create":
        _run_on_postgres("CREATE SCHEMA {}")
        with connection.schema_editor() as editor:
            editor.create_model(LimitWindow)
    elif command == "drop":
        _run_on_postgres("DROP SCHEMA IF EXISTS {} CASCADE")
    else:
        print("ready", flush=True)  # noqa: T201
        sys.stdin.readline()
        with ThreadPoolExecutor(THREADS) as pool:
            print(sum(pool.map(_call, range(THREADS))))  # noqa: T201


def _call(_thread: int) -> int:
    allowed = 0
    for _ in range(CALLS_EACH):
        try:
            take(POLICY, "user:1")
            allowed += 1
        except RateLimited:
            pass
    connection.close()
    return allowed


def _run_on_postgres(statement: str) -> None:
    """The tables stand in a schema of their own, the one the search path of the connection names."""
    if connection.vendor == "postgresql":
        schema = connection.settings_dict["OPTIONS"]["options"].partition("search_path=")[2]
        with connection.cursor() as cursor:
            cursor.execute(statement.format(schema))
