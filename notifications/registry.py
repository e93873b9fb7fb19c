"""The notifications about people and the safety of their accounts, and what notifications registers with the floors below."""

from collections.abc import Callable, Iterator
from typing import Any

from accounts.events import (
    ConnectionAccepted,
    ConnectionEffect,
    ConnectionRequested,
    FollowAccepted,
    Followed,
    FollowRequested,
    PasswordChanged,
    PersonEffect,
    SecondFactorDisabled,
    SecondFactorEnabled,
    SignedIn,
)
from accounts.models import FollowRequest, Session, User
from accounts.sections import ACCOUNT_SECTIONS
from notifications import live
from notifications.actions import notify_user
from notifications.models import Notification
from notifications.types import TYPES, NotificationType, register_types
from socialsite.lib import effects, invariants

PEOPLE = (
    NotificationType(
        name="follow", text="{actor} follows you.", plural="{actors} follow you.", category="people"
    ),
    NotificationType(
        name="follow_request", text="{actor} asks to follow you.", category="people", email=True
    ),
    NotificationType(
        name="follow_accepted",
        text="{actor} lets you follow them.",
        category="people",
        is_answer=True,
    ),
    NotificationType(
        name="connection_request", text="{actor} asks to connect.", category="people", email=True
    ),
    NotificationType(
        name="connection_accepted",
        text="{actor} accepted your request to connect.",
        category="people",
        email=True,
        is_answer=True,
    ),
)
SECURITY = (
    # The mails about these two are those of accounts: they say more, and go out whatever happens here.
    NotificationType(
        name="new_sign_in",
        text="A device we had not seen before signed in: {address}, {program}.",
        category="security",
        fixed=True,
    ),
    NotificationType(
        name="password_changed",
        text="Your password was changed.",
        category="security",
        fixed=True,
    ),
    NotificationType(
        name="second_factor_enabled",
        text="The second factor of your account was switched on.",
        category="security",
        email=True,
        fixed=True,
    ),
    NotificationType(
        name="second_factor_disabled",
        text="The second factor of your account was switched off.",
        category="security",
        email=True,
        fixed=True,
    ),
)


def register() -> None:
    register_types((*PEOPLE, *SECURITY))
    effects.listen(Followed, tell_target_of("follow"))
    effects.listen(FollowRequested, tell_target_of("follow_request", find_request))
    effects.listen(FollowAccepted, tell_target_of("follow_accepted"))
    effects.listen(ConnectionRequested, tell_target_of("connection_request", connection_of))
    effects.listen(ConnectionAccepted, tell_target_of("connection_accepted", connection_of))
    effects.listen(SignedIn, tell_of_new_device)
    effects.listen(PasswordChanged, tell_actor_of("password_changed"))
    effects.listen(SecondFactorEnabled, tell_actor_of("second_factor_enabled"))
    effects.listen(SecondFactorDisabled, tell_actor_of("second_factor_disabled"))
    live.register()
    ACCOUNT_SECTIONS["notifications"] = count_unread
    invariants.register_check("notifications.types", unknown_types)


def count_unread(user: User) -> dict[str, int]:
    return {"unread": Notification.objects.visible_to(user).unread().count()}


def unknown_types() -> Iterator[str]:
    """Every notification has a type that can say it in words."""
    rows = Notification.objects.exclude(type__in=TYPES).order_by()
    for name in rows.values_list("type", flat=True).distinct():
        yield f"no app registered the type {name}"


def tell_target_of(
    type_name: str, target_of: Callable[[Any], int | None] = lambda effect: None
) -> effects.Handler:
    """Return a handler that tells the person something was done to who did it."""

    def tell(effect: PersonEffect) -> None:
        notify_user(
            type_name=type_name,
            recipient_id=effect.target_id,
            actor_id=effect.actor_id,
            target_id=target_of(effect),
        )

    tell.__name__ = f"tell_of_{type_name}"
    return tell


def tell_actor_of(type_name: str) -> effects.Handler:
    """Return a handler that tells a person what was done in their name, in case it was not them."""

    def tell(effect: effects.Effect) -> None:
        notify_user(type_name=type_name, recipient_id=effect.actor_id)

    tell.__name__ = f"tell_of_{type_name}"
    return tell


def tell_of_new_device(effect: SignedIn) -> None:
    if effect.is_new_device:
        session = Session.objects.get(pk=effect.session_id)
        notify_user(
            type_name="new_sign_in",
            recipient_id=effect.actor_id,
            address=session.address or "an unknown address",
            program=session.user_agent or "an unknown program",
        )


def connection_of(effect: ConnectionEffect) -> int:
    return effect.connection_id


def find_request(effect: FollowRequested) -> int | None:
    """Return the id of the request that was just made: the notification is gone once it is answered or withdrawn."""
    rows = FollowRequest.objects.filter(requester=effect.actor_id, target=effect.target_id)
    return rows.values_list("pk", flat=True).first()
