"""Fetching from addresses that people wrote: https only, from public addresses only, within limits of time and size.

A name is looked up once and the connection goes to the very address that was checked, so that its next answer changes nothing (DNS
rebinding). No proxy of the environment is used, and no cookie or credential sent.
"""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from django.conf import settings

HTTPS = 443
MAX_REDIRECTS, MAX_ADDRESSES = 3, 4
CHUNK = 64 * 1024
AGENT = "Mozilla/5.0 (compatible; socialsite)"
REDIRECTS = {301, 302, 303, 307, 308}
IN_PATH, IN_QUERY = "/%:@!$&'()*+,;=~-._", "/?%:@!$&'()*+,;=~-._"

# Written out, because what `ipaddress` calls global changes with Python's version (and its multicast is global).
GLOBAL_UNICAST = ip_network("2000::/3")
CLOSED = [
    ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
        # Within 2000::/3: Teredo and its neighbours, examples, 6to4. Mapped, NAT64, local and multicast forms lie outside of it.
        "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
    )
]  # fmt: skip


class Failure(StrEnum):
    """Why nothing was fetched."""

    ADDRESS = "address"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    CERTIFICATE = "certificate"
    REDIRECTS = "redirects"
    STATUS = "status"
    TYPE = "type"
    SIZE = "size"


class OutboundError(Exception):
    """Nothing was fetched; `detail` is the status or type that the other side answered."""

    def __init__(self, failure: Failure, detail: str = "") -> None:
        super().__init__(f"{failure} {detail}".strip())
        self.failure, self.detail = failure, detail

    @property
    def is_passing(self) -> bool:
        """Whether another try may succeed."""
        if self.failure is Failure.STATUS:
            return self.detail == "429" or self.detail.startswith("5")
        return self.failure in {Failure.UNREACHABLE, Failure.TIMEOUT}


@dataclass(frozen=True)
class Fetched:
    url: str
    """Where it was found in the end"""
    content_type: str
    body: bytes


@dataclass(frozen=True)
class _Place:
    """An address, taken apart."""

    url: str
    host: str
    port: int
    path: str


class _TimedSocket(ssl.SSLSocket):
    """Gives all reads together the time until the deadline: a server that sends byte after byte cannot hold us."""

    deadline = 0.0

    def read(self, len: int = 1024, buffer: Any = None) -> Any:  # noqa: A002 - the name in ssl
        self.settimeout(_left(self.deadline))
        return super().read(len, buffer)


def fetch(
    url: str, *, seconds: float, max_bytes: int, types: tuple[str, ...] = (), accept: str = "*/*"
) -> Fetched:
    """Return what stands at an https address, its type beginning with one of `types`. Raises OutboundError.

    `seconds` are for all of it: look-up, redirects and body.
    """
    deadline = time.monotonic() + seconds
    for _ in range(MAX_REDIRECTS + 1):
        place = _take_apart(url)
        with (
            _told(),
            closing(_connect(place, deadline)) as connection,
            closing(_ask(connection, place, accept)) as answer,
        ):
            if answer.status in REDIRECTS:
                url = _follow(place, answer.headers.get("Location", ""))
                continue
            found = _check(answer, types, max_bytes)
            return Fetched(place.url, found, _read(answer, max_bytes))
    raise OutboundError(Failure.REDIRECTS)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address is one of the Internet's, for a single machine."""
    if isinstance(address, IPv6Address) and address not in GLOBAL_UNICAST:
        return False
    return not any(address in network for network in CLOSED)


def is_allowed(address: str, port: int) -> bool:
    """Tell whether the site may connect: to public addresses at the port of https, and to the networks that the operator names."""
    found = ip_address(address)
    if any(found in network for network in settings.OUTBOUND_ALLOWED_NETWORKS):
        return True
    return port == HTTPS and is_public(found)


def _take_apart(url: str) -> _Place:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        name = host if ":" in host else host.encode("idna").decode()
    except ValueError:
        raise OutboundError(Failure.ADDRESS) from None
    if parts.scheme != "https" or not name or set("@%\\ ") & set(parts.netloc) or port == 0:
        raise OutboundError(Failure.ADDRESS)
    query = f"?{quote(parts.query, IN_QUERY)}" if parts.query else ""
    return _Place(url, name, port or HTTPS, (quote(parts.path, IN_PATH) or "/") + query)


def _follow(place: _Place, location: str) -> str:
    try:
        return urljoin(place.url, location)
    except ValueError:
        raise OutboundError(Failure.ADDRESS) from None


def _left(deadline: float) -> float:
    """Return the seconds until the deadline."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise OutboundError(Failure.TIMEOUT)
    return seconds


@contextmanager
def _told() -> Iterator[None]:
    """Tell every failure of the network in one way."""
    try:
        yield
    except ssl.SSLCertVerificationError:
        raise OutboundError(Failure.CERTIFICATE) from None
    except TimeoutError:
        raise OutboundError(Failure.TIMEOUT) from None
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        raise OutboundError(Failure.UNREACHABLE, type(error).__name__) from None


def _look_up(place: _Place, deadline: float) -> list[str]:
    """Return the addresses of a name; in a thread, because the system's look-up knows no limit of time."""
    found: list[str] = []

    def ask() -> None:
        try:
            rows = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
        except (OSError, ValueError):
            return
        found.extend(str(row[4][0]) for row in rows)

    thread = threading.Thread(target=ask, daemon=True, name="look-up")
    thread.start()
    thread.join(_left(deadline))
    if thread.is_alive():
        raise OutboundError(Failure.TIMEOUT)
    if not found:
        raise OutboundError(Failure.UNREACHABLE, "no such name")
    return found


def _connect(place: _Place, deadline: float) -> http.client.HTTPSConnection:
    """Return a connection to the first of a name's allowed addresses that answers."""
    known = [address for address in _look_up(place, deadline) if is_allowed(address, place.port)]
    if not known:
        raise OutboundError(Failure.ADDRESS)
    tried = known[:MAX_ADDRESSES]
    context = _make_context()
    connection = http.client.HTTPSConnection(place.host, place.port, context=context)
    # It would look the name up again.
    connection.auto_open = 0
    for number, address in enumerate(tried, 1):
        try:
            share = _left(deadline) / (len(tried) - number + 1)
            raw = _open_socket(address, place.port, share)
        except OSError:
            if number == len(tried):
                raise
        else:
            connection.sock = _secure(raw, context, place.host, deadline)
            break
    return connection


def _open_socket(address: str, port: int, seconds: float) -> socket.socket:
    raw = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    try:
        raw.settimeout(seconds)
        raw.connect((address, port))
    except BaseException:
        raw.close()
        raise
    return raw


def _secure(
    raw: socket.socket, context: ssl.SSLContext, host: str, deadline: float
) -> ssl.SSLSocket:
    try:
        raw.settimeout(_left(deadline))
        secured = context.wrap_socket(raw, server_hostname=host.removesuffix("."))
    except BaseException:
        raw.close()
        raise
    secured.deadline = deadline  # type: ignore[attr-defined]  # it is a _TimedSocket
    return secured


def _make_context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    if settings.OUTBOUND_CA_FILE:
        context.load_verify_locations(settings.OUTBOUND_CA_FILE)
    context.sslsocket_class = _TimedSocket
    return context


def _ask(
    connection: http.client.HTTPSConnection, place: _Place, accept: str
) -> http.client.HTTPResponse:
    # Without compression, so that the size of what is read is the size of what is kept.
    headers = {"User-Agent": AGENT, "Accept": accept, "Connection": "close"}
    connection.request("GET", place.path, headers=headers)
    return connection.getresponse()


def _check(answer: http.client.HTTPResponse, types: tuple[str, ...], max_bytes: int) -> str:
    """Return the type of an answer whose body is worth reading."""
    if answer.status != 200:
        raise OutboundError(Failure.STATUS, str(answer.status))
    content_type = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    encoding = answer.headers.get("Content-Encoding", "identity")
    if encoding.lower() != "identity" or (types and not content_type.startswith(types)):
        raise OutboundError(Failure.TYPE, content_type)
    if (answer.length or 0) > max_bytes:
        raise OutboundError(Failure.SIZE)
    return content_type


def _read(answer: http.client.HTTPResponse, max_bytes: int) -> bytes:
    body = bytearray()
    while chunk := answer.read(CHUNK):
        body += chunk
        if len(body) > max_bytes:
            raise OutboundError(Failure.SIZE)
    if answer.length:
        raise OutboundError(Failure.UNREACHABLE, "ended early")
    return bytes(body)
