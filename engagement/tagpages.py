"""The page of a tag: how much it is used, with which others, and whether the reader follows it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote

from django.db.models import Count
from django.utils import timezone

from accounts.models import Viewer
from engagement.models import Tag, TagFollow, Tagging
from engagement.trending.kinds import sources_of
from socialsite.lib.ids import first_id_at, time_of

DAYS = 7
MAX_COUNTED = 10_000
"""How many uses the days are counted from, the newest"""
NEWEST, RELATED = 500, 10
"""How many of the newest uses the other tags are taken from, and how many of these are shown"""

Use = tuple[int, int]
"""Who used a tag, and the id of the thing that carries it"""


@dataclass
class Page:
    tag: str
    id: int | None = None
    usage_count: int = 0
    created_at: datetime | None = None
    followed: bool = False
    series: list[dict[str, Any]] = field(default_factory=list)
    related: list[dict[str, Any]] = field(default_factory=list)

    @property
    def posts(self) -> str:
        """The address of its posts."""
        return f"/api/posts?hashtag={quote(self.tag)}"


def page_of_tag(name: str, viewer: Viewer) -> Page:
    """Return the page of a tag, folded already. What nobody uses in public is like what nobody ever used."""
    page = Page(name)
    tag = Tag.objects.filter(tag=name).first()
    if tag is None:
        page.series = series_of([])
        return page
    page.followed = TagFollow.objects.visible_to(viewer).filter(tag=tag).exists()
    recent = uses_of(tag, _first_of_days(), MAX_COUNTED)
    page.series = series_of(recent)
    if tag.usage_count:
        page.id, page.created_at, page.usage_count = tag.pk, tag.created_at, tag.usage_count
        newest = recent if len(recent) >= NEWEST else uses_of(tag, 0, NEWEST)
        page.related = related_to(tag, [thing for _, thing in newest[:NEWEST]])
    return page


def uses_of(tag: Tag, first: int, number: int) -> list[Use]:
    """Return so many of the newest uses of a tag in public from an id on, the newest first."""
    found: list[Use] = []
    for source in sources_of("hashtags"):
        rows = source.rows(first).filter(tag=tag).order_by("-deed")[:number]
        found += [(person, deed) for _, person, deed in rows if person is not None]
    return sorted(found, key=lambda use: -use[1])[:number]


def series_of(uses: list[Use]) -> list[dict[str, Any]]:
    """Return uses and people by day, the oldest first, today last."""
    posts: Counter[date] = Counter()
    people: dict[date, set[int]] = {}
    for person, deed in uses:
        day = time_of(deed).date()
        posts[day] += 1
        people.setdefault(day, set()).add(person)
    today = timezone.now().astimezone(UTC).date()
    days = [today - timedelta(days=n) for n in reversed(range(DAYS))]
    return [{"day": d, "posts": posts[d], "people": len(people.get(d, ()))} for d in days]


def related_to(tag: Tag, ids: list[int]) -> list[dict[str, Any]]:
    """Return the tags that stand most often beside a tag in these things, which everybody may find."""
    rows = Tagging.objects.filter(target_id__in=ids).exclude(tag=tag)
    counted = rows.values("tag__tag").annotate(posts=Count("pk")).order_by("-posts", "tag__tag")
    return [{"tag": row["tag__tag"], "posts": row["posts"]} for row in counted[:RELATED]]


def _first_of_days() -> int:
    midnight = timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return first_id_at(midnight - timedelta(days=DAYS - 1))
