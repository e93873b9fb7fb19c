"""What accounts registers with the floors below, and what the apps above add to people."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Q, QuerySet

from accounts.events import SignedIn
from accounts.models import (
    Audience,
    AudienceMember,
    Block,
    Connection,
    Filter,
    Follow,
    FollowRequest,
    User,
)
from socialsite.lib import effects, invariants, targets
from socialsite.lib.ids import Kind
from socialsite.lib.tasks import enqueue

Section = Callable[[User, Any], Any]

PROFILE_SECTIONS: dict[str, Section] = {}
"""Parts of a profile that apps above add: name -> (person, viewer) -> what the viewer may see of it."""

ACCOUNT_SECTIONS: dict[str, Callable[[User], Any]] = {}
"""Parts of `GET /api/auth/user` and of the answer of a sign-in: name -> (person) -> figures."""


def sections_of(user: User) -> dict[str, Any]:
    """Return the parts of their own account that the apps above add for a person."""
    return {name: section(user) for name, section in ACCOUNT_SECTIONS.items()}


def register() -> None:
    targets.register(
        Kind.USER,
        targets.Target(
            model=User,
            visible_to=User.objects.visible_to,
            owner_id=lambda user: user.pk,
            noun="user",
            summary=("username", "display_name"),
        ),
    )
    targets.register(
        Kind.FOLLOW_REQUEST,
        targets.Target(
            model=FollowRequest,
            visible_to=follow_requests_seen_by,
            owner_id=lambda request: request.requester_id,
            noun="follow_request",
        ),
    )
    targets.register(
        Kind.CONNECTION,
        targets.Target(
            model=Connection,
            visible_to=Connection.objects.visible_to,
            owner_id=lambda connection: connection.requester_id,
            noun="connection",
        ),
    )
    ACCOUNT_SECTIONS["stats"] = stats_of
    effects.listen(SignedIn, mail_about_new_device)
    invariants.register_counter(
        invariants.Counter(User, "follower_count", Follow.objects.all, "followed")
    )
    invariants.register_counter(
        invariants.Counter(User, "following_count", Follow.objects.all, "follower")
    )
    invariants.register_counter(
        invariants.Counter(User, "connection_count", Connection.objects.accepted, "low", "high")
    )
    invariants.register_counter(
        invariants.Counter(Audience, "member_count", AudienceMember.objects.all, "audience")
    )
    invariants.register_counter(
        invariants.Counter(User, "filter_count", Filter.objects.all, "owner")
    )
    invariants.register_check("accounts.edges_across_blocks", edges_across_blocks)


def stats_of(user: User) -> dict[str, int]:
    """Return the counts that M22 names."""
    return {
        "posts": user.post_count,
        "followers": user.follower_count,
        "following": user.following_count,
    }


def follow_requests_seen_by(viewer: Any) -> QuerySet[FollowRequest]:
    """Return the requests a person made or has to answer, with nobody hidden from them."""
    seen = User.objects.visible_to(viewer)
    own = Q(requester=viewer.pk) | Q(target=viewer.pk)
    return FollowRequest.objects.filter(own, seen.at("requester"), seen.at("target"))


def mail_about_new_device(effect: SignedIn) -> None:
    if effect.is_new_device:
        enqueue("accounts.send_new_device", user_id=effect.actor_id, session_id=effect.session_id)


def edges_across_blocks() -> Iterator[str]:
    """No follow, request or connection lies across a block."""
    for one, other in Block.objects.values_list("blocker", "blocked").iterator():
        pair = Q(follower=one, followed=other) | Q(follower=other, followed=one)
        asked = Q(requester=one, target=other) | Q(requester=other, target=one)
        if (
            Follow.objects.filter(pair).exists()
            or FollowRequest.objects.filter(asked).exists()
            or Connection.objects.between(one, other).live().exists()
        ):
            yield f"{one} and {other}"
