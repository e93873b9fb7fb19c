"""Answers that the front gives itself, in the error shape of the API."""

import asyncio
import contextlib
import json
import secrets

import structlog

from socialsite.lib.asgi.types import Headers, Receive, Send
from socialsite.lib.errors import CODES

LINGER_BYTES = 4 * 1024 * 1024
LINGER_SECONDS = 2.0
log = structlog.get_logger("front")


def render(status: int, code: str, detail: str) -> tuple[Headers, bytes]:
    """Return headers and body of a refusal, and tell the log about it; the code is one of `CODES`."""
    if code not in CODES:
        raise LookupError(f"{code!r} is not in socialsite.lib.errors.CODES")
    request_id = secrets.token_hex(8)
    log.info("refused", status=status, reason=code, request_id=request_id)
    kind = "client_error" if status < 500 else "server_error"
    errors = [{"code": code, "detail": detail, "attr": None}]
    body = json.dumps({"type": kind, "errors": errors, "request_id": request_id}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"x-request-id", request_id.encode()),
    ]
    return headers, body


async def refuse(
    send: Send, status: int, code: str, detail: str, extra: Headers | None = None
) -> None:
    """Answer with one error."""
    headers, body = render(status, code, detail)
    headers += extra or []
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def refuse_body(receive: Receive, send: Send, status: int, code: str, detail: str) -> None:
    """Answer with one error while the body still comes, then close.

    What comes for a moment after is thrown away: a socket closed with unread bytes resets, and the client would not see the answer.
    """
    headers, body = render(status, code, detail)
    headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LINGER_SECONDS):
            await throw_away(receive)
    await send({"type": "http.response.body", "body": b""})


async def throw_away(receive: Receive) -> None:
    left = LINGER_BYTES
    while left > 0:
        message = await receive()
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return
        left -= len(message.get("body", b""))
