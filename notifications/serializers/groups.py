"""Shapes of groups of notifications."""

from typing import Any

from rest_framework import serializers

from accounts.serializers.people import PersonCard
from notifications.groups import complete_groups, text_of
from notifications.models import Notification
from notifications.serializers.notifications import FilterMarkAnswer, TargetAnswer
from socialsite.lib.api.serializers import Answer, Body, IdField, TimeField, rfc3339
from socialsite.lib.errors import NotFound


class GroupAnswer(Answer):
    """What several people did to one thing within a day, until it is read: `count` of them, of whom `actors` are the newest three.

    A notification of a type that stays single is a group of one. The list orders groups by when they began.
    """

    group_key = IdField(read_only=True)
    type = serializers.CharField(read_only=True)
    target = TargetAnswer(read_only=True, allow_null=True)
    count = serializers.IntegerField(read_only=True)
    unread_count = serializers.IntegerField(read_only=True)
    actors = PersonCard(many=True, read_only=True)
    text = serializers.CharField(read_only=True)
    newest = IdField(read_only=True)
    oldest = IdField(read_only=True)
    updated_at = TimeField(read_only=True)
    filtered = FilterMarkAnswer(many=True, read_only=True)

    @classmethod
    def fetch(cls, viewer: Any, pk: Any) -> Any:
        rows = Notification.objects.visible_to(viewer).filter(group_id=pk)
        return rows.grouped().order_by("group_id").first()

    @classmethod
    def find(cls, viewer: Any, pk: Any) -> Any:
        found = list(filter(None, [cls.fetch(viewer, pk)]))
        cls.complete(found, viewer)
        if not found:
            raise NotFound
        return found[0]

    @classmethod
    def complete(cls, things: list[Any], viewer: Any) -> None:
        complete_groups(things, viewer)

    def to_representation(self, instance: dict[str, Any]) -> dict[str, Any]:
        members: list[Notification] = instance["members"]
        newest, actors = members[0], [member.actor for member in members if member.actor]
        return {
            "group_key": str(instance["group_id"]),
            "type": newest.type,
            "target": newest.target,
            "count": instance["count"],
            "unread_count": instance["unread_count"],
            "actors": [_card(actor) for actor in actors],
            "text": text_of(newest, actors, instance["count"]),
            "newest": str(instance["newest"]),
            "oldest": str(instance["oldest"]),
            "updated_at": rfc3339(newest.created_at),
            "filtered": newest.__dict__.get("filtered", []),
        }


class GroupReadBody(Body):
    """`up_to` is the newest of the group that the caller has seen: what joined it since stays unread."""

    up_to = IdField(required=False)


_card = PersonCard().to_representation
