"""The part of posts on the first page."""

from datetime import UTC, date, datetime, time, timedelta

from django.db.models import BigIntegerField, Count, ExpressionWrapper, F
from django.utils import timezone

from posts.models import WRITTEN, Post
from socialsite.lib.admin import Chart, add_chart
from socialsite.lib.ids import TIME_SHIFT, first_id_at, time_of

DAYS = 30
DAY_MS = 24 * 60 * 60 * 1000


def posts_by_day() -> dict[date, int]:
    """Return how many posts were written on each of the last 30 days, in UTC, today last.

    The ids tell: they carry the time, their count of milliseconds begins at a midnight, and they are in order.
    """
    today = timezone.now().date()
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    begin = first_id_at(datetime.combine(days[0], time.min, tzinfo=UTC))
    day = ExpressionWrapper(
        F("pk").bitrightshift(TIME_SHIFT) / DAY_MS, output_field=BigIntegerField()
    )
    rows = Post.objects.filter(pk__gte=begin, post_type__in=WRITTEN).order_by()
    counted = {
        time_of((number * DAY_MS) << TIME_SHIFT).date(): posts
        for number, posts in rows.values_list(day).annotate(Count("pk"))
    }
    return {day: counted.get(day, 0) for day in days}


add_chart(Chart(title="Posts", note=f"posts written in the last {DAYS} days", days=posts_by_day))
