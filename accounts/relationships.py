"""How two people stand to each other, as one of them may know it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Q

from accounts.models import Block, Connection, Follow, FollowRequest, Mute, User

AT_ONCE = 500
"""So many ids go into one query"""


@dataclass(frozen=True)
class Relationship:
    """The caller's side of a pair; `id` is the other person."""

    id: int
    following: bool
    followed_by: bool
    requested: bool
    blocking: bool
    muting: bool
    connection: str

    @property
    def mutual(self) -> bool:
        return self.following and self.followed_by


def between(viewer: User, other_id: int) -> Relationship:
    """Return how `viewer` and another person stand: one statement for each kind of edge."""
    followers = set(
        Follow.objects.filter(
            follower__in=[viewer.pk, other_id], followed__in=[viewer.pk, other_id]
        ).values_list("follower_id", flat=True)
    )
    return Relationship(
        id=other_id,
        following=viewer.pk in followers,
        followed_by=other_id in followers,
        requested=FollowRequest.objects.filter(requester=viewer, target=other_id).exists(),
        blocking=Block.objects.filter(blocker=viewer, blocked=other_id).exists(),
        muting=Mute.objects.in_force().filter(muter=viewer, muted=other_id).exists(),
        connection=_connection(viewer, other_id),
    )


def blocks_of(person_ids: Collection[int]) -> Mapping[int, frozenset[int]]:
    """Return for each of these people those between whom and them a block lies, made by either; people without any are left out."""
    asked = set(person_ids)
    found: dict[int, set[int]] = {}
    for ids in parts(asked):
        rows = Block.objects.filter(Q(blocker__in=ids) | Q(blocked__in=ids))
        for blocker, blocked in rows.values_list("blocker_id", "blocked_id"):
            found.setdefault(blocker, set()).add(blocked)
            found.setdefault(blocked, set()).add(blocker)
    return {pk: frozenset(others) for pk, others in found.items() if pk in asked}


def parts(ids: Collection[int]) -> Iterator[list[int]]:
    """Yield ids in lists of at most AT_ONCE."""
    every = sorted(ids)
    return (every[i : i + AT_ONCE] for i in range(0, len(every), AT_ONCE))


def _connection(viewer: User, other_id: int) -> str:
    live = Connection.objects.between(viewer.pk, other_id).live().first()
    if live is None:
        return "none"
    if live.status == Connection.Status.ACCEPTED:
        return "connected"
    return "pending_out" if live.requester_id == viewer.pk else "pending_in"
