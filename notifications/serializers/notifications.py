"""Shapes of notifications, one by one."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.filters import filters_of
from accounts.serializers.people import PersonCard
from notifications.filters import SCOPE, mark
from notifications.models import Notification
from notifications.types import TYPES
from socialsite.lib.api.cursors import position_in
from socialsite.lib.api.serializers import (
    Answer,
    Body,
    IdField,
    TimeField,
    WordsField,
    rfc3339,
)


class TargetAnswer(serializers.Serializer[Any]):
    """What a notification is about."""

    id = IdField(read_only=True)
    type = serializers.CharField(read_only=True)


class FilterMarkAnswer(serializers.Serializer[Any]):
    """What a filter that warns or blurs says of a thing: the client decides how to show it."""

    filter_id = IdField(read_only=True)
    title = serializers.CharField(read_only=True)
    action = serializers.CharField(read_only=True)
    term = serializers.CharField(read_only=True)


class NotificationAnswer(Answer):
    """One notification; `text` is the sentence to show."""

    model = Notification

    id = IdField(read_only=True)
    type = serializers.CharField(read_only=True)
    actor = PersonCard(read_only=True, allow_null=True)
    target = TargetAnswer(read_only=True, allow_null=True)
    text = serializers.CharField(read_only=True)
    created_at = TimeField(read_only=True)
    read_at = TimeField(read_only=True, allow_null=True)

    filtered = FilterMarkAnswer(many=True, read_only=True)

    @classmethod
    def complete(cls, things: list[Any], viewer: Any) -> None:
        mark(things, filters_of(viewer, SCOPE))

    def to_representation(self, instance: Notification) -> dict[str, Any]:
        """Written out, because the list is among the hottest pages."""
        return {
            "id": str(instance.pk),
            "type": instance.type,
            "actor": _card(instance.actor) if instance.actor else None,
            "target": instance.target,
            "text": instance.text,
            "created_at": rfc3339(instance.created_at),
            "read_at": rfc3339(instance.read_at) if instance.read_at else None,
            "filtered": instance.__dict__.get("filtered", []),
        }


class NotificationQuery(Body):
    """`unread=true` for the unread alone; `types=follow,connection_request` for some types; `grouped=1` for what several people did
    to one thing as one row."""

    unread = serializers.BooleanField(required=False)
    types = WordsField(lambda: TYPES, required=False)
    grouped = serializers.BooleanField(default=False)


@extend_schema_field({"type": "string", "description": "An id, or a cursor of the list."})
class PositionField(IdField):
    """The id of a notification, or a cursor of the list as it stands in `next` and `previous`."""

    PATHS = ("/api/v1/notifications", "/api/notifications")
    QUERIES = ((), (("unread", "true"),), (("unread", "1"),))

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, str) and not data.isdigit():
            data = self._position_in(data)
        return super().to_internal_value(data)

    def _position_in(self, cursor: str) -> int | None:
        reader = self.context["request"].user
        tried = (position_in(cursor, path, q, reader) for path in self.PATHS for q in self.QUERIES)
        found = next(filter(None, tried), None)
        return found[0] if found else None


class ReadAllBody(Body):
    """`up_to` is the newest notification the caller has seen, by its id or by a cursor of the list: it and all older are marked,
    nothing newer. `before` is the same by id."""

    before = IdField(required=False)
    up_to = PositionField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) > 1:
            raise serializers.ValidationError({"before": ["Send one of the two."]}, "invalid")
        return {"before": next(iter(attrs.values()), None)}


class UnreadQuery(Body):
    """`grouped=1` counts groups, as the list with the same parameter shows them."""

    grouped = serializers.BooleanField(default=False)


class UnreadAnswer(Answer):
    """How many of the notifications in the caller's list are unread."""

    unread_count = serializers.IntegerField(read_only=True)

    @classmethod
    def find(cls, viewer: Any, pk: Any) -> dict[str, int]:
        return {"unread_count": Notification.objects.visible_to(viewer).unread().count()}


_card = PersonCard().to_representation
