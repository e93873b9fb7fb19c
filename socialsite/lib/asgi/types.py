"""The shapes of ASGI, as loose as the libraries around us write them."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]


def find_header(headers: Headers, name: bytes) -> bytes | None:
    """Return the value of the first header of that name, which is lower-case."""
    for key, value in headers:
        if key.lower() == name:
            return value
    return None


def announces_body(headers: Headers) -> bool:
    """Tell whether a body follows the head; without one of the two headers HTTP/1.1 has none."""
    return any(name.lower() in {b"content-length", b"transfer-encoding"} for name, _ in headers)
