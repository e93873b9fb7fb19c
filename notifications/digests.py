"""Digests: when each person's is due by their own clock, and what stands in it."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import User
from notifications.groups import complete_groups, text_of
from notifications.models import Digest, Notification

FIRST_HOUR, LAST_HOUR = 8, 20
"""On the person's clock a digest goes out from 8 o'clock; a server that was down makes up for it until 20 o'clock"""
MONDAY = 0
MAX_GROUPS = 20
GREATEST_AGE = timedelta(days=30)


@dataclass(frozen=True)
class Part:
    """What a higher app adds to a digest: a heading, and lines of text."""

    title: str
    lines: list[str]


PARTS: dict[str, Callable[[User, datetime], Part | None]] = {}
"""name -> (person, since) -> the part, or None when there is nothing to say"""


def register_part(name: str, make: Callable[[User, datetime], Part | None]) -> None:
    """Add a part to every digest; called once, in the owning app's registry. Its statements count for each person."""
    PARTS[name] = make


@dataclass
class Content:
    """What a digest says: sentences of unread notifications, how many more there are, and the parts of other apps."""

    lines: list[str] = field(default_factory=list)
    more: int = 0
    parts: list[Part] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.lines or self.parts)


def due_slots(now: datetime, zones: Iterable[str]) -> dict[date, list[str]]:
    """Return the days whose digests are due now, each with the time zones in which it is that day."""
    slots: dict[date, list[str]] = defaultdict(list)
    for zone in zones:
        local = now.astimezone(ZoneInfo(zone))
        if FIRST_HOUR <= local.hour < LAST_HOUR:
            slots[local.date()].append(zone)
    return slots


def frequencies_on(slot: date) -> list[str]:
    """Return the settings by which a digest is due on a day: the weekly ones on Mondays."""
    daily, weekly = User.Digest.DAILY, User.Digest.WEEKLY
    return [daily, weekly] if slot.weekday() == MONDAY else [daily]


def since_for(user: User) -> datetime:
    """Return when a person's last digest went out, or a month ago."""
    month_ago = timezone.now() - GREATEST_AGE
    sent = Digest.objects.filter(user=user, sent_at__isnull=False).order_by("-slot")
    last = sent.values_list("sent_at", flat=True).first()
    return max(last, month_ago) if last else month_ago


def compose(user: User) -> Content:
    """Return what a person's digest says: what they have not read since the last one."""
    since = since_for(user)
    rows = Notification.objects.visible_to(user).unread().since(since)
    groups = list(rows.grouped().order_by("-group_id")[: MAX_GROUPS + 1])
    shown = groups[:MAX_GROUPS]
    complete_groups(shown, user, among=rows)
    made = [make(user, since) for make in PARTS.values()]
    return Content(
        lines=[_sentence(group["members"], group["count"]) for group in shown],
        more=rows.count() - sum(g["count"] for g in shown) if len(groups) > MAX_GROUPS else 0,
        parts=[part for part in made if part and part.lines],
    )


def _sentence(members: list[Notification], count: int) -> str:
    return text_of(members[0], [member.actor for member in members if member.actor], count)
