"""A person's own figures: how many in all, and on each day of their time zone; the apps above add theirs."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from accounts.models import User
from analytics.models import Standing
from socialsite.lib.ids import first_id_at


@dataclass(frozen=True)
class Stat:
    """What is counted of a person: `rows` whose ids carry the time they were made at, and `moment`, the column that says it."""

    rows: Callable[[User], QuerySet[Any]]
    moment: str = "created_at"
    total: Callable[[User], int] | None = None
    """Where there is a quicker way than to count all the rows"""


STATS: dict[str, list[Stat]] = defaultdict(list)
"""Figures by their names; what several apps add to one is summed"""


def register_stat(name: str, stat: Stat) -> None:
    STATS[name].append(stat)


def stats_of(user: User, days: int) -> dict[str, Any]:
    """Return a person's figures in all and for each of the last days, today the last, and where they stand."""
    zone = ZoneInfo(user.time_zone)
    today = timezone.now().astimezone(zone).date()
    dates = [today - timedelta(days=days - 1 - n) for n in range(days)]
    series = {day: dict.fromkeys(STATS, 0) for day in dates}
    for name, parts in STATS.items():
        for part in parts:
            for day, number in _per_day(part, user, dates[0], zone):
                if day in series:
                    series[day][name] += number
    return {
        "totals": {name: sum(_total(p, user) for p in parts) for name, parts in STATS.items()},
        "days": [{"date": day.isoformat(), **series[day]} for day in dates],
        "standings": _standings(user),
    }


def _total(stat: Stat, user: User) -> int:
    return stat.total(user) if stat.total else stat.rows(user).order_by().count()


def _per_day(stat: Stat, user: User, first: date, zone: ZoneInfo) -> QuerySet[Any, Any]:
    begin = datetime.combine(first, time.min, tzinfo=zone)
    rows = stat.rows(user).filter(pk__gte=first_id_at(begin)).order_by()
    return rows.values_list(TruncDate(stat.moment, tzinfo=zone)).annotate(number=Count("pk"))


def _standings(user: User) -> dict[str, dict[str, int]]:
    """Return what the job counted of a person, by measure and period."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    rows = Standing.objects.visible_to(user).filter(user=user).order_by("measure", "period")
    for measure, period, value in rows.values_list("measure", "period", "value"):
        found[measure][period] = value
    return dict(found)
