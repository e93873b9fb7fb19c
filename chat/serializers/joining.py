"""Entering the chat by a name alone, or as oneself."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.serializers.fields import UsernameField
from accounts.serializers.people import OwnProfile
from chat.models.rooms import LENGTHS
from chat.serializers.rooms import RoomAnswer
from socialsite.lib.api.serializers import Answer, Body, IdField


@extend_schema_field({"type": "string", "description": "An id, or the name of a public room."})
class RoomField(IdField):
    """A room by its id, or by its name in paths."""

    default_error_messages = {"invalid": "Give an id or the name of a public room."}

    def to_internal_value(self, data: Any) -> int | str:  # type: ignore[override]
        is_name = (
            isinstance(data, str) and 0 < len(data) <= LENGTHS["slug"] and not data.isdecimal()
        )
        return data.lower() if is_name else super().to_internal_value(data)


class JoinBody(Body):
    """The name to go by, for who has not signed in, and a room to join at once."""

    username = UsernameField(required=False)
    room_id = RoomField(required=False, allow_null=True)


class JoinAnswer(Answer):
    """Who one is now, the rooms one can join, and the one joined. A guest gets tokens as a sign-in does; `token` is the access token."""

    user = OwnProfile(read_only=True)
    token = serializers.CharField(read_only=True, allow_null=True)
    access_token = serializers.CharField(read_only=True, required=False)
    refresh_token = serializers.CharField(read_only=True, required=False)
    token_type = serializers.CharField(read_only=True, required=False)
    expires_in = serializers.IntegerField(read_only=True, required=False)
    rooms = RoomAnswer(many=True, read_only=True)
    room = RoomAnswer(read_only=True, allow_null=True)
