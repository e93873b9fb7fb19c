"""T23 in small: bodies that are too large or too slow are refused before anything is stored."""

import json
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from socialsite.lib.tests.front import LIMIT, Start, ask, compose, plain, serving, speak

pytestmark = pytest.mark.once

seen: list[int] = []


def app(variables: dict[str, Any], start: Start) -> Iterable[bytes]:
    seen.append(len(variables["wsgi.input"].read()))
    return plain(start, str(seen[-1]).encode())


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with serving(compose(app, tmp_path_factory.mktemp("files"), slow_seconds=0.5)) as number:
        yield number


def chunks(count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield b"x" * 65536


def refusal(raw: bytes) -> tuple[str, str, dict[str, Any]]:
    """Return status, code and body of a raw answer."""
    head, _, body = raw.partition(b"\r\n\r\n")
    failure = json.loads(body)
    assert b"connection: close" in head.lower()
    return head.split(b" ")[1].decode(), failure["errors"][0]["code"], failure


def test_t23_body_at_the_limit_is_taken(port: int) -> None:
    assert ask(port, "POST", "/", b"x" * LIMIT)[1] == str(LIMIT).encode()


def test_t23_declared_size_above_the_limit_is_413_before_a_byte_of_it(port: int) -> None:
    head = f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {LIMIT + 1}\r\n\r\n"
    before = len(seen)
    status, code, failure = refusal(speak(port, head.encode()))
    assert (status, code) == ("413", "body_too_large")
    assert failure["type"] == "client_error"
    assert len(failure["request_id"]) >= 8
    assert len(seen) == before


def test_t23_client_that_waits_for_100_is_answered_413(port: int) -> None:
    head = "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n"
    raw = speak(port, head.encode())
    assert raw.startswith(b"HTTP/1.1 413")


def test_t23_chunked_body_above_the_limit_is_413(port: int) -> None:
    before = len(seen)
    answer, body = ask(port, "POST", "/", chunks(17))
    assert (answer.status, json.loads(body)["errors"][0]["code"]) == (413, "body_too_large")
    assert len(seen) == before


def test_t23_body_longer_than_it_says_is_not_taken_for_more(port: int) -> None:
    seen.clear()
    raw = speak(port, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcdefgh")
    assert b"HTTP/1.1 400" in raw
    assert set(seen) <= {3}


@pytest.mark.parametrize("length", ["-1", "1e3", "0x10", "9" * 30, "1, 2", ""])
def test_t23_length_that_is_no_number_is_400(port: int, length: str) -> None:
    raw = speak(port, f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\nx".encode())
    assert refusal(raw)[:2] == ("400", "parse_error")


def test_t23_path_of_an_upload_has_its_own_limit(port: int) -> None:
    assert ask(port, "POST", "/upload/x", b"x" * (2 * LIMIT))[0].status == 200
    assert ask(port, "POST", "/upload/x", chunks(3 * 16 + 1))[0].status == 413


def test_t23_body_that_does_not_come_is_cut_with_408(port: int) -> None:
    started = time.monotonic()
    raw = speak(port, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nx")
    assert refusal(raw)[:2] == ("408", "body_too_slow")
    assert time.monotonic() - started < 4


def test_t23_body_that_drips_is_cut_with_408(port: int) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n"
    raw = speak(port, head, *[b"x"] * 30, pause=0.03)
    assert refusal(raw)[:2] == ("408", "body_too_slow")


def test_t23_body_above_one_kilobyte_a_second_is_taken(port: int) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 4000\r\n\r\n"
    raw = speak(port, head, *[b"x" * 400] * 10, pause=0.1)
    assert raw.startswith(b"HTTP/1.1 200")


def test_connection_serves_on_after_a_body(port: int, tmp_path: Path) -> None:
    one = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab"
    last = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert speak(port, one, last, pause=0.1).count(b"HTTP/1.1 200") == 2
