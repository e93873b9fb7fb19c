"""Who is not heard typing: whom a moderator of the room silenced, and everybody where it is archived.

Kept in this process, so that typing asks no database: noted when somebody begins to listen, and by each event that changes it.
"""

import threading
from collections import OrderedDict
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

REMEMBERED = 50_000
"""Rooms and members, the oldest forgotten first: a forgotten one is heard again, which tells nothing of what they write"""


FOR_GOOD = datetime.max.replace(tzinfo=UTC)


class Quiet:
    """Until when whom in which room; nobody of a room has the id 0."""

    def __init__(self, size: int = REMEMBERED) -> None:
        self.size = size
        self._until: OrderedDict[tuple[int, int], datetime] = OrderedDict()
        self._lock = threading.Lock()

    def silence(self, room_id: int, user_id: int, until: datetime | None) -> None:
        """Note until when a member is silenced; None for who is not."""
        self._keep((room_id, user_id), until)

    def close(self, room_id: int, *, closed: bool) -> None:
        """Note whether a room is archived."""
        self._keep((room_id, 0), FOR_GOOD if closed else None)

    def keeps(self, room_id: int, user_id: int) -> bool:
        """Tell whether a member is not heard in a room now."""
        known = (self._until.get(key) for key in ((room_id, user_id), (room_id, 0)))
        return any(until is not None and until > timezone.now() for until in known)

    def _keep(self, key: tuple[int, int], until: Any) -> None:
        with self._lock:
            self._until.pop(key, None)
            if until is not None:
                self._until[key] = until
                if len(self._until) > self.size:
                    self._until.popitem(last=False)


quiet = Quiet()
