"""Shapes of notifications and of the settings for them."""

from typing import Any

from rest_framework import serializers

from accounts.models import User
from accounts.serializers.people import PersonCard
from notifications.models import Notification, Preferences
from notifications.types import TYPES, settable_types
from socialsite.lib.api.serializers import Answer, Body, IdField, TimeField, WordsField


class TargetAnswer(serializers.Serializer[Any]):
    """What a notification is about."""

    id = IdField(read_only=True)
    type = serializers.CharField(read_only=True)


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


class NotificationQuery(Body):
    """`unread=true` for the unread alone; `types=follow,connection_request` for some types."""

    unread = serializers.BooleanField(required=False)
    types = WordsField(lambda: TYPES, required=False)


class ReadAllBody(Body):
    """`before` is the id of the newest notification the caller has seen: it and all older are marked, nothing newer."""

    before = IdField(required=False)


class UnreadAnswer(Answer):
    """How many of the notifications in the caller's list are unread."""

    unread_count = serializers.IntegerField(read_only=True)

    @classmethod
    def find(cls, viewer: Any, pk: Any) -> dict[str, int]:
        return {"unread_count": Notification.objects.visible_to(viewer).unread().count()}


class ChannelsBody(Body):
    """The channels of one type: what is sent is switched, the other stays."""

    in_app = serializers.BooleanField(required=False)
    email = serializers.BooleanField(required=False)


class MatrixField(serializers.DictField):
    """Type by channel; types that nobody registered, or that cannot be switched, are refused by name."""

    child = ChannelsBody()

    def to_internal_value(self, data: Any) -> Any:
        known = settable_types()
        unknown = [name for name in data if name not in known] if isinstance(data, dict) else []
        if unknown:
            refusal = serializers.ErrorDetail("No such type can be switched.", "unknown_field")
            raise serializers.ValidationError({name: [refusal] for name in sorted(unknown)})
        return super().to_internal_value(data)


class QuietHoursBody(Body):
    """From `start` to `end`, in the person's time zone; over midnight when the end is the earlier."""

    start = serializers.TimeField(input_formats=["%H:%M"], format="%H:%M")
    end = serializers.TimeField(input_formats=["%H:%M"], format="%H:%M")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["start"] == attrs["end"]:
            raise serializers.ValidationError({"end": ["The end is the start."]}, "invalid")
        return attrs


class PreferencesBody(Body):
    """What is not sent stays; `quiet_hours` of null ends them."""

    types = MatrixField(required=False)
    quiet_hours = QuietHoursBody(required=False, allow_null=True)


class ChannelsAnswer(serializers.Serializer[Any]):
    in_app = serializers.BooleanField(read_only=True)
    email = serializers.BooleanField(read_only=True)


class QuietHoursAnswer(serializers.Serializer[Any]):
    start = serializers.TimeField(format="%H:%M", read_only=True)
    end = serializers.TimeField(format="%H:%M", read_only=True)


class PreferencesAnswer(Answer):
    """Each type with its channels, and the hours in which no mail is sent, in `time_zone`."""

    model = Preferences

    types = serializers.DictField(child=ChannelsAnswer(), source="matrix", read_only=True)
    quiet_hours = QuietHoursAnswer(read_only=True, allow_null=True)
    time_zone = serializers.CharField(source="user.time_zone", read_only=True)

    @classmethod
    def find(cls, viewer: User, pk: Any) -> Preferences:
        return Preferences.of(viewer)
