"""`manage.py serve`, `worker` and `runserver` as they really run."""

import asyncio
import json
import os
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import websockets

from operations.tests.live import Process, free_port, refused, running

pytestmark = pytest.mark.live
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    with running(tmp_path_factory.mktemp("data"), "serve", "--migrate") as process:
        yield process


def connect(port: int) -> int:
    """Return the status that a socket to a path nobody serves gets."""

    async def knock() -> int:
        try:
            async with websockets.connect(f"ws://127.0.0.1:{port}/ws/none"):
                return 101
        except websockets.InvalidStatus as refusal:
            return refusal.response.status_code

    return asyncio.run(knock())


def pieces(total: int) -> Iterator[bytes]:
    for _ in range(total // MIB):
        yield bytes(MIB)


def wait_for_mail(folder: Path, seconds: float = 15) -> list[Path]:
    deadline = time.monotonic() + seconds
    while not (found := list((folder / "mail").glob("*.eml"))) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


@pytest.mark.once
def test_m3_port_variable_chooses_the_port_on_all_interfaces(site: Process) -> None:
    for host in ("127.0.0.1", "127.0.0.2"):
        assert site.ask("GET", "/health", host=host)[0] == 200
    assert f"0.0.0.0:{site.port}" in site.said()


@pytest.mark.once
def test_start_says_where_and_what_is_off(site: Process) -> None:
    lines = [line for line in site.said().splitlines() if not line.startswith("{")]
    assert len(lines) == 1
    assert f"http://localhost:{site.port}" in lines[0]
    assert "over plain http these are off" in lines[0]


@pytest.mark.once
def test_unknown_path_is_404_in_the_shape_of_the_api(site: Process) -> None:
    status, headers, body = site.ask("GET", "/nosuch")
    failure = json.loads(body)
    assert (status, failure["errors"][0]["code"]) == (404, "not_found")
    assert failure["request_id"] == headers["X-Request-Id"]
    assert headers["Server"] is None


@pytest.mark.once
def test_unknown_socket_is_refused_without_a_trace(site: Process) -> None:
    assert connect(site.port) == 403
    assert "Traceback" not in site.said()


@pytest.mark.once
@pytest.mark.parametrize("chunked", [False, True])
def test_t23_600_mib_are_413_and_not_kept(site: Process, chunked: bool) -> None:
    site.ask("GET", "/health")
    before = site.memory()
    body = pieces(600 * MIB) if chunked else bytes(600 * MIB)
    status, _, answer = site.ask("POST", "/nosuch", body)
    assert (status, json.loads(answer)["errors"][0]["code"]) == (413, "body_too_large")
    assert site.memory() - before < 32 * MIB


@pytest.mark.once
def test_task_of_a_request_runs_in_the_same_process(site: Process) -> None:
    person = {"username": "ada", "email": "ada@example.org", "password": "a long enough phrase"}
    assert site.ask("POST", "/api/auth/register", person)[0] == 201
    assert wait_for_mail(site.folder)


@pytest.mark.once
def test_second_server_on_the_data_folder_is_refused_in_one_line(site: Process) -> None:
    said = refused(site.folder, "serve", PORT=str(free_port()))
    assert said.startswith("CommandError: DATA_DIR: another server runs on")
    assert said.count("\n") == 1


@pytest.mark.once
def test_taken_port_is_refused_in_one_line(site: Process, tmp_path: Path) -> None:
    said = refused(tmp_path, "serve", PORT=str(site.port))
    assert said.startswith(f"CommandError: PORT: cannot listen on 0.0.0.0:{site.port}")
    assert said.count("\n") == 1


@pytest.mark.once
def test_several_processes_without_servers_to_share_are_refused(tmp_path: Path) -> None:
    said = refused(tmp_path, "serve", WEB_CONCURRENCY="2")
    assert "several web processes need PostgreSQL and Redis" in said


@pytest.mark.once
def test_sigterm_ends_it_cleanly_whatever_clients_do(tmp_path: Path) -> None:
    with running(tmp_path, "serve", "--migrate") as site:
        halves = [socket.create_connection(("127.0.0.1", site.port)) for _ in range(3)]
        halves[0].sendall(b"POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf")
        halves[1].sendall(b"GET /x HTTP/1.1\r\nHost:")
        time.sleep(0.2)
        code, seconds = site.stop()
        assert (code, seconds < 5) == (0, True)
        assert "Traceback" not in site.said()
        for half in halves:
            half.close()


@pytest.mark.once
def test_server_and_worker_apart(tmp_path: Path) -> None:
    with running(tmp_path, "serve", "--migrate", "--no-worker") as site:
        assert "tasks elsewhere" in site.said()
        person = {"username": "ada", "email": "ada@example.org", "password": "a long enough phrase"}
        assert site.ask("POST", "/api/auth/register", person)[0] == 201
        assert not wait_for_mail(tmp_path, seconds=1.5)
        with running(tmp_path, "worker", ready="waiting") as worker:
            assert wait_for_mail(tmp_path)
            code, seconds = worker.stop()
            assert (code, seconds < 5) == (0, True)


@pytest.mark.once
def test_daphne_serves_the_same_application(tmp_path: Path) -> None:
    with running(tmp_path, "serve", "--migrate", "--server", "daphne") as site:
        assert "put a proxy with a body limit in front" in site.said()
        assert site.ask("GET", "/health")[0] == 200
        assert site.ask("POST", "/nosuch", bytes(2 * MIB))[0] == 413
        assert connect(site.port) == 403
        code, seconds = site.stop()
        assert (code, seconds < 5) == (0, True)
        assert "Traceback" not in site.said()


@pytest.mark.once
def test_runserver_runs_the_same_application_under_daphne(site: Process, tmp_path: Path) -> None:
    port = str(free_port())
    arguments = ("runserver", "--noreload", f"127.0.0.1:{port}")
    with running(tmp_path, *arguments, ready="Starting ASGI/Daphne", PORT=port) as process:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                assert process.ask("GET", "/nosuch")[0] == 404
                return
            except ConnectionRefusedError:
                time.sleep(0.1)
        pytest.fail(process.said())


@pytest.mark.skipif(
    not os.environ.get("REDIS_URL") or "postgres" not in os.environ.get("DATABASE_URL", ""),
    reason="needs PostgreSQL and Redis",
)
def test_grown_form_serves_from_two_processes(tmp_path: Path, live_database: str) -> None:
    shared = {
        "DATABASE_URL": live_database,
        "REDIS_URL": os.environ["REDIS_URL"],
        "WEB_CONCURRENCY": "2",
    }
    with (
        running(tmp_path, "serve", "--migrate", "--no-worker", **shared) as one,
        running(tmp_path, "serve", "--no-worker", **shared) as two,
    ):
        person = {"username": "ada", "email": "ada@example.org", "password": "a long enough phrase"}
        assert one.ask("POST", "/api/auth/register", person)[0] == 201
        assert two.ask("POST", "/api/auth/register", person)[0] == 409
        assert [process.stop()[0] for process in (one, two)] == [0, 0]


@pytest.mark.once
def test_t17_long_passwords_cost_no_hashing_no_memory_and_nobodys_time(site: Process) -> None:
    body = {"username": "nobody", "password": "x" * 1_000_000}
    site.ask("POST", "/api/auth/login", body)
    before, others = site.memory(), []

    def ask_for_something_else() -> None:
        started = time.monotonic()
        assert site.ask("GET", "/health")[0] == 200
        others.append(time.monotonic() - started)

    with ThreadPoolExecutor(32) as pool:
        attempts = [pool.submit(site.ask, "POST", "/api/auth/login", body) for _ in range(200)]
        while not all(attempt.done() for attempt in attempts):
            ask_for_something_else()
    assert {attempt.result()[0] for attempt in attempts} <= {400, 413, 429}
    assert site.memory() - before < 150 * MIB
    assert max(others) < 1
