"""Frames: what goes over a socket, as JSON, encoded once for everybody who gets it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from rest_framework.exceptions import ParseError

from socialsite.lib.api.parsers import parse
from socialsite.lib.api.renderers import dumps
from socialsite.lib.api.serializers import rfc3339
from socialsite.lib.errors import Invalid
from socialsite.lib.realtime.signals import News
from socialsite.lib.realtime.streams import Push

Data = dict[str, Any]

PROTOCOL = 1
HEARTBEAT_S = 25
ID_LENGTH = 64
EVENT_LENGTH = 64
FIELDS = {"event", "id", "data"}


class Encoded:
    """One message: its JSON, and, made when it is first asked for, the WebSocket frame around it."""

    __slots__ = ("_frame", "text")

    def __init__(self, text: bytes) -> None:
        self.text = text
        self._frame = b""

    @property
    def frame(self) -> bytes:
        """The bytes as they go over the wire: one unmasked text frame (RFC 6455, 5.2)."""
        if not self._frame:
            self._frame = head(len(self.text)) + self.text
        return self._frame


class Run:
    """Several messages that leave as one write."""

    __slots__ = ("frame", "parts")

    def __init__(self, parts: list[Encoded]) -> None:
        self.parts = parts
        self.frame = b"".join([part.frame for part in parts])


def head(size: int) -> bytes:
    """Return the head of a whole text frame of so many bytes."""
    if size < 126:
        return bytes((0x81, size))
    if size < 65536:
        return b"\x81\x7e" + size.to_bytes(2, "big")
    return b"\x81\x7f" + size.to_bytes(8, "big")


def encode(body: Data) -> Encoded:
    return Encoded(dumps(body))


def now() -> str:
    return rfc3339(timezone.now())


def said(event: str, data: Data, topic: str = "") -> Encoded:
    """Return a frame of the server's own."""
    where = {"topic": topic} if topic else {}
    return encode({"event": event, **where, "data": data, "ts": now()})


def ack(request_id: str, data: Data) -> Encoded:
    return encode({"event": "ack", "id": request_id, "data": data})


def error(request_id: str | None, data: Data) -> Encoded:
    """Return an error frame; `data` is the one error body."""
    which = {} if request_id is None else {"id": request_id}
    return encode({"event": "error", **which, "data": data})


def of_push(push: Push) -> Encoded:
    """Return the frame of a stored event for whoever may see it; personal ones say their number in `useq` too."""
    body = push.hidden() if push.event == "hidden" else push.body()
    if "data" in body and push.topic.startswith("user:"):
        body["data"] = {**body["data"], "useq": push.seq}
    return encode(body)


def of_hidden(push: Push) -> Encoded:
    """Return the frame of a stored event for who may not see it."""
    return encode(push.hidden())


def of_news(news: News) -> Encoded:
    return encode({"event": news.event, "topic": news.topic, "data": news.data, "ts": now()})


@dataclass(frozen=True, slots=True)
class Incoming:
    """A client's frame. One with an id gets exactly one answer."""

    event: str
    id: str | None
    data: Any


def read(text: str) -> Incoming:
    """Return a client's frame; raises ParseError or Invalid."""
    # The parser reads bytes and refuses what is not UTF-8; the server has decoded the frame.
    body = parse(text.encode("utf-8", "surrogatepass"))
    if not isinstance(body, dict):
        raise ParseError("A frame is an object: event, id, data.")
    _refuse_unknown(body)
    request_id = body.get("id")
    if request_id is not None and not _is_word(request_id, ID_LENGTH):
        raise Invalid("invalid", f"An id is a text of 1 to {ID_LENGTH} characters.", "id")
    if not _is_word(body.get("event"), EVENT_LENGTH):
        raise Invalid("invalid", "The event is the name of a command.", "event")
    data = body.get("data")
    return Incoming(body["event"], request_id, {} if data is None else data)


def id_of(text: str) -> str | None:
    """Return the id of a frame that was refused, if it can be read."""
    try:
        body = parse(text.encode("utf-8", "surrogatepass"))
    except ParseError:
        return None
    found = body.get("id") if isinstance(body, dict) else None
    return found if _is_word(found, ID_LENGTH) else None


def _is_word(value: Any, length: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= length


def _refuse_unknown(body: Iterable[str]) -> None:
    unknown = sorted(set(body) - FIELDS)
    if unknown:
        raise Invalid("unknown_field", "A frame has event, id and data.", unknown[0][:100])
