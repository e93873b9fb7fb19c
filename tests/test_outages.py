import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from accounts.testing import PASSWORD
from chaos.caller import Reply, call
from chaos.checker import wrongs
from chaos.clients import Client, unexpected
from chaos.journal import Journal, possible_states
from chaos.people import Person, make_people
from operations.tests.live import free_port, running
from socialsite.lib.tests.probes import database_url
from tests.outages import server_on_test_database

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]
on_postgres = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="needs PostgreSQL")
CUTS, RECOVERY_S = 12, 5.0


def tell_postgres(statement: str) -> None:
    """Run a statement from another database of the same server."""
    url = database_url(connection.settings_dict | {"NAME": "postgres"})
    with psycopg.connect(url, autocommit=True) as elsewhere:
        elsewhere.execute(statement.encode())


def cut_connections() -> None:
    name = connection.settings_dict["NAME"]
    tell_postgres(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    )


def writing(port: int, people: list[Person], journal: Journal) -> tuple[list[Client], Any]:
    """Let three clients write; returns them and what stops them."""
    groups = [people[n::3] for n in range(3)]
    clients = [
        Client(g, [p for p in people if p not in g], journal, n) for n, g in enumerate(groups)
    ]
    stopped = threading.Event()
    threads = [threading.Thread(target=client.run, args=(port, stopped)) for client in clients]
    for thread in threads:
        thread.start()

    def stop() -> None:
        stopped.set()
        for thread in threads:
            thread.join()

    return clients, stop


def seconds_until(ready: Callable[[], bool]) -> float:
    started = time.monotonic()
    while not ready() and time.monotonic() < started + 30:
        time.sleep(0.05)
    return time.monotonic() - started


@on_postgres
def test_t50_lost_connections_cost_no_acknowledged_write_and_no_500(tmp_path: Path) -> None:
    people, journal = make_people(9), Journal(tmp_path / "journal.jsonl")
    connection.close()
    with server_on_test_database(tmp_path) as server:
        clients, stop = writing(server.port, people, journal)
        for _ in range(CUTS):
            time.sleep(0.4)
            cut_connections()
        recovery = seconds_until(lambda: call(server.port, "GET", "/health").status == 200)
        time.sleep(1)
        stop()
    counts = sum((client.counts for client in clients), Counter[str]())
    print(counts, f"recovered after {recovery:.1f} s")  # noqa: T201 - the counts belong to the run
    assert wrongs(possible_states(journal.lines())) == []
    assert (counts["acknowledged"] > 20, counts.pop("status 503") > 0) == (True, True)
    assert (unexpected(counts), counts["status 0"]) == ([], 0)
    assert recovery <= RECOVERY_S


@on_postgres
def test_t50_without_its_database_the_site_says_503_and_when_to_come_again(
    tmp_path: Path,
) -> None:
    one, other = make_people(2)
    path, name = f"/api/users/{other.pk}", connection.settings_dict["NAME"]
    connection.close()
    with server_on_test_database(tmp_path) as server:
        assert call(server.port, "GET", path, token=one.token).status == 200
        tell_postgres(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        try:
            cut_connections()
            replies = calls_of_all_kinds(server.port, path, one.token)
        finally:
            tell_postgres(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        back = seconds_until(
            lambda: call(server.port, "POST", f"{path}/follow", token=one.token).is_ok
        )
    assert {name: reply.status for name, reply in replies.items() if reply.status != 503} == {}
    # Health speaks to machines that ask all the time.
    assert [n for n, reply in replies.items() if "retry-after" not in reply.headers] == ["health"]
    assert back <= RECOVERY_S


def calls_of_all_kinds(port: int, path: str, token: str) -> dict[str, Reply]:
    sign_in = {"identifier": "chaos0", "password": PASSWORD}
    return {
        "read": call(port, "GET", path, token=token),
        "read as nobody": call(port, "GET", path),
        "write": call(port, "POST", f"{path}/follow", token=token),
        "write with a key": call(port, "POST", f"{path}/follow", token=token, key="k"),
        "sign in": call(port, "POST", "/api/auth/login", sign_in),
        "health": call(port, "GET", "/health"),
    }


def sign_up(port: int, name: str) -> Reply:
    body = {"username": name, "email": f"{name}@example.org", "password": PASSWORD}
    return call(port, "POST", "/api/auth/register", body)


def sign_in(port: int, name: str, password: str) -> int:
    body = {"identifier": name, "password": password}
    return call(port, "POST", "/api/auth/login", body).status


def test_t49_without_redis_guesses_are_still_counted_and_all_else_works(tmp_path: Path) -> None:
    url = f"redis://127.0.0.1:{free_port()}/0"
    options = ("serve", "--migrate", "--host", "127.0.0.1")
    with running(tmp_path, *options, REDIS_URL=url, LOG_LEVEL="WARNING") as server:
        port = server.port
        ann, ben = (sign_up(port, name) for name in ("ann", "ben"))
        assert (ann.status, ben.status) == (201, 201)
        token, path = ann.body["access_token"], f"/api/users/{ben.body['user']['id']}"
        assert call(port, "POST", f"{path}/follow", token=token, key="k").status == 200
        assert call(port, "PUT", "/api/v1/users/me", {"bio": "here"}, token).status == 200
        told = call(port, "GET", "/api/notifications", token=ben.body["access_token"])
        assert len(told.body["results"]) == 1
        assert [sign_in(port, "ben", "wrong") for _ in range(7)] == [401] * 5 + [429] * 2
        assert sign_in(port, "ann", PASSWORD) == 200
        assert call(port, "GET", "/health").status == 503
        assert "unhandled_exception" not in server.said()
