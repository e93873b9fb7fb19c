"""WSGI behind the front: bodies, threads, long answers, failures."""

import json
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from socialsite.lib.asgi import environ
from socialsite.lib.tests.front import Start, ask, compose, plain, serving, speak

pytestmark = pytest.mark.once

begun = threading.Event()
let_go = threading.Event()
closed: list[str] = []


class Generated:
    """A long answer that counts its pieces and says when it is closed."""

    def __init__(self, pieces: int) -> None:
        self.pieces = pieces
        self.made = 0

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(self.pieces):
            self.made += 1
            yield b"x" * 65536

    def close(self) -> None:
        closed.append(f"{self.made}")


def echo(variables: dict[str, Any], start: Start) -> Iterable[bytes]:
    body = variables["wsgi.input"].read()
    seen = {k: v for k, v in variables.items() if isinstance(v, str)}
    return plain(start, json.dumps({**seen, "size": len(body)}).encode())


def long(variables: dict[str, Any], start: Start) -> Iterable[bytes]:
    start("200 OK", [("Content-Type", "text/plain")])
    return Generated(int(variables["QUERY_STRING"]))


def wait(variables: dict[str, Any], start: Start) -> Iterable[bytes]:
    begun.set()
    let_go.wait(10)
    return plain(start, threading.current_thread().name.encode())


def fail(variables: dict[str, Any], start: Start) -> Iterable[bytes]:
    raise ValueError("secret detail")


def nothing(variables: dict[str, Any], start: Start) -> Iterable[bytes]:
    start("204 No Content", [])
    return []


def named(variables: dict[str, Any], start: Start) -> Iterable[bytes]:
    return plain(start, threading.current_thread().name.encode())


ROUTES = {"/long": long, "/wait": wait, "/fail": fail, "/nothing": nothing, "/thread": named}


def app(variables: dict[str, Any], start: Start) -> Iterable[bytes]:
    return ROUTES.get(variables["PATH_INFO"], echo)(variables, start)


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with serving(compose(app, tmp_path_factory.mktemp("files"))) as number:
        yield number


def test_answer_carries_length_and_body(port: int) -> None:
    answer, body = ask(port, "GET", "/a%20b?x=1")
    seen = json.loads(body)
    assert answer.headers["Content-Length"] == str(len(body))
    assert (seen["PATH_INFO"], seen["QUERY_STRING"], seen["REMOTE_ADDR"]) == (
        "/a b",
        "x=1",
        "127.0.0.1",
    )


@pytest.mark.parametrize("size", [0, 1, 65_000, 70_000, 1024 * 1024])
def test_body_arrives_whole(port: int, size: int) -> None:
    seen = json.loads(ask(port, "POST", "/", b"x" * size)[1])
    assert (seen["size"], seen["CONTENT_LENGTH"]) == (size, str(size))


def test_chunked_body_arrives_with_its_length(port: int) -> None:
    seen = json.loads(ask(port, "POST", "/", iter([b"x" * 100_000, b"y" * 5]))[1])
    assert (seen["size"], seen["CONTENT_LENGTH"]) == (100_005, "100005")
    assert "HTTP_TRANSFER_ENCODING" not in seen


def test_get_has_no_length(port: int) -> None:
    assert "CONTENT_LENGTH" not in json.loads(ask(port, "GET", "/")[1])


def test_header_with_underscore_cannot_pretend_to_be_one_of_the_proxy(port: int) -> None:
    seen = json.loads(ask(port, "GET", "/", headers={"X_Forwarded_For": "1.2.3.4"})[1])
    assert "HTTP_X_FORWARDED_FOR" not in seen


def test_repeated_headers_are_joined() -> None:
    variables: dict[str, Any] = {}
    twice = [(b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"accept", b"x"), (b"Accept", b"y")]
    environ.add_headers(variables, twice)
    assert variables == {"HTTP_COOKIE": "a=1; b=2", "HTTP_ACCEPT": "x,y"}


def test_head_has_the_length_and_no_body(port: int) -> None:
    answer, body = ask(port, "HEAD", "/thread")
    assert (answer.status, body, answer.headers["Content-Length"]) == (200, b"", "5")


def test_no_content_has_no_length(port: int) -> None:
    answer, body = ask(port, "GET", "/nothing")
    assert (answer.status, body, answer.headers["Content-Length"]) == (204, b"", None)


def test_calls_run_on_the_few_kept_threads(port: int) -> None:
    names = {ask(port, "GET", "/thread")[1] for _ in range(30)}
    assert names <= {b"web-0", b"web-1"}


def test_body_cut_off_in_the_middle_never_reaches_the_application(port: int) -> None:
    raw = b"POST /long?1 HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf"
    before = len(closed)
    client_gone = speak_and_leave(port, raw)
    time.sleep(0.3)
    assert client_gone
    assert len(closed) == before


def test_failure_is_500_in_the_shape_of_the_api_without_its_text(port: int) -> None:
    answer, body = ask(port, "GET", "/fail")
    failure = json.loads(body)
    assert answer.status == 500
    assert (failure["type"], failure["errors"][0]["code"]) == ("server_error", "error")
    assert failure["request_id"] == answer.headers["X-Request-Id"]
    assert b"secret" not in body


def test_long_answer_is_sent_piece_by_piece_and_closed(port: int) -> None:
    answer, body = ask(port, "GET", "/long?80")
    assert len(body) == 80 * 65536
    assert answer.headers["Transfer-Encoding"] == "chunked"
    assert closed[-1] == "80"


def test_long_answer_ends_when_the_client_leaves(port: int) -> None:
    before = len(closed)
    assert speak_and_leave(port, b"GET /long?100000 HTTP/1.1\r\nHost: x\r\n\r\n", read=100_000)
    deadline = time.monotonic() + 5
    while len(closed) == before and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(closed) == before + 1
    assert int(closed[-1]) < 10_000


def test_a_full_queue_answers_503_and_the_others_finish(port: int) -> None:
    let_go.clear()
    begun.clear()
    answers: list[int] = []
    callers = [
        threading.Thread(target=lambda: answers.append(ask(port, "GET", "/wait")[0].status))
        for _ in range(14)
    ]
    for caller in callers:
        caller.start()
    assert begun.wait(5)
    while len(answers) < 4:  # two run, eight wait
        time.sleep(0.02)
    let_go.set()
    for caller in callers:
        caller.join(10)
    assert sorted(answers) == [200] * 10 + [503] * 4


def test_file_of_the_application_leaves_its_thread(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"z" * 3_000_000)

    def give(variables: dict[str, Any], start: Start) -> Iterable[bytes]:
        start("200 OK", [("Content-Length", "3000000")])
        return variables["wsgi.file_wrapper"]((tmp_path / "f").open("rb"))

    with serving(compose(give, tmp_path, threads=1)) as port:
        sleepers = [open_and_ask(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n") for _ in range(4)]
        assert len(ask(port, "GET", "/")[1]) == 3_000_000
        for sleeper in sleepers:
            sleeper.close()


def test_stop_waits_for_the_running_call(tmp_path: Path) -> None:
    let_go.clear()
    begun.clear()
    answers: list[int] = []
    with serving(compose(app, tmp_path)) as port:
        caller = threading.Thread(
            target=lambda: answers.append(ask(port, "GET", "/wait")[0].status)
        )
        caller.start()
        assert begun.wait(5)
        threading.Timer(0.5, let_go.set).start()
    caller.join(5)
    assert answers == [200]


def test_stop_does_not_begin_half_a_request(tmp_path: Path) -> None:
    raw = b"POST /long?1 HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf"
    before = len(closed)
    with serving(compose(app, tmp_path)) as port:
        client = open_and_ask(port, raw)
        time.sleep(0.2)
        started = time.monotonic()
    assert time.monotonic() - started < 1.5
    assert client.recv(100) == b""
    assert len(closed) == before


def open_and_ask(port: int, raw: bytes) -> socket.socket:
    """Return a connection that has asked and does not read."""
    client = connect(port)
    client.sendall(raw)
    return client


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def speak_and_leave(port: int, raw: bytes, read: int = 0) -> bool:
    """Ask, read so much, and leave."""
    with connect(port) as client:
        client.sendall(raw)
        while read > 0:
            read -= len(client.recv(65536))
        time.sleep(0.1)
    return True


def test_two_requests_on_one_connection(port: int) -> None:
    one = b"GET /thread HTTP/1.1\r\nHost: x\r\n\r\n"
    last = b"GET /thread HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert speak(port, one + last).count(b"HTTP/1.1 200 OK") == 2
