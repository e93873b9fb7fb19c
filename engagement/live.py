"""What trends, told to whoever listens: that the first places have changed, and not what stands there, which each sees for themselves."""

from typing import Any

from socialsite.lib.errors import NotFound
from socialsite.lib.realtime import topics
from socialsite.lib.realtime.updates import EVENT, TRENDING, SystemUpdate, tell_update

TOPIC = "trending"
TOP = 10
"""How many places count as the first"""
PAUSE_S = 5.0
"""So often at most the changes of one table are told"""


def register() -> None:
    topics.register_topic(
        topics.Topic(
            prefix=TOPIC,
            check=check_trending,
            events=((EVENT, SystemUpdate),),
            summary="That the first places of what trends have changed.",
            pause_s=PAUSE_S,
        )
    )


def check_trending(viewer: Any, key: str) -> str:
    """Return the only key there is: everybody may listen. Raises NotFound."""
    if key:
        raise NotFound
    return ""


def tell_of_change(name: str, kind: str, before: list[int], after: list[int]) -> None:
    """Say, when the caller's transaction commits, that the first places of a table are others, or in another order."""
    if before[:TOP] != after[:TOP]:
        tell_update(TOPIC, TRENDING, key=f"{name}:{kind}", range=name, of=kind)
