"""The WSGI environment of an ASGI request."""

import sys
from functools import lru_cache
from typing import IO, Any
from urllib.parse import unquote_to_bytes

from socialsite.lib.asgi.types import Headers, Scope

# The body is whole when Django runs, so its framing is over.
DROPPED = {b"content-length", b"transfer-encoding"}


@lru_cache(maxsize=256)
def cgi_name(name: bytes) -> str | None:
    """Return the environment's name of a header, None for a header that Django must not see.

    A name with an underscore would become the same variable as one with a hyphen, and could so pretend to be a header
    that a proxy sets.
    """
    name = name.lower()
    if b"_" in name or name in DROPPED:
        return None
    upper = name.decode("latin-1").upper().replace("-", "_")
    return upper if upper == "CONTENT_TYPE" else f"HTTP_{upper}"


def build(scope: Scope, body: IO[bytes], size: int | None) -> dict[str, Any]:
    """Return the environment of a request whose whole body is at hand; `size` is None when there is none."""
    host, port = scope.get("server") or ("localhost", 80)
    raw_path = scope.get("raw_path") or scope["path"].encode()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(raw_path).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": "HTTP/" + scope["http_version"],
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or 0),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileWrapper,
    }
    if client := scope.get("client"):
        environ["REMOTE_ADDR"] = client[0]
    if size is not None:
        environ["CONTENT_LENGTH"] = str(size)
    add_headers(environ, scope["headers"])
    # What parts of the front say to the views, by names that no header can have.
    environ.update(scope.get("environ", ()))
    return environ


def add_headers(environ: dict[str, Any], headers: Headers) -> None:
    """Add a request's headers, those that are sent twice joined."""
    for raw_name, raw_value in headers:
        name = cgi_name(raw_name)
        if name is None:
            continue
        value = raw_value.decode("latin-1")
        if name in environ:
            value = f"{environ[name]}{'; ' if name == 'HTTP_COOKIE' else ','}{value}"
        environ[name] = value


class FileWrapper:
    """What a WSGI application answers to have an open file sent by the server (PEP 3333)."""

    def __init__(self, file: IO[bytes], block_size: int = 8192) -> None:
        self.file = file
        self.block_size = block_size

    def close(self) -> None:
        self.file.close()
