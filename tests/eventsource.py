"""A reader of Server-Sent Events for tests: what an EventSource does, over a plain connection."""

import http.client
import json
import time
from dataclasses import dataclass
from typing import Any

PATIENCE = 10.0


class Ended(Exception):
    """The server ended the stream."""


@dataclass(frozen=True)
class Event:
    """One event; `id` is None when it has none."""

    id: str | None
    frame: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.frame["event"])


class EventReader:
    """One open stream; `comments` and `retry` are what came beside the events."""

    def __init__(self, port: int, path: str, token: str = "", **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            named["Authorization"] = f"Bearer {token}"
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self.connection.request("GET", path, headers=named)
        self.answer = self.connection.getresponse()
        self.comments: list[str] = []
        self.retry = 0
        self.last_id = ""

    def __enter__(self) -> "EventReader":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def close(self) -> None:
        self.answer.close()
        self.connection.close()

    @property
    def status(self) -> int:
        return self.answer.status

    def refusal(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.answer.read())
        return found

    def next(self, timeout: float = PATIENCE) -> Event:
        """Return the next event. Raises Ended and TimeoutError."""
        raw: Any = self.answer.fp
        deadline = time.monotonic() + timeout
        fields: dict[str, str] = {}
        while True:
            raw.raw._sock.settimeout(max(deadline - time.monotonic(), 0.001))
            line = self.answer.readline().decode()
            if not line:
                raise Ended
            text = line.rstrip("\n")
            if text:
                self._take(text, fields)
            elif "data" in fields:
                self.last_id = fields.get("id", self.last_id)
                return Event(fields.get("id"), json.loads(fields["data"]))
            else:
                fields = {}

    def _take(self, text: str, fields: dict[str, str]) -> None:
        name, _, value = text.partition(":")
        if not name:
            self.comments.append(value.strip())
        elif name == "retry":
            self.retry = int(value)
        else:
            fields[name] = value.removeprefix(" ")

    def named(self, name: str, timeout: float = PATIENCE) -> Event:
        """Return the next event of that name."""
        deadline = time.monotonic() + timeout
        while (found := self.next(max(deadline - time.monotonic(), 0.01))).name != name:
            pass
        return found
