"""What is remembered of a person's feed for a short while, and forgotten as soon as they do anything themselves.

A cache that does not answer is an empty one: then everything is made anew, and only a feed that was begun cannot go on.
"""

from collections.abc import Callable
from secrets import token_urlsafe
from typing import Any, TypeVar

from django.core.cache import cache
from django.db import transaction

from accounts.events import PersonEffect
from socialsite.lib import caching
from socialsite.lib.caching import watched
from socialsite.lib.effects import Aside, Effect

T = TypeVar("T")
LONGEST_S = 600
"""The longest that `remembered` may keep a thing: a mark that it is old has to outlive it"""


def remembered(person_id: int, name: str, seconds: int, make: Callable[[], T]) -> T:
    """Return what `make` returned some seconds ago, unless the person did something since."""
    mark, value = recall(person_id, name)
    if value is None:
        value = make()
        remember(person_id, name, mark, value, seconds)
    return value


def recall(person_id: int, name: str) -> tuple[str, Any]:
    """Return a mark of what the person did last, for `remember`, and what is remembered since; None when nothing is."""
    mark, key = _mark(person_id), f"feed:{person_id}:{name}"
    found: dict[str, Any] = {}
    with watched():
        found = cache.get_many([mark, key])
    since, (made_at, value) = found.get(mark, ""), found.get(key, ("", None))
    return since, value if made_at == since else None


def remember(person_id: int, name: str, mark: str, value: Any, seconds: int) -> None:
    with watched():
        cache.set(f"feed:{person_id}:{name}", (mark, value), min(seconds, LONGEST_S))


def forget(person_id: int) -> None:
    """Make all that is remembered of a person old."""
    with watched():
        # A new mark and no deletion: who is computing from older rows just now must not leave them behind.
        cache.set(_mark(person_id), token_urlsafe(6), 2 * LONGEST_S)


def forget_after(effect: Effect) -> None:
    """Let what people do count at once for themselves, and for whom they did it to."""
    if isinstance(effect, Aside):
        return
    people = {effect.actor_id}
    if isinstance(effect, PersonEffect):
        people.add(effect.target_id)
    for person_id in people:
        forget(person_id)
        # Once more when others can read it: a page made in between was made without it.
        transaction.on_commit(lambda person_id=person_id: forget(person_id))  # type: ignore[misc]


def store(key: str, value: Any, seconds: int) -> None:
    caching.store(f"feed:{key}", value, seconds)


def load(key: str) -> Any:
    return caching.load(f"feed:{key}")


def _mark(person_id: int) -> str:
    return f"feed:{person_id}"
