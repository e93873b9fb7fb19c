"""The two graphs that suggestions follow: who follows whom, and who is connected."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When
from django.utils import timezone

from accounts.models import Connection, Follow, FollowRequest, User

Ids = Collection[int]


@dataclass(frozen=True, kw_only=True)
class Graph:
    """A kind of edge, and the rules of what may be told of it."""

    name: str
    fame: str
    """The counter of those who know a person"""
    neighbours: Callable[[User], QuerySet[Any]]
    """(viewer) -> whom they know, the newest first, as (person, how many that one knows)"""
    is_neighbour: Callable[[User], Q]
    """(viewer) -> the condition that they know a person"""
    edges: Callable[[Ids], list[QuerySet[Any]]]
    """(people) -> their edges, annotated with `near`, one of them, and `far`, whom that one knows"""
    links: Q
    """People of whom others may be told whom they know"""
    linked: Mapping[str, bool]
    """The columns of people of whom others may be told who knows them"""
    taken: Callable[[User], Q]
    """(viewer) -> the condition that there already is what a suggestion of a person would lead to, or was asked for"""


def _followed(viewer: User) -> QuerySet[Any]:
    rows: QuerySet[Any] = Follow.objects.filter(follower=viewer.pk).order_by("-id")
    rows = rows.annotate(person=F("followed"), degree=F("followed__following_count"))
    return rows.values_list("person", "degree")


def _follows(ids: Ids) -> list[QuerySet[Any]]:
    rows = Follow.objects.filter(follower__in=ids)
    return [rows.annotate(near=F("follower"), far=F("followed"))]


def _is_followed(viewer: User) -> Q:
    return Q(Exists(Follow.objects.filter(follower=viewer.pk, followed=OuterRef("pk"))))


def _connected(viewer: User) -> QuerySet[Any]:
    rows: QuerySet[Any] = Connection.objects.accepted().of(viewer.pk).order_by("-id")
    rows = rows.annotate(
        person=Case(When(low=viewer.pk, then=F("high")), default=F("low")),
        degree=Case(
            When(low=viewer.pk, then=F("high__connection_count")),
            default=F("low__connection_count"),
        ),
    )
    return rows.values_list("person", "degree")


def _connections(ids: Ids) -> list[QuerySet[Any]]:
    """A pair is stored once, the lower id first, so each may stand on either side."""
    rows = Connection.objects.accepted()
    return [
        rows.filter(low__in=ids).annotate(near=F("low"), far=F("high")),
        rows.filter(high__in=ids).annotate(near=F("high"), far=F("low")),
    ]


def _between(viewer: User, rows: QuerySet[Connection]) -> Q:
    # Two look-ups by index; one with OR would read all of a person's connections.
    return Q(Exists(rows.filter(low=viewer.pk, high=OuterRef("pk")))) | Q(
        Exists(rows.filter(high=viewer.pk, low=OuterRef("pk")))
    )


def _is_connected(viewer: User) -> Q:
    return _between(viewer, Connection.objects.accepted())


def _is_asked(viewer: User) -> Q:
    return Q(Exists(FollowRequest.objects.filter(requester=viewer.pk, target=OuterRef("pk"))))


def _tried(viewer: User) -> Q:
    """Connected, asked either way, or turned down so lately that asking again is refused."""
    since = timezone.now() - Connection.COOLDOWN
    lately = Q(status__in=Connection.LIVE) | Q(answered_at__gt=since)
    return _between(viewer, Connection.objects.filter(lately))


FOLLOWS = Graph(
    name="follow",
    fame="follower_count",
    neighbours=_followed,
    is_neighbour=_is_followed,
    edges=_follows,
    links=Q(hide_following=False),
    linked={"hide_followers": False, "private_account": False},
    taken=lambda viewer: (
        _is_followed(viewer) | _is_asked(viewer) | _between(viewer, Connection.objects.live())
    ),
)
CONNECTIONS = Graph(
    name="connect",
    fame="connection_count",
    neighbours=_connected,
    is_neighbour=_is_connected,
    edges=_connections,
    # Connecting makes people follow each other, so that a connection tells of follows too.
    links=Q(hide_following=False, hide_followers=False),
    linked={"hide_following": False, "hide_followers": False, "private_account": False},
    taken=_tried,
)
GRAPHS = {graph.name: graph for graph in (FOLLOWS, CONNECTIONS)}
