"""Hashtags among what trends; the apps whose things carry them say which uses count."""

from typing import Any

from django.db.models import QuerySet

from accounts.models import Viewer
from engagement.models import Tag
from engagement.serializers.deeds import TagAnswer
from engagement.trending.kinds import TrendingKind, register
from engagement.trending.making import broken_tables
from socialsite.lib import invariants


def register_tags() -> None:
    register(
        "hashtags",
        TrendingKind(type="hashtag", shown_to=tags_for, answers=answers, names=names),
    )
    invariants.register_check("engagement.trends", broken_tables)


def tags_for(viewer: Viewer) -> QuerySet[Tag]:
    """Return the tags in use, which everybody may know."""
    return Tag.objects.in_use()


def answers(ids: list[int], viewer: Viewer) -> dict[int, dict[str, Any]]:
    rows = Tag.objects.in_use().filter(pk__in=ids)
    return {tag.pk: TagAnswer.render(tag, {"viewer": viewer}) for tag in rows}


def names(ids: list[int]) -> dict[int, str]:
    return {tag.pk: str(tag) for tag in Tag.objects.filter(pk__in=ids)}
