"""Lines: what a person listens over. A WebSocket is one; Server-Sent Events and Socket.IO have lines of their own kind."""

import math
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings

from socialsite.lib.errors import Conflict
from socialsite.lib.metrics import SLOW_CLOSES
from socialsite.lib.realtime.frames import Encoded, Run
from socialsite.lib.realtime.streams import topic_of
from socialsite.lib.realtime.topics import TOPICS

if TYPE_CHECKING:
    from socialsite.lib.realtime.hub import Hub

TOPICS_OF_A_LINE = 200
BEHIND_BYTES = 1024 * 1024
BEHIND_SECONDS = 30.0

FAILED, RESTART, BUSY = 1011, 1012, 1013
SLOW = 4008
PROTOCOL_ERROR = 4400
NOT_AUTHENTICATED = 4401
FORBIDDEN = 4403
REVOKED = 4409
TOO_MANY = 4429

Done = Callable[[int], Encoded]
"""(number up to which was replayed) -> what is said after it"""


def scaled(limit: int) -> int:
    """Return a count of ours as RATE_LIMIT_SCALE has it, at least 1."""
    return max(1, math.floor(limit * settings.RATE_LIMIT_SCALE + 1e-9))


class Line:
    """One connection of one person, as the hub knows it.

    `write` and `hang_up` are the subclass's; they are called on the hub's loop and must not wait. What commands call (`listen`,
    `listen_from`, `leave`, `hears`, `say`, `close`) may be called from any thread.
    """

    __slots__ = (
        "address",
        "auth",
        "closed_with",
        "connection_id",
        "hub",
        "is_greeted",
        "opened_at",
        "person_id",
        "topics",
        "user",
    )
    kind = "websocket"

    def __init__(self, hub: "Hub", address: str = "") -> None:
        self.hub = hub
        self.address = address
        self.connection_id = secrets.token_hex(8)
        self.user: Any = None
        self.auth: Any = None
        self.person_id = 0
        self.topics: set[str] = set()
        self.opened_at = time.time()
        self.closed_with = 0
        self.is_greeted = False
        """Whether it may be told what is for all lines of its person: nothing comes before `hello`"""

    def identify(self, user: Any, auth: Any) -> None:
        """Say whose line it is, by which credential."""
        self.user, self.auth, self.person_id = user, auth, user.pk

    def greet(self, hello: Encoded) -> None:
        """Say hello; called on the hub's loop."""
        self.write(hello)
        self.is_greeted = True

    def write(self, encoded: Encoded) -> None:
        """Send one message, or keep it for a reader that is a little behind."""
        raise NotImplementedError

    def write_run(self, run: Run) -> None:
        """Send several messages at once."""
        for part in run.parts:
            self.write(part)

    def hang_up(self, code: int, reason: str) -> None:
        """End the connection; nothing may be written after it."""
        raise NotImplementedError

    def buffered(self) -> int:
        """Return how many bytes wait for the reader."""
        return 0

    def fall_behind(self) -> None:
        """Close for a reader that does not keep up; called on the hub's loop."""
        if not self.closed_with:
            self.hub.slow_closes += 1
            SLOW_CLOSES.inc()
            self.close(SLOW, "The reader is too far behind.")

    def shown(self) -> dict[str, Any]:
        """Return what operators see of the line."""
        return {
            "connection_id": self.connection_id,
            "kind": self.kind,
            "user_id": self.person_id,
            "credential": str(self.auth),
            "address": self.address,
            "opened_at": datetime.fromtimestamp(self.opened_at, UTC),
            "topics": len(self.topics),
            "buffered": self.buffered(),
        }

    def say(self, encoded: Encoded) -> None:
        """Write from any thread."""
        self.hub.on_loop(self.write, encoded)

    def close(self, code: int, reason: str = "") -> None:
        """End the connection with a close code."""
        self.hub.on_loop(self._close, code, reason)

    def listen(self, topic: str) -> None:
        """Hear a topic without a stream from now on. Raises Conflict past 200 topics."""
        self._take(topic)
        self.hub.on_loop(self.hub.enter, self, topic)

    def listen_from(
        self, stream_id: int, seq: int, *, last: int | None = None, done: Done | None = None
    ) -> None:
        """Hear a stream from the event after `seq` on: what is missing is sent first, then what `done` makes, then what is new.

        `last` is a number the stream is known to have reached. Raises Conflict past 200 topics.
        """
        self._take(topic_of(stream_id))
        self.hub.on_loop(self.hub.following.join, self, stream_id, seq, last, done)

    def leave(self, topic: str) -> None:
        """Hear a topic no more."""
        self.topics.discard(topic)
        self.hub.on_loop(self.hub.leave, self, topic)

    def hears(self, topic: str) -> bool:
        """Whether the line listens to a topic."""
        return topic in self.topics

    def _take(self, topic: str) -> None:
        # One more than that: everybody hears their own stream.
        if topic not in self.topics and len(self.topics) > scaled(TOPICS_OF_A_LINE):
            raise Conflict("too_many_topics", "One socket hears so many topics at most.")
        self._check_family(topic)
        self.topics.add(topic)

    def _check_family(self, topic: str) -> None:
        """Raise Conflict when the lines of the person hear as many topics of a family as they may together."""
        prefix = topic.partition(":")[0]
        most = TOPICS[prefix].most if prefix in TOPICS else 0
        if not most:
            return
        # Copies: the loop takes topics and lines away meanwhile.
        own = (self, *self.hub.of_person.get(self.person_id, ()))
        known = {name for line in own for name in tuple(line.topics)}
        is_new = topic not in known
        if is_new and sum(name.startswith(f"{prefix}:") for name in known) >= scaled(most):
            raise Conflict("too_many_topics", f"A person hears {most} of these at most.")

    def _close(self, code: int, reason: str) -> None:
        if not self.closed_with:
            self.closed_with = code
            self.hang_up(code, reason)
