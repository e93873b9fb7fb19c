"""Fetching from elsewhere: what is never connected to, and what a hostile server cannot do."""

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from socialsite.lib.outbound import Failure, Fetched, OutboundError, fetch, is_allowed
from socialsite.lib.testing.outside import LOOPBACK, Outside, plain, redirect, status

pytestmark = pytest.mark.once

OTHER_LOOPBACK = "127.0.0.2"
INNER = (
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.254", "127.0.0.1", "127.255.255.254",
    "169.254.169.254", "169.254.0.1", "172.16.0.1", "172.31.255.254", "192.0.0.1", "192.0.0.170", "192.0.2.1", "192.88.99.1",
    "192.168.0.1", "198.18.0.1", "198.19.255.254", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1",
    "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:93.184.216.34", "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b::5db8:d822", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:7f00:1::1",
    "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::1", "2002:a9fe:a9fe::1", "3fff::1", "5f00::1",
    "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "ff0e::1",
)  # fmt: skip
PUBLIC = (
    "93.184.216.34",
    "1.1.1.1",
    "172.32.0.1",
    "100.128.0.1",
    "2606:4700::1111",
    "2a00:1450::1",
)
HOSTS = (
    "127.0.0.1", "127.1", "127.0.1", "0x7f.0.0.1", "0x7f000001", "2130706433", "017700000001", "0177.0.0.1", "0", "0.0.0.0",
    "localhost", "LOCALHOST", "localhost.", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
    "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "①②⑦.⓪.⓪.①", "127。0。0。1", "[::1%25lo]", "media.test@127.0.0.1",
    "u:p@127.0.0.1", "93.184.216.34\\@127.0.0.1", "127.0.0.1#93.184.216.34", "127.0.0.1?.example.org", "%31%32%37.0.0.1",
    "", ".", "..", "a..b", "[", "[]", "[::1", "127.0.0.1:0", "x" * 64 + ".org",
)  # fmt: skip
SCHEMES = (
    "http://media.test/", "ftp://media.test/", "file:///etc/passwd", "gopher://media.test/", "data:image/png,x",
    "javascript:alert(1)", "//media.test/", "media.test", "", "https:", "https://", "https:///x", "https://media.test:99999/",
    "https://media.test:x/", "https://media.test:-1/",
)  # fmt: skip


@pytest.fixture
def outside(tmp_path: Path, settings: Any) -> Iterator[Outside]:
    """A server that may be asked."""
    server = Outside(tmp_path)
    settings.OUTBOUND_ALLOWED_NETWORKS = [ip_network(f"{LOOPBACK}/32")]
    settings.OUTBOUND_CA_FILE = str(server.ca_file)
    yield server
    server.close()


@pytest.fixture
def canary(tmp_path: Path, outside: Outside) -> Iterator[Outside]:
    """A server of an inner network, at the same port as the one outside."""
    server = Outside(tmp_path, OTHER_LOOPBACK, outside.port)
    yield server
    server.close()


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every address that anybody connects to."""
    found: list[Any] = []
    connect = socket.socket.connect

    def noted(self: socket.socket, address: Any) -> None:
        found.append(address)
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", noted)
    return found


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """Names with the answers to each look-up in turn; the last one stays."""
    known: dict[str, list[list[str]]] = {}
    ask = socket.getaddrinfo

    def answer(host: str, port: int, *rest: Any, **more: Any) -> Any:
        if host not in known:
            return ask(host, port, *rest, **more)
        addresses = known[host].pop(0) if len(known[host]) > 1 else known[host][0]
        return [(0, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return known


def get(url: str, **changes: Any) -> Fetched:
    return fetch(url, **{"seconds": 2, "max_bytes": 10_000, **changes})


def failure_of(url: str, **changes: Any) -> Failure:
    with pytest.raises(OutboundError) as caught:
        get(url, **changes)
    return caught.value.failure


def test_t33_what_stands_elsewhere_is_fetched(outside: Outside) -> None:
    url = outside.put("/a%20b/%C3%A4?q=1&r", b"picture")
    outside.paths["/a%20b/%C3%A4?q=1&r"] = plain(b"picture", "Image/PNG; charset=x")
    found = get(outside.url("/a%20b/ä?q=1&r"), types=("image/",), accept="image/png")
    assert (found.body, found.content_type) == (b"picture", "image/png")
    head = outside.asked[0].split("\r\n")
    assert head[0] == "GET /a%20b/%C3%A4?q=1&r HTTP/1.1"
    sent = {line.split(":")[0].lower() for line in head[1:] if line}
    assert sent == {"host", "accept-encoding", "user-agent", "accept", "connection"}
    assert f"Host: localhost:{outside.port}" in head
    assert get(url).url == url


@pytest.mark.parametrize("address", INNER)
def test_t33_inner_addresses_are_not_allowed(address: str) -> None:
    assert not is_allowed(address, 443)


@pytest.mark.parametrize("address", PUBLIC)
def test_t33_public_addresses_are_allowed_at_the_port_of_https_alone(address: str) -> None:
    assert is_allowed(address, 443)
    assert not any(is_allowed(address, port) for port in (22, 80, 6379, 8443))


@pytest.mark.parametrize("host", HOSTS)
def test_t33_no_form_of_an_inner_address_is_connected_to(host: str, reached: list[Any]) -> None:
    for port in ("", ":443", ":8000"):
        failure = failure_of(f"https://{host}{port}/")
        assert failure in {Failure.ADDRESS, Failure.UNREACHABLE}
    assert reached == []


@pytest.mark.parametrize("url", SCHEMES)
def test_t34_other_schemes_are_not_addresses(url: str, reached: list[Any]) -> None:
    assert failure_of(url) == Failure.ADDRESS
    assert reached == []


@pytest.mark.parametrize("address", INNER)
def test_t33_a_name_of_an_inner_address_is_not_connected_to(
    address: str, names: dict[str, list[list[str]]], reached: list[Any]
) -> None:
    names["media.test"] = [[address]]
    assert failure_of("https://media.test/") == Failure.ADDRESS
    assert reached == []


def test_t33_a_name_is_looked_up_once_for_a_connection(
    outside: Outside, canary: Outside, names: dict[str, list[list[str]]], reached: list[Any]
) -> None:
    outside.put("/", b"outside")
    names["media.test"] = [[LOOPBACK], [OTHER_LOOPBACK]]
    assert get(outside.url("/", "media.test")).body == b"outside"
    assert reached == [(LOOPBACK, outside.port)]
    assert names["media.test"] == [[OTHER_LOOPBACK]]
    assert failure_of(outside.url("/", "media.test")) == Failure.ADDRESS
    assert canary.visits == 0


def test_t33_only_the_allowed_addresses_of_a_name_are_tried(
    outside: Outside, canary: Outside, names: dict[str, list[list[str]]]
) -> None:
    outside.put("/", b"outside")
    names["media.test"] = [["::1", OTHER_LOOPBACK, LOOPBACK]]
    assert get(outside.url("/", "media.test")).body == b"outside"
    assert canary.visits == 0


@pytest.mark.parametrize(
    "to",
    [
        "https://127.0.0.2:{port}/", "https://169.254.169.254/latest/meta-data/", "https://[::1]:{port}/", "http://localhost:{port}/",
        "file:///etc/passwd", "//127.0.0.2:{port}/", "https://u:p@127.0.0.2:{port}/", "https://rebound.test:{port}/",
    ],
)  # fmt: skip
def test_t33_each_redirect_is_checked_anew(
    to: str,
    outside: Outside,
    canary: Outside,
    names: dict[str, list[list[str]]],
    reached: list[Any],
) -> None:
    names["rebound.test"] = [[OTHER_LOOPBACK]]
    outside.paths["/"] = redirect(to.format(port=outside.port))
    assert failure_of(outside.url("/")) == Failure.ADDRESS
    assert {address for address, *_ in reached} == {LOOPBACK}
    assert canary.visits == 0


def test_t33_a_name_that_changes_between_redirects_is_refused(
    outside: Outside, canary: Outside, names: dict[str, list[list[str]]]
) -> None:
    names["media.test"] = [[LOOPBACK], [OTHER_LOOPBACK]]
    outside.paths["/"] = redirect("/next")
    assert failure_of(outside.url("/", "media.test")) == Failure.ADDRESS
    assert canary.visits == 0


def test_t33_three_redirects_are_followed_and_no_more(outside: Outside) -> None:
    for number in range(4):
        outside.paths[f"/{number}"] = redirect(f"/{number + 1}")
    outside.put("/4", b"found")
    assert get(outside.url("/1")).url == outside.url("/4")
    assert failure_of(outside.url("/0")) == Failure.REDIRECTS


@pytest.mark.parametrize("host", ["other.test", "localhost"])
def test_t33_the_server_must_be_the_one_that_was_named(
    host: str, outside: Outside, names: dict[str, list[list[str]]], settings: Any
) -> None:
    names["other.test"] = [[LOOPBACK]]
    if host == "localhost":
        settings.OUTBOUND_CA_FILE = ""
    assert failure_of(outside.url("/", host)) == Failure.CERTIFICATE
    assert outside.asked == []


def drip(stream: ssl.SSLSocket) -> None:
    """Send a byte now and then, as a body or as a header without end."""
    for _ in range(100):
        stream.sendall(b"x")
        time.sleep(0.05)


def slow_body(stream: ssl.SSLSocket) -> None:
    stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n")
    drip(stream)


def silent(stream: ssl.SSLSocket) -> None:
    time.sleep(1)


@pytest.mark.parametrize("answer", [drip, slow_body, silent])
def test_t33_a_slow_server_has_the_time_that_was_given(
    answer: Callable[[ssl.SSLSocket], None], outside: Outside
) -> None:
    outside.paths["/"] = answer
    started = time.monotonic()
    assert failure_of(outside.url("/"), seconds=0.4) == Failure.TIMEOUT
    assert time.monotonic() - started < 0.8


def test_t33_a_server_that_only_takes_the_connection_has_it_too(outside: Outside) -> None:
    with socket.create_server((LOOPBACK, 0)) as deaf:
        url = f"https://{LOOPBACK}:{deaf.getsockname()[1]}/"
        assert failure_of(url, seconds=0.3) == Failure.TIMEOUT


def slow_look_up(*_: Any, **__: Any) -> list[Any]:
    time.sleep(1)
    return []


def test_t33_a_look_up_has_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", slow_look_up)
    assert failure_of("https://media.test/", seconds=0.2) == Failure.TIMEOUT


def endless(stream: ssl.SSLSocket) -> None:
    stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n")
    while True:
        stream.sendall(b"x" * 65536)


def chunked(stream: ssl.SSLSocket) -> None:
    stream.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        stream.sendall(b"1000\r\n" + b"x" * 4096 + b"\r\n")


def declared(stream: ssl.SSLSocket) -> None:
    stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")


@pytest.mark.parametrize("answer", [endless, chunked, declared])
def test_t33_a_body_without_end_is_not_read_to_it(
    answer: Callable[[ssl.SSLSocket], None], outside: Outside
) -> None:
    outside.paths["/"] = answer
    assert failure_of(outside.url("/")) == Failure.SIZE


@pytest.mark.parametrize(
    ("answer", "failure", "is_passing"),
    [
        (redirect("https://[half"), Failure.ADDRESS, False),
        (status(404), Failure.STATUS, False),
        (status(429), Failure.STATUS, True),
        (status(503), Failure.STATUS, True),
        (status(206), Failure.STATUS, False),
        (plain(b"<html>", "text/html"), Failure.TYPE, False),
        (plain(b"x", "image/png", extra="Content-Encoding: gzip\r\n"), Failure.TYPE, False),
        (lambda stream: stream.sendall(b"no http\r\n\r\n"), Failure.UNREACHABLE, True),
        (lambda stream: None, Failure.UNREACHABLE, True),
        (
            lambda stream: stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: image/a\r\nContent-Length: 9\r\n\r\nx"),
            Failure.UNREACHABLE,
            True,
        ),
        (
            lambda stream: stream.sendall(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 300 + b"\r\n"),
            Failure.UNREACHABLE,
            True,
        ),
        (lambda stream: stream.sendall(b"HTTP/1.1 200 OK\r\na: " + b"b" * 70000), Failure.UNREACHABLE, True),
    ],
)  # fmt: skip
def test_t33_what_is_no_good_answer_is_told_in_one_way(
    answer: Any, failure: Failure, is_passing: bool, outside: Outside
) -> None:
    outside.paths["/"] = answer
    with pytest.raises(OutboundError) as caught:
        get(outside.url("/"), types=("image/",))
    assert (caught.value.failure, caught.value.is_passing) == (failure, is_passing)


def test_t33_no_proxy_of_the_environment_is_asked(
    outside: Outside, canary: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://{OTHER_LOOPBACK}:{canary.port}")
    outside.put("/", b"outside")
    assert get(outside.url("/")).body == b"outside"
    assert canary.visits == 0
