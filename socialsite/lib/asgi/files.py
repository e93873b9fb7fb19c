"""Files that a view has named are sent by the front, so the view's thread is free at once.

A view answers with `X-Accel-Redirect: <internal_path()>` and the headers it wants, above all Content-Type. Behind a proxy
the header goes through and the proxy sends the file; embedded, `FileSender` does.
"""

import os
import stat
from dataclasses import dataclass
from email.utils import formatdate
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO
from urllib.parse import quote, unquote

from socialsite.lib.asgi import ranges
from socialsite.lib.asgi.refusals import refuse
from socialsite.lib.asgi.sending import send_file
from socialsite.lib.asgi.threads import Threads
from socialsite.lib.asgi.types import App, Headers, Message, Receive, Scope, Send, find_header

HEADER = "X-Accel-Redirect"
PREFIX = "/files/"
REPLACED = {b"x-accel-redirect", b"content-length", b"accept-ranges", b"content-range"}
SAFE_HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"content-security-policy": b"sandbox; default-src 'none'",
    b"cross-origin-resource-policy": b"same-origin",
}
"""What every file is sent with unless the view says otherwise: it was made by a stranger."""


def internal_path(relative: str) -> str:
    """Return the value of the header for a file below MEDIA_ROOT."""
    return PREFIX + quote(relative)


@dataclass(frozen=True, slots=True)
class Found:
    """An open file and what the answer says of it."""

    file: IO[bytes]
    size: int
    etag: bytes
    modified: bytes


def open_below(root: Path, target: str) -> Found | None:
    """Open what the header names, None when there is no such regular file below the root."""
    if not target.startswith(PREFIX):
        return None
    relative = PurePosixPath(unquote(target.removeprefix(PREFIX)))
    try:
        path = (root / relative).resolve(strict=True)
        if relative.is_absolute() or not path.is_relative_to(root.resolve()):
            return None
        # NONBLOCK: a pipe that lies there must not hold the thread.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return None
    return describe(descriptor)


def describe(descriptor: int) -> Found | None:
    """Return the open file with its size, tag and date, None (and closed) when it is not a regular one."""
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        return None
    file = os.fdopen(descriptor, "rb", buffering=0)
    etag = f'"{status.st_mtime_ns:x}-{status.st_size:x}"'.encode()
    return Found(file, status.st_size, etag, formatdate(int(status.st_mtime), usegmt=True).encode())


class FileSender:
    """ASGI middleware: an answer that names a file becomes that file, one range of it, 304 or 416."""

    def __init__(self, app: App, root: Path, threads: Threads) -> None:
        self.app = app
        self.root = root
        self.threads = threads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        named: list[Message] = []

        async def catch(message: Message) -> None:
            if message["type"] == "http.response.start" and find_header(
                message["headers"], b"x-accel-redirect"
            ):
                named.append(message)
            elif not named:
                await send(message)

        await self.app(scope, receive, catch)
        if named:
            await self.send_named(named[0], scope, receive, send)

    async def send_named(self, start: Message, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the file that the view's head names."""
        target = (find_header(start["headers"], b"x-accel-redirect") or b"").decode("latin-1")
        found = await self.threads.run(partial(open_below, self.root, target))
        if found is None:
            await refuse(send, 404, "not_found", "Not found.")
            return
        try:
            status, headers, first, length = plan(scope, start, found)
            await send({"type": "http.response.start", "status": status, "headers": headers})
            found.file.seek(first)
        except BaseException:
            found.file.close()
            raise
        head_only = scope["method"] == "HEAD"
        await send_file(found.file, length, receive, send, self.threads, head_only=head_only)


def plan(scope: Scope, start: Message, found: Found) -> tuple[int, Headers, int, int]:
    """Return status, headers, first byte and length of the answer."""
    headers = [pair for pair in start["headers"] if pair[0].lower() not in REPLACED]
    etag = with_defaults(headers, found)
    asked = scope["headers"]
    if start["status"] == 200 and matches(find_header(asked, b"if-none-match"), etag):
        return 304, headers, 0, 0
    headers.append((b"accept-ranges", b"bytes"))
    try:
        part = asked_part(scope, found, etag) if start["status"] == 200 else None
    except ranges.Unsatisfiable:
        headers += [(b"content-range", b"bytes */%d" % found.size), (b"content-length", b"0")]
        return 416, headers, 0, 0
    if part is None:
        headers.append((b"content-length", b"%d" % found.size))
        return start["status"], headers, 0, found.size
    first, length = part
    headers.append((b"content-range", b"bytes %d-%d/%d" % (first, first + length - 1, found.size)))
    headers.append((b"content-length", b"%d" % length))
    return 206, headers, first, length


def with_defaults(headers: Headers, found: Found) -> bytes:
    """Add what the view has not said; return the tag of the answer."""
    defaults = {**SAFE_HEADERS, b"last-modified": found.modified, b"etag": found.etag}
    said = {name.lower() for name, _ in headers}
    headers += [(name, value) for name, value in defaults.items() if name not in said]
    return find_header(headers, b"etag") or b""


def matches(if_none_match: bytes | None, etag: bytes) -> bool:
    """Tell whether the client has this version; weak comparison, as RFC 9110 asks here."""
    if if_none_match is None:
        return False
    tags = [tag.strip().removeprefix(b"W/") for tag in if_none_match.split(b",")]
    return b"*" in tags or etag.removeprefix(b"W/") in tags


def asked_part(scope: Scope, found: Found, etag: bytes) -> tuple[int, int] | None:
    """Return the part that Range asks for, None for the whole file."""
    header = find_header(scope["headers"], b"range")
    if header is None or scope["method"] != "GET":
        return None
    condition = find_header(scope["headers"], b"if-range")
    # Strong comparison: a weak tag never holds.
    held = condition in {None, found.modified} or (condition == etag and etag.startswith(b'"'))
    return ranges.parse(header, found.size) if held else None
