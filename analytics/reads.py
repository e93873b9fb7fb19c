"""What is read of the event log: the page's recent activity, compiled once, and the daily summary."""

from collections import defaultdict
from datetime import datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from accounts.models import Anonymous, User, Viewer
from analytics.models import Activity
from analytics.types import FIGURES, figures_of_types, public_types
from socialsite.lib import targets
from socialsite.lib.api.serializers import rfc3339
from socialsite.lib.prepared import PreparedRead

MOST_RECENT = 5
FIXED = ("id", "type", "object_id", "created_at")


def recent_activity(person: User, viewer: Viewer) -> list[dict[str, Any]]:
    """Return the newest public activities of a person whose objects the viewer may see; one statement, or none."""
    types = tuple(name for name, known in public_types().items() if known.shown_by(person))
    if not types:
        return []
    if isinstance(viewer, Anonymous):
        rows = _seen_by_anyone(types).rows(person=person.pk)
    elif viewer.is_moderator:
        rows = _seen_by_moderator(types).rows(person=person.pk)
    else:
        rows = _seen_by_member(types).rows(person=person.pk, viewer=viewer.pk)
    return [_line(row) for row in rows]


def daily_summary(user: User, days: int) -> list[dict[str, Any]]:
    """Return what a person did on each of the last days in their time zone, today the last."""
    zone, figures = ZoneInfo(user.time_zone), figures_of_types()
    today = timezone.now().astimezone(zone).date()
    first = today - timedelta(days=days - 1)
    begin = datetime.combine(first, time.min, tzinfo=zone)
    counted: dict[Any, dict[str, int]] = defaultdict(lambda: dict.fromkeys(FIGURES, 0))
    rows = Activity.objects.visible_to(user).matching(types=list(figures)).since(begin)
    for day, name, number in rows.per_day(zone):
        counted[day][figures[name]] += number
    dates = [first + timedelta(days=n) for n in range(days)]
    return [{"date": day, **counted[day]} for day in dates]


def _line(row: tuple[Any, ...]) -> dict[str, Any]:
    found = dict(zip((*FIXED, *targets.summary_names()), row, strict=True))
    return {
        "id": str(found["id"]),
        "type": found["type"],
        "object": targets.line(found["object_id"], found),
        "created_at": rfc3339(found["created_at"]),
    }


def public_activity(person_id: int, viewer: Viewer, types: tuple[str, ...]) -> Any:
    """Return the newest activities of these types that the viewer may see, as `values_list`."""
    known, seen = public_types(), Q()
    for name in types:
        seen |= Q(known[name].seen_by(viewer), type=name)
    columns = targets.summary_columns("object_id")
    rows = Activity.objects.public().filter(seen, user=person_id).annotate(**columns)
    return rows.order_by("-id").values_list(*FIXED, *columns)[:MOST_RECENT]


@cache
def _seen_by_anyone(types: tuple[str, ...]) -> PreparedRead:
    return PreparedRead(
        lambda person: public_activity(person, Anonymous(), types),
        person=User._meta.get_field("id"),
    )


@cache
def _seen_by_moderator(types: tuple[str, ...]) -> PreparedRead:
    reader = User(role=User.Role.MODERATOR)
    return PreparedRead(
        lambda person: public_activity(person, reader, types), person=User._meta.get_field("id")
    )


@cache
def _seen_by_member(types: tuple[str, ...]) -> PreparedRead:
    return PreparedRead(
        lambda person, viewer: public_activity(person, User(pk=viewer), types),
        person=User._meta.get_field("id"),
        viewer=User._meta.get_field("id"),
    )
