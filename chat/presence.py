"""Who is there in rooms: how many are online in each, and who may hear of whom."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import Presence, SocketUser
from accounts.models.sockets import has_socket
from accounts.relationships import parts
from chat.models import Membership, Room
from socialsite.lib import caching
from socialsite.lib.content import live

SMALL = 200
"""Up to so many members of a room hear how the others are seen; the presence of larger ones is read from their lists"""
KEPT_S = 5


def online_in(rooms: Iterable[Room]) -> dict[int, int]:
    """Return how many members of each of these rooms are online, as everybody sees it: who is invisible is not.

    One statement; the numbers of large rooms are up to KEPT_S old.
    """
    found: dict[int, int] = {}
    asked, large = [], set()
    for room in rooms:
        kept = caching.load(_key(room.pk)) if room.member_count > SMALL else None
        if kept is None:
            asked.append(room.pk)
            large |= {room.pk} if room.member_count > SMALL else set()
        else:
            found[room.pk] = kept
    counted = _count(asked) if asked else {}
    for pk in large:
        caching.store(_key(pk), counted.get(pk, 0), KEPT_S)
    return found | counted


def _count(room_ids: list[int]) -> dict[int, int]:
    in_force = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
    hidden = Presence.objects.filter(in_force, user=OuterRef("user"), chosen="invisible")
    # Gathered once: SQLite would look each member of a room up.
    here = SocketUser.objects.live().values("user")
    seats = Membership.objects.joined().filter(~Exists(hidden), room__in=room_ids, user__in=here)
    counted = seats.order_by().values("room").annotate(number=Count("pk"))
    return dict(counted.values_list("room", "number"))


def _key(room_id: int) -> str:
    return f"room_online:{room_id}"


def co_members(people: Collection[int]) -> dict[int, set[int]]:
    """Return for each of these people those with a socket who share a small room with them (`accounts.presence.Audience`)."""
    seats = Membership.objects.joined().filter(live("room__"), room__member_count__lte=SMALL)
    rooms_of = defaultdict[int, set[int]](set)
    for person_id, room_id in seats.filter(user__in=people).values_list("user", "room"):
        rooms_of[person_id].add(room_id)
    members = defaultdict[int, set[int]](set)
    for room_ids in parts(set().union(*rooms_of.values())):
        here = Membership.objects.joined().filter(has_socket("user"), room__in=room_ids)
        for room_id, person_id in here.values_list("room", "user"):
            members[room_id].add(person_id)
    return {
        person_id: set().union(*(members[room_id] for room_id in room_ids))
        for person_id, room_ids in rooms_of.items()
    }
