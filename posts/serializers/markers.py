"""What a person sends and reads of their markers."""

import re
from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import User
from notifications.models import Notification
from posts.actions.markers import Reading
from posts.feeds.chronological import Feed, timeline
from posts.feeds.lists import feed_of
from posts.models import Marker
from socialsite.lib.api.serializers import Answer, Body, IdField, rfc3339
from socialsite.lib.ids import Kind, kind_of

MAX_MARKERS, MAX_UNREAD = 20, 100
_LIST = re.compile(r"list:([0-9]{1,19})")


def is_feed(name: str) -> bool:
    """Tell whether this names a feed: `home`, `notifications`, `list:<id>`."""
    found = _LIST.fullmatch(name)
    if found:
        return kind_of(int(found[1])) is Kind.AUDIENCE
    return name in {Marker.Feed.HOME, Marker.Feed.NOTIFICATIONS}


class ReadingBody(Body):
    """How far a feed was read. A marker moves back only with `back`; with `version`, only when that is the one that is there (0: none)."""

    last_read_id = IdField()
    version = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    back = serializers.BooleanField(default=False)

    def validate(self, attrs: dict[str, Any]) -> Reading:
        return Reading(**attrs)


class MarkersBody(Body):
    """Readings by the name of the feed: `home`, `notifications`, `list:<id>`."""

    home = ReadingBody(required=False)
    notifications = ReadingBody(required=False)

    def get_fields(self) -> dict[str, Any]:
        """Add a field for each list that is named."""
        fields = super().get_fields()
        sent = getattr(self, "initial_data", None)
        names = (
            [name for name in sent if isinstance(name, str)] if isinstance(sent, Mapping) else []
        )
        if len(names) <= MAX_MARKERS:
            fields |= {name: ReadingBody() for name in names if is_feed(name)}
        return fields


class MarkersQuery(Body):
    """`names` are feeds, separated by commas, five at most; of a list, `unread_count` is told only when it is named."""

    names = serializers.CharField(max_length=200, required=False)

    def validate_names(self, value: str) -> list[str]:
        names = list(dict.fromkeys(name.strip() for name in value.split(",")))
        if len(names) > 5 or not all(map(is_feed, names)):
            raise serializers.ValidationError("Name at most five feeds.", "invalid_choice")
        return names


@extend_schema_field({"type": "integer", "nullable": True})
class UnreadField(serializers.IntegerField):
    """How much is newer than the marker; 100 stands for that and more."""


class MarkerAnswer(serializers.Serializer[Any]):
    """Where a marker stands."""

    last_read_id = IdField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    updated_at = serializers.CharField(read_only=True)
    unread_count = UnreadField(read_only=True)


class MarkersAnswer(Answer):
    """The caller's markers, by the names of the feeds."""

    model = Marker

    markers = serializers.DictField(child=MarkerAnswer(), read_only=True)

    @classmethod
    def find(cls, viewer: User, pk: Any) -> dict[str, Any]:
        return cls.of(viewer, None)

    @classmethod
    def of(cls, viewer: User, names: list[str] | None) -> dict[str, Any]:
        """Return the markers of the feeds that are named; all, when none are."""
        rows = Marker.objects.visible_to(viewer).select_related("audience").order_by("pk")
        found = {row.name: row for row in rows if names is None or row.name in names}
        return {
            name: {
                "last_read_id": str(row.last_read_id),
                "version": row.version,
                "updated_at": rfc3339(row.updated_at),
                "unread_count": unread(row, viewer) if names or row.audience is None else None,
            }
            for name, row in found.items()
        }

    @classmethod
    def render(cls, thing: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
        return {"markers": thing}


def unread(marker: Marker, viewer: User) -> int:
    """Return how much of a feed is newer than its marker and not the viewer's own, of the first MAX_UNREAD."""
    after = marker.last_read_id
    if marker.feed == Marker.Feed.NOTIFICATIONS:
        rows = Notification.objects.visible_to(viewer).filter(pk__gt=after)
        return rows.order_by()[:MAX_UNREAD].count()
    fetch = timeline(viewer, Feed("all"))
    if marker.audience is not None:
        fetch = feed_of(viewer, marker.audience).fetch
    newer = fetch(after, False, MAX_UNREAD)
    return sum(item.post.author_id != viewer.pk for item in newer)
