"""The activity of people among each other, and what analytics registers with the floors below."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db.models import Exists, OuterRef

from accounts.events import (
    Blocked,
    ConnectionAccepted,
    ConnectionRemoved,
    ConnectionRequested,
    FollowAccepted,
    Followed,
    FollowerRemoved,
    PersonEffect,
    ProfileEdited,
    Registered,
    Unfollowed,
)
from accounts.models import Follow, User, Viewer
from accounts.sections import PROFILE_SECTIONS
from analytics.actions import record_activity, take_back_activity
from analytics.leaderboard import (
    FOR_A_FOLLOWER,
    PointSource,
    followers_gained,
    points_of,
    register_measure,
    register_source,
    streaks_of,
)
from analytics.models import Activity
from analytics.reads import recent_activity
from analytics.stats import Stat, register_stat
from analytics.types import TYPES, ActivityType, Deed, Publicity
from socialsite.lib import effects, invariants


def by_actor(effect: PersonEffect) -> Deed:
    return effect.actor_id, effect.target_id


def by_target(effect: PersonEffect) -> Deed:
    """What the actor did lets the other person's deed happen."""
    return effect.target_id, effect.actor_id


def alone(effect: effects.Effect) -> Deed:
    return effect.actor_id, None


def shows_follows(person: User) -> bool:
    return person.following_count > 0 and not person.hide_following


def followed_in_public(viewer: Viewer) -> Exists:
    """Return the condition that a person followed is visible to the viewer, and hides from nobody who follows them."""
    open_people = User.objects.visible_to(viewer).filter(
        hide_followers=False, private_account=False
    )
    return open_people.at("object_id")


PEOPLE = (
    ActivityType(
        name="follow",
        made_by={Followed: by_actor, FollowAccepted: by_target},
        figure="follows",
        publicity=Publicity(
            shown_by=shows_follows,
            seen_by=followed_in_public,
            ended_by={
                Unfollowed: lambda effect: [by_actor(effect)],
                FollowerRemoved: lambda effect: [by_target(effect)],
                Blocked: lambda effect: [by_actor(effect), by_target(effect)],
            },
        ),
    ),
    ActivityType(name="unfollow", made_by={Unfollowed: by_actor}),
    ActivityType(name="connection_request", made_by={ConnectionRequested: by_actor}),
    ActivityType(name="connection_accept", made_by={ConnectionAccepted: by_actor}),
    ActivityType(name="connection_remove", made_by={ConnectionRemoved: by_actor}),
    ActivityType(name="profile_edit", made_by={ProfileEdited: alone}),
    ActivityType(name="registration", made_by={Registered: alone}),
)


def register() -> None:
    register_types(PEOPLE)
    PROFILE_SECTIONS["recent_activity"] = recent_activity
    invariants.register_check("analytics.public_follows", follows_taken_back)
    register_measure("points", points_of)
    register_measure("streak", streaks_of)
    register_source("follower", PointSource(points=FOR_A_FOLLOWER, rows=followers_gained))
    register_stat("follows", Stat(lambda user: Follow.objects.filter(follower=user)))
    register_stat("followers", Stat(lambda user: Follow.objects.filter(followed=user)))


def register_types(types: Iterable[ActivityType]) -> None:
    """Make types known and listen to their effects; called once by each app, in its registry."""
    for known in types:
        TYPES[known.name] = known
        for effect, deed_of in known.made_by.items():
            effects.listen(effect, _recorder(known.name, deed_of))
        for effect, deeds_of in known.publicity.ended_by.items() if known.publicity else ():
            effects.listen(effect, _remover(known.name, deeds_of))


def follows_taken_back() -> Iterator[str]:
    """No page shows a follow that has ended."""
    edge = Follow.objects.filter(follower=OuterRef("user"), followed=OuterRef("object_id"))
    rows = Activity.objects.public().filter(~Exists(edge), type="follow")
    for pk in rows.values_list("pk", flat=True).iterator():
        yield f"the follow of activity {pk} has ended"


def _recorder(type_name: str, deed_of: Callable[[Any], Deed]) -> effects.Handler:
    def record(effect: effects.Effect) -> None:
        user_id, object_id = deed_of(effect)
        record_activity(user_id=user_id, type_name=type_name, object_id=object_id)

    record.__name__ = f"record_{type_name}"
    return record


def _remover(type_name: str, deeds_of: Callable[[Any], Iterable[Deed]]) -> effects.Handler:
    def take_back(effect: effects.Effect) -> None:
        for user_id, object_id in deeds_of(effect):
            take_back_activity(user_id=user_id, type_name=type_name, object_id=object_id)

    take_back.__name__ = f"take_back_{type_name}"
    return take_back
