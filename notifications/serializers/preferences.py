"""Shapes of how a person wants notifications."""

from typing import Any

from rest_framework import serializers

from accounts.models import User
from notifications.models import SENDER_CLASSES, VERDICTS, Preferences
from notifications.types import settable_types
from socialsite.lib.api.serializers import Answer, Body


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


class SenderPolicyBody(Body):
    """What becomes of acts of each class of people: `accept`, `hold` in the inbox of requests, or `drop`. Classes not sent stay."""

    def get_fields(self) -> dict[str, Any]:
        return {
            name: serializers.ChoiceField(choices=VERDICTS, required=False)
            for name in SENDER_CLASSES
        }


class PreferencesBody(Body):
    """What is not sent stays; `quiet_hours` of null ends them."""

    types = MatrixField(required=False)
    policy = SenderPolicyBody(required=False)
    quiet_hours = QuietHoursBody(required=False, allow_null=True)


class ChannelsAnswer(serializers.Serializer[Any]):
    in_app = serializers.BooleanField(read_only=True)
    email = serializers.BooleanField(read_only=True)


class QuietHoursAnswer(serializers.Serializer[Any]):
    start = serializers.TimeField(format="%H:%M", read_only=True)
    end = serializers.TimeField(format="%H:%M", read_only=True)


class SenderPolicyAnswer(serializers.Serializer[Any]):
    def get_fields(self) -> dict[str, Any]:
        return {
            name: serializers.ChoiceField(choices=VERDICTS, read_only=True)
            for name in SENDER_CLASSES
        }


class PreferencesAnswer(Answer):
    """Each type with its channels, what becomes of acts of people who are not close, and the hours in which no mail is sent, in
    `time_zone`."""

    model = Preferences

    types = serializers.DictField(child=ChannelsAnswer(), source="matrix", read_only=True)
    policy = SenderPolicyAnswer(source="whole_policy", read_only=True)
    quiet_hours = QuietHoursAnswer(read_only=True, allow_null=True)
    time_zone = serializers.CharField(source="user.time_zone", read_only=True)

    @classmethod
    def find(cls, viewer: User, pk: Any) -> Preferences:
        return Preferences.of(viewer)
