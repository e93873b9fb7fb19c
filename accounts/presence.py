"""How people are seen: online while any device of theirs has a socket, and who is told when that changes.

The people told are the person's connections, the followers they let in (of a private account all, else those they follow
themselves), and whom other apps name: those who share a small room. No block lies between them, and whoever is invisible looks
offline, with the time when they became so.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, TypedDict

from django.db.models import Exists, OuterRef, Q

from accounts.models import Connection, Follow, Presence, SocketUser, User, Viewer
from accounts.models.sockets import has_socket
from accounts.relationships import blocks_of, parts
from accounts.serializers.presence import OwnPresence
from socialsite.lib.api.serializers import rfc3339
from socialsite.lib.realtime import signals

Audience = Callable[[Collection[int]], Mapping[int, set[int]]]
"""(people, at most 500) -> for each of them who may see how they are seen; those without a socket are left out afterwards"""


class Seen(TypedDict):
    """How somebody is seen, ready to be sent; `last_seen` when they are gone and show it."""

    status: str
    last_seen: str | None
    text: str


AUDIENCES: list[Audience] = []
UNSEEN: Seen = {"status": Presence.OFFLINE, "last_seen": None, "text": ""}


def register_audience(find: Audience) -> None:
    """Add people who may see each other; called once, in the owning app's `ready()`."""
    AUDIENCES.append(find)


def presence_of(user_ids: Collection[int], viewer: Viewer) -> dict[int, Seen]:
    """Return how people are seen by a viewer who shares a room with them, is connected to them or let in as a follower.

    Whom the viewer may not know of looks like somebody who was never there. One statement for 500 people.
    """
    found: dict[int, Seen] = dict.fromkeys(user_ids, UNSEEN)
    for ids in parts(set(user_ids)):
        people = User.objects.visible_to(viewer).filter(pk__in=ids)
        for user in _with_presence(people):
            found[user.pk] = seen_by_oneself(user) if user.pk == viewer.pk else seen(user)
    return found


def seen(user: Any) -> Seen:
    """Return how others see a person that `_with_presence` loaded."""
    presence: Presence | None = getattr(user, "presence", None)
    if user.here and presence and not presence.is_hidden:
        text = presence.text if presence.in_force else ""
        return {"status": presence.wanted, "last_seen": None, "text": text}
    return {**UNSEEN, "last_seen": _last_seen(user, presence)}


def seen_by_oneself(user: Any) -> Seen:
    """Return how a person sees themselves: invisible, when they are."""
    presence: Presence | None = getattr(user, "presence", None)
    if user.here and presence and presence.is_hidden:
        return {"status": presence.wanted, "last_seen": None, "text": presence.text}
    return seen(user)


def announce(user_ids: Collection[int]) -> None:
    """Tell whoever may know how these people are seen now; called after the commit, when it changed."""
    for ids in parts(set(user_ids)):
        audiences, hidden = _acquaintances(ids), blocks_of(ids)
        for find in AUDIENCES:
            for pk, people in find(ids).items():
                audiences[pk] |= people
        here = with_sockets(set[int]().union(*audiences.values()))
        for user in _with_presence(User.objects.filter(pk__in=ids)):
            audience = (audiences[user.pk] & here) - hidden.get(user.pk, frozenset()) - {user.pk}
            if audience:
                _tell(user, audience)


def with_sockets(user_ids: Collection[int]) -> set[int]:
    """Return those of some people who have a socket somewhere."""
    found: set[int] = set()
    for ids in parts(user_ids):
        rows = SocketUser.objects.live().filter(user__in=ids)
        found.update(rows.values_list("user_id", flat=True))
    return found


def show_to_own_devices(presence: Presence) -> None:
    """Tell all devices of a person how they chose to be seen."""
    data = {"user_id": str(presence.user_id), **OwnPresence(presence).data}
    only = (presence.user_id,)
    signals.tell(signals.News(signals.PEOPLE, "presence", data, only=only))


def _tell(user: Any, audience: set[int]) -> None:
    shown = {name: value for name, value in seen(user).items() if value}
    data = {"user_id": str(user.pk), **shown}
    news = signals.News(
        signals.PEOPLE,
        "presence",
        data,
        person_id=user.pk,
        key=str(user.pk),
        only=tuple(sorted(audience)),
    )
    signals.tell(news)


def _with_presence(people: Any) -> Iterable[Any]:
    columns = ("id", "show_last_seen", "last_active_at")
    rows = people.select_related("presence").annotate(here=has_socket())
    return rows.only(*columns, *(f"presence__{field.attname}" for field in Presence._meta.fields))


def _last_seen(user: User, presence: Presence | None) -> str | None:
    at: datetime | None = presence.last_seen_at if presence else user.last_active_at
    return rfc3339(at) if at and user.show_last_seen else None


def _acquaintances(ids: list[int]) -> defaultdict[int, set[int]]:
    """Return for each of these people their connections, and the followers they let in who have a socket."""
    asked, found = set(ids), defaultdict[int, set[int]](set)
    pairs = Connection.objects.accepted().filter(Q(low__in=ids) | Q(high__in=ids))
    for low, high in pairs.values_list("low_id", "high_id"):
        for one, other in ((low, high), (high, low)):
            if one in asked:
                found[one].add(other)
    back = Follow.objects.filter(follower=OuterRef("followed"), followed=OuterRef("follower"))
    let_in = Q(followed__private_account=True) | Q(Exists(back))
    # A private account may have very many followers.
    follows = Follow.objects.filter(let_in, has_socket("follower"), followed__in=ids)
    for followed, follower in follows.values_list("followed_id", "follower_id"):
        found[followed].add(follower)
    return found
