"""What accounts registers with the floors below."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet

from accounts import attendance
from accounts.events import (
    ApiTokenRevoked,
    Blocked,
    RoleSet,
    SessionEnded,
    SignedIn,
    Unblocked,
)
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
from accounts.sections import ACCOUNT_SECTIONS
from accounts.serializers.accounts import SettingsAnswer
from accounts.serializers.presence import PresenceNews
from accounts.sockets import SitePeople
from socialsite.lib import effects, invariants, targets
from socialsite.lib.errors import NotFound
from socialsite.lib.ids import Kind
from socialsite.lib.models import StreamEvent
from socialsite.lib.realtime import signals, streams, topics
from socialsite.lib.realtime.people import register_people, watchers
from socialsite.lib.tasks import enqueue


def nobody_subscribes(viewer: Any, key: str) -> str:
    """Refuse: what is meant for people reaches all their sockets by itself."""
    raise NotFound


PEOPLE = topics.Topic(
    prefix=signals.PEOPLE,
    check=nobody_subscribes,
    events=(("presence", PresenceNews),),
    summary="What is meant for somebody reaches all their sockets; nothing has to be subscribed to.",
)


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
    invariants.register_check("accounts.guests_apart", edges_of_guests)
    register_sockets()


def register_sockets() -> None:
    """Say who stands behind sockets, what ends them, and who hears that people come and go."""
    register_people(SitePeople())
    watchers.opened.append(attendance.opened)
    watchers.closed.append(attendance.closed)
    watchers.stopped.append(attendance.stopped)
    topics.register_topic(PEOPLE)
    streams.register_event(streams.EventType("settings", SettingsAnswer, settings_of))
    effects.listen(SessionEnded, close_sockets_of_session)
    effects.listen(ApiTokenRevoked, close_sockets_of_token)
    effects.listen(RoleSet, close_sockets_of_person)
    effects.listen(Blocked, forget_relations)
    effects.listen(Unblocked, forget_relations)


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


def settings_of(events: list[StreamEvent]) -> dict[int, dict[str, Any]]:
    """Return a person's settings as they are now, for each event that says they changed."""
    user = User.objects.filter(pk=events[0].stream_id).first()
    data = SettingsAnswer(user).data if user else None
    return {event.seq: data for event in events} if data else {}


def close_sockets_of_session(effect: SessionEnded) -> None:
    signals.order_on_commit("session_ended", effect.session_id)


def close_sockets_of_token(effect: ApiTokenRevoked) -> None:
    signals.order_on_commit("session_ended", effect.token_id)


def close_sockets_of_person(effect: RoleSet) -> None:
    """Close what a person hears with a right they may have lost, by personal tokens too: those stay."""
    signals.order_on_commit("person_closed", effect.target_id)


def forget_relations(effect: Blocked | Unblocked) -> None:
    for person_id in (effect.actor_id, effect.target_id):
        signals.order_on_commit("relations_changed", person_id)


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


def edges_of_guests() -> Iterator[str]:
    """No guest follows, is followed, asks, is connected, or is in a list."""
    found = (
        Follow.objects.filter(Q(follower__is_guest=True) | Q(followed__is_guest=True)),
        FollowRequest.objects.filter(Q(requester__is_guest=True) | Q(target__is_guest=True)),
        Connection.objects.filter(Q(low__is_guest=True) | Q(high__is_guest=True)),
        AudienceMember.objects.filter(Q(member__is_guest=True) | Q(audience__owner__is_guest=True)),
    )
    for rows in found:
        yield from (f"{row}" for row in rows)
