"""What is refused before there is a request: heads, silence, slow readers, too many connections."""

import json
import socket
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from socialsite.lib.tests.front import Start, ask, compose, plain, read_all, serving, speak

pytestmark = pytest.mark.once

GET = b"GET / HTTP/1.1\r\nHost: x\r\n"


def app(variables: dict[str, Any], start: Start) -> Iterable[bytes]:
    size = int(variables["QUERY_STRING"] or 2)
    return plain(start, b"x" * size)


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    limits = {"head_seconds": 0.5, "read_seconds": 0.5}
    with serving(compose(app, tmp_path_factory.mktemp("files")), **limits) as number:
        yield number


def code(raw: bytes) -> tuple[bytes, str]:
    head, _, body = raw.partition(b"\r\n\r\n")
    return head.split(b" ")[1], json.loads(body)["errors"][0]["code"]


def test_t21_what_is_not_http_is_400_in_the_shape_of_the_api(port: int) -> None:
    assert code(speak(port, b"\x16\x03\x01 hello\r\n\r\n")) == (b"400", "parse_error")


def test_t21_hundred_headers_are_taken(port: int) -> None:
    headers = b"".join(b"X-%d: y\r\n" % n for n in range(98)) + b"Connection: close\r\n\r\n"
    assert speak(port, GET + headers).startswith(b"HTTP/1.1 200")


def test_t21_more_headers_are_431(port: int) -> None:
    headers = b"".join(b"X-%d: y\r\n" % n for n in range(101)) + b"\r\n"
    assert code(speak(port, GET + headers)) == (b"431", "head_too_large")


@pytest.mark.parametrize("size", [40_000, 3_000_000])
def test_t21_large_header_is_431(port: int, size: int) -> None:
    raw = speak(port, GET + b"X: " + b"y" * size + b"\r\n\r\n")
    assert code(raw) == (b"431", "head_too_large")


def test_t21_large_target_is_431(port: int) -> None:
    raw = speak(port, b"GET /" + b"y" * 40_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    assert code(raw) == (b"431", "head_too_large")


def test_t21_head_without_end_is_431(port: int) -> None:
    pieces = [b"X: " + b"y" * 8000 + b"\r\n" for _ in range(8)]
    assert code(speak(port, GET, *pieces, pause=0.02)) == (b"431", "head_too_large")


def test_small_head_behind_a_large_body_in_one_piece_is_served(port: int) -> None:
    body = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n" + b"x" * 60_000
    raw = speak(port, body + GET, b"Connection: close\r\n\r\n", pause=0.1)
    assert raw.count(b"HTTP/1.1 200") == 2


def test_silent_connection_is_closed(port: int) -> None:
    started = time.monotonic()
    assert speak(port) == b""
    assert time.monotonic() - started < 2


def test_head_that_drips_is_closed(port: int) -> None:
    started = time.monotonic()
    assert speak(port, *[bytes([letter]) for letter in GET], pause=0.05) == b""
    assert time.monotonic() - started < 3


def test_second_head_that_drips_is_closed(port: int) -> None:
    raw = speak(port, GET + b"\r\n", *[bytes([letter]) for letter in GET], pause=0.04)
    assert raw.count(b"HTTP/1.1 200") == 1


def test_long_body_after_a_quick_head_is_not_closed(port: int) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 8\r\n\r\n"
    assert speak(port, head, *[b"x"] * 8, pause=0.1).startswith(b"HTTP/1.1 200")


def slow_client(port: int, size: int, window: int = 4096) -> socket.socket:
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
    client.connect(("127.0.0.1", port))
    client.sendall(b"GET /?%d HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" % size)
    return client


def test_f4_client_that_does_not_read_is_dropped(port: int) -> None:
    with slow_client(port, 20_000_000) as client:
        time.sleep(1.5)
        assert len(read_all(client)) < 20_000_000


def test_f4_client_that_reads_slowly_but_on_gets_all(port: int) -> None:
    got = 0
    with slow_client(port, 8_000_000, window=65536) as client:
        while part := client.recv(100_000):
            got += len(part)
            time.sleep(0.005)
    assert got > 8_000_000


def test_connections_above_the_cap_are_answered_503(tmp_path: Path) -> None:
    with serving(compose(app, tmp_path), max_connections=3) as port:
        held = [socket.create_connection(("127.0.0.1", port)) for _ in range(3)]
        time.sleep(0.2)
        assert code(speak(port)) == (b"503", "unavailable")
        for client in held:
            client.close()
        time.sleep(0.2)
        assert ask(port, "GET", "/")[0].status == 200
