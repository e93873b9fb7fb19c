"""How far apart the posts of each person's feed lie, as this process saw it last: what lets a bite be looked for nearby first.

It is a guess and never decides what a feed holds: whoever finds too little nearby looks everywhere.
"""

from collections.abc import Hashable
from threading import Lock

MAX_KEPT = 20_000
_kept: dict[tuple[int, Hashable], int] = {}
_lock = Lock()


def find_reach(person_id: int, feed: Hashable) -> int | None:
    """Return the distance of ids between two posts of a feed, None when it was not read lately."""
    return _kept.get((person_id, feed))


def keep_reach(person_id: int, feed: Hashable, distance: int) -> None:
    """Keep it; who was kept first makes room."""
    with _lock:
        _kept[person_id, feed] = distance
        if len(_kept) > MAX_KEPT:
            del _kept[next(iter(_kept))]
