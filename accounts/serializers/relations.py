"""What is sent about relations between people."""

from datetime import timedelta
from typing import Any

from rest_framework import serializers

from socialsite.lib.api.serializers import Body, IdField


class FollowBody(Body):
    """Both readings of the documents: a plain POST follows, `action` may toggle or undo."""

    action = serializers.ChoiceField(choices=("follow", "toggle", "unfollow"), default="follow")


class FollowByBody(Body):
    user_id = IdField()


class PersonQuery(Body):
    """Whose list; the caller's own when left out."""

    user_id = IdField(required=False)


class MuteBody(Body):
    """`duration` in seconds, up to a year; left out or null for good."""

    duration = serializers.IntegerField(
        min_value=60, max_value=366 * 86400, required=False, allow_null=True
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        seconds = attrs.get("duration")
        return {"duration": timedelta(seconds=seconds) if seconds else None}
