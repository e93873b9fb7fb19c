"""The acknowledgement journal: what was asked for and what was acknowledged, on disk before anything else happens.

A thing has a key ("follow 1 2") and a state, "" when it is not there. Between the request and its answer both the old state and the
new one are possible; an acknowledgement leaves one.
"""

import json
import os
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple

Event = Literal["sent", "acknowledged"]
ABSENT = ""
Possible = dict[str, set[str]]


class Line(NamedTuple):
    event: Event
    key: str
    state: str


class Journal:
    """A file of lines that several clients append to; acknowledgements are forced to the disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._file = path.open("a", encoding="utf-8")

    def sent(self, key: str, state: str) -> None:
        """Note a call before it is made."""
        self._append(Line("sent", key, state))

    def acknowledged(self, key: str, state: str) -> None:
        """Note that the site has said what state a thing is in."""
        self._append(Line("acknowledged", key, state))
        os.fsync(self._file.fileno())

    def lines(self) -> list[Line]:
        """Return all that was noted, oldest first."""
        return list(_read(self.path))

    def _append(self, line: Line) -> None:
        with self._lock:
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()


def _read(path: Path) -> Iterator[Line]:
    with path.open(encoding="utf-8") as file:
        for text in file:
            yield Line(*json.loads(text))


def possible_states(lines: Iterable[Line]) -> Possible:
    """Return the states each thing may be in after all these lines."""
    found: Possible = {}
    for line in lines:
        if line.event == "acknowledged":
            found[line.key] = {line.state}
        else:
            found.setdefault(line.key, {ABSENT}).add(line.state)
    return found
