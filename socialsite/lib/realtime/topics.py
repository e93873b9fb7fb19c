"""Topics: what a client may listen to, one entry per prefix, filled by the apps.

A topic with a stream (`room:<id>`, and `user:<id>`, which every socket of that person hears) is gap-free; the others carry news.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from socialsite.lib.api.serializers import Answer
from socialsite.lib.errors import NotFound
from socialsite.lib.models import StreamEvent
from socialsite.lib.realtime.signals import News

Listeners = Mapping[str, Collection[int]]
"""Who listens to a family of topics in this process: the ids of people by key"""
Fitted = Mapping[tuple[str, int], dict[str, Any]]
"""What each is sent, by (key, person); equal data is one object, so that it is encoded once"""


@dataclass(frozen=True)
class Topic:
    """A family of topics with one prefix: `post` for `post:<id>`; a topic without a key is its prefix alone."""

    prefix: str
    check: Callable[[Any, str], str]
    """(viewer, key) -> the key as it is kept, folded. Raises NotFound or Forbidden when the viewer may not listen, and is asked again
    before news is delivered when the last time is two seconds ago"""
    stream_id: Callable[[str], int] | None = None
    """(key) -> the stream behind the topic"""
    events: Collection[tuple[str, type[Answer]]] = ()
    """The news it carries, with the shape of its data"""
    summary: str = ""
    fitting: Callable[[News, Listeners], Fitted] | None = None
    """(news, who listens here) -> what each of them is sent; who is left out gets nothing. News to the prefix alone is for all keys.
    It decides who may see what, so `check` is not asked again; it reads, so it runs on a thread, and not at all when nobody listens"""
    most: int = 0
    """How many topics of this family one person may hear in a process, over all lines; 0 for as many as each line hears of all"""
    pause_s: float = 0
    """News of one topic, event and key follow each other no sooner than this: what comes meanwhile is replaced by the last"""


TOPICS: dict[str, Topic] = {}

Departures = Callable[[StreamEvent], Mapping[int, str]]
"""(stored event) -> the people who may hear the stream no more after it, each with a reason. With one they get `room_lost` in place of
the event; with "" (who leaves by themselves) they hear the event as their last"""

DEPARTURES: dict[str, Departures] = {}


def register_topic(topic: Topic) -> None:
    """Make a family of topics known; called once, in the owning app's `ready()`."""
    if topic.prefix in TOPICS:
        raise LookupError(f"two topics begin with {topic.prefix!r}")
    TOPICS[topic.prefix] = topic


def register_departure(prefix: str, departures: Departures) -> None:
    """Say which events of a family of streams end the listening of whom; called once, in the owning app's `ready()`."""
    if prefix in DEPARTURES:
        raise LookupError(f"two apps say who leaves {prefix!r}")
    DEPARTURES[prefix] = departures


def split(name: str) -> tuple[Topic, str]:
    """Return the family and the key of a topic's name. Raises NotFound."""
    prefix, _, key = name.partition(":")
    found = TOPICS.get(prefix)
    if found is None:
        raise NotFound
    return found, key
