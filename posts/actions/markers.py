"""Moving the markers of feeds."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.actions.audiences import own_list
from accounts.actions.pairs import lock_pair
from accounts.models import User
from posts.events import MARKED
from posts.models import Marker
from socialsite.lib.errors import Conflict, Invalid
from socialsite.lib.ids import Kind, kind_of, time_of
from socialsite.lib.realtime import streams


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How far somebody says they have read a feed."""

    last_read_id: int
    version: int | None = None
    """The one they know of, 0 for none: nothing is done when there is another"""
    back: bool = False
    """Whether the marker may move back"""


@transaction.atomic
def move_markers(*, actor: User, readings: Mapping[str, Reading]) -> None:
    """Move a person's markers, by the names of feeds: all or none. What lies behind a marker leaves it where it is.

    Raises Invalid, NotFound for a list the actor does not have, Conflict when a version is not the one that is there.
    """
    lock_pair(actor, actor)
    known = {marker.name: marker for marker in Marker.objects.visible_to(actor)}
    moved = {}
    for name, reading in readings.items():
        _check_id(name, reading.last_read_id)
        marker = known.get(name) or _new(actor, name)
        if reading.version is not None and reading.version != (marker.version if marker.pk else 0):
            raise Conflict("conflict", "Another device has moved this marker. Read it again.", name)
        if _move(marker, reading):
            moved[name] = {"last_read_id": str(marker.last_read_id), "version": marker.version}
    if moved:
        streams.append_last(actor.pk, MARKED, data={"markers": moved})


def _move(marker: Marker, reading: Reading) -> bool:
    """Put a marker where a reading says; returns whether it moved."""
    is_new = marker.pk is None
    if not is_new:
        is_behind = reading.last_read_id < marker.last_read_id and not reading.back
        if is_behind or reading.last_read_id == marker.last_read_id:
            return False
        marker.version += 1
    marker.last_read_id = reading.last_read_id
    marker.save()
    return True


def _new(actor: User, name: str) -> Marker:
    feed, _, list_id = name.partition(":")
    audience = own_list(actor, int(list_id)) if list_id else None
    return Marker(owner=actor, feed=feed, audience=audience)


def _check_id(name: str, last_read_id: int) -> None:
    """Raise Invalid unless a feed can hold such an id, and the thing may be there already."""
    wanted = Kind.NOTIFICATION if name == Marker.Feed.NOTIFICATIONS else Kind.POST
    if kind_of(last_read_id) is not wanted or time_of(last_read_id) > timezone.now():
        raise Invalid("invalid", "Name the last thing of this feed that was read.", name)
