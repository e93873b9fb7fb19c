"""What moderators learn at once, and what administrators tell everybody."""

from typing import Any

from accounts.viewers import moderators_among
from moderation.models import Case
from socialsite.lib.errors import Forbidden, NotFound
from socialsite.lib.realtime import signals, topics
from socialsite.lib.realtime.updates import ALERT, EVENT, SystemUpdate, tell_update

ALERTS, SYSTEM = "moderation", signals.EVERYBODY


def register() -> None:
    topics.register_topic(
        topics.Topic(
            prefix=ALERTS,
            check=check_moderation,
            events=((EVENT, SystemUpdate),),
            summary="Cases that are opened or become more urgent, for moderators.",
            fitting=find_moderators,
        )
    )
    topics.register_topic(
        topics.Topic(
            prefix=SYSTEM,
            check=check_system,
            events=((EVENT, SystemUpdate),),
            summary="What administrators tell everybody; every socket hears it by itself.",
        )
    )


def tell_alert(case: Case) -> None:
    """Say, when the caller's transaction commits, that a case is there, or more urgent than it was."""
    tell_update(
        ALERTS,
        ALERT,
        key=str(case.pk),
        case_id=str(case.pk),
        priority=case.priority,
        reason=str(case.reason),
    )


def check_moderation(viewer: Any, key: str) -> str:
    """Return the only key there is. Raises NotFound, and Forbidden for who is no moderator."""
    if not viewer.is_moderator:
        raise Forbidden("permission_denied", "Only moderators may do this.")
    return check_system(viewer, key)


def check_system(viewer: Any, key: str) -> str:
    """Return the only key there is: everybody may listen. Raises NotFound."""
    if key:
        raise NotFound
    return ""


def find_moderators(news: signals.News, listeners: topics.Listeners) -> topics.Fitted:
    """Return who of the listeners is a moderator at this moment: a role may have ended since they began."""
    return {("", pk): news.data for pk in moderators_among(listeners.get("", ()))}
