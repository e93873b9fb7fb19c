"""How many people there are, come and are about: the part of accounts on the first page."""

from datetime import date, timedelta

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone

from accounts.models import User
from socialsite.lib.admin import MODERATORS, Chart, Figure, add_chart, add_figure

PEOPLE = "admin:accounts_user_changelist"
DAYS = 30


def registrations_by_day() -> dict[date, int]:
    """Return how many people registered on each of the last 30 days, in UTC, today last."""
    today = timezone.now().date()
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    rows = User.objects.filter(created_at__date__gte=days[0]).order_by()
    counted = dict(rows.values_list(TruncDate("created_at")).annotate(Count("pk")))
    return {day: counted.get(day, 0) for day in days}


def count_people() -> int:
    return User.objects.filter(deleted_at__isnull=True).count()


def count_new() -> int:
    return User.objects.filter(created_at__gt=timezone.now() - timedelta(days=1)).count()


def count_active() -> int:
    return User.objects.filter(last_active_at__gt=timezone.now() - timedelta(days=1)).count()


def count_suspended() -> int:
    return User.objects.filter(suspended_by__isnull=False, deleted_at__isnull=True).count()


add_figure(
    Figure(title="People", note="with an account", icon="group", count=count_people, page=PEOPLE)
)
add_figure(
    Figure(title="New", note="in the last day", icon="person_add", count=count_new, page=PEOPLE)
)
add_figure(
    Figure(title="Active", note="in the last day", icon="bolt", count=count_active, page=PEOPLE)
)
add_figure(
    Figure(
        title="Suspended",
        note="people shut out now",
        icon="block",
        count=count_suspended,
        page=PEOPLE,
        query="?state=suspended",
        roles=MODERATORS,
    )
)
add_chart(
    Chart(
        title="Registrations",
        note=f"people registered in the last {DAYS} days",
        days=registrations_by_day,
    )
)
