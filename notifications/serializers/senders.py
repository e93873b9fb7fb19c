"""Shapes of the inbox of requests, and of muted things."""

from typing import Any

from rest_framework import serializers

from accounts.serializers.people import PersonCard
from notifications.models import MutedTarget
from notifications.serializers.notifications import TargetAnswer
from socialsite.lib.api.serializers import Answer, TimeField, rfc3339
from socialsite.lib.ids import time_of


class RequestAnswer(Answer):
    """A person whose acts are held back: how many there are, since when, and when the newest was."""

    actor = PersonCard(read_only=True)
    count = serializers.IntegerField(read_only=True)
    since = TimeField(read_only=True)
    updated_at = TimeField(read_only=True)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return {
            "actor": _card(instance),
            "count": instance.held_count,
            "since": rfc3339(time_of(instance.first)),
            "updated_at": rfc3339(time_of(instance.newest)),
        }


class MuteAnswer(Answer):
    """A thing the caller does not want to hear of."""

    model = MutedTarget

    target = TargetAnswer(read_only=True)
    created_at = TimeField(read_only=True)

    @classmethod
    def fetch(cls, viewer: Any, pk: Any) -> Any:
        return MutedTarget.objects.visible_to(viewer).filter(target_id=pk).first()


_card = PersonCard().to_representation
