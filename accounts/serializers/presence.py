"""How people are seen: what they choose, and what others are told."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from accounts.models import Presence
from accounts.models.sockets import TEXT_LENGTH
from accounts.serializers.fields import TextField
from socialsite.lib.api.serializers import Answer, Body, IdField, TimeField, rfc3339


class PresenceBody(Body):
    """How to be seen from now on; what is left out is none. Invisible looks offline to everybody else."""

    status = serializers.ChoiceField(choices=Presence.Status.choices)
    text = TextField(max_length=TEXT_LENGTH, required=False, allow_blank=True)
    expires_at = serializers.DateTimeField(required=False, allow_null=True)

    def validate_expires_at(self, value: datetime | None) -> datetime | None:
        if value is not None and value <= timezone.now():
            raise serializers.ValidationError("Use a time to come.", "min_value")
        return value


class OwnPresence(Answer):
    """How a person chose to be seen, as they themselves read it."""

    status = serializers.ChoiceField(choices=Presence.Status.choices, read_only=True)
    text = serializers.CharField(read_only=True)
    expires_at = TimeField(read_only=True, allow_null=True)

    def to_representation(self, instance: Presence) -> dict[str, Any]:
        if not instance.in_force:
            return {"status": instance.wanted, "text": "", "expires_at": None}
        ends = rfc3339(instance.expires_at) if instance.expires_at else None
        return {"status": instance.wanted, "text": instance.text, "expires_at": ends}


class PresenceNews(Answer):
    """How a person is seen now; `last_seen` when they are gone and show it. One's own says `expires_at`, and `invisible`."""

    user_id = IdField(read_only=True)
    status = serializers.ChoiceField(
        choices=[*Presence.Status.values, Presence.OFFLINE], read_only=True
    )
    text = serializers.CharField(read_only=True, required=False)
    last_seen = TimeField(read_only=True, required=False)
    expires_at = TimeField(read_only=True, required=False, allow_null=True)
