"""Who is in a room, as people read it, and what they send of it."""

from typing import Any

from rest_framework import serializers

from accounts.models import Presence, User
from accounts.presence import UNSEEN, presence_of
from accounts.serializers.people import PersonCard
from chat.models import Membership
from chat.serializers.rooms import MAX_ASKED
from socialsite.lib.api.serializers import Answer, Body, IdField, TimeField
from socialsite.lib.errors import NotFound
from socialsite.lib.realtime.streams import Data


class MemberAnswer(PersonCard):
    """A person in a room; how they are seen is for those who are in it too."""

    role = serializers.ChoiceField(
        choices=Membership.Role.choices, read_only=True, source="room_role"
    )
    state = serializers.ChoiceField(choices=Membership.State.choices, read_only=True)
    joined_at = TimeField(read_only=True, allow_null=True)
    silenced_until = TimeField(read_only=True, allow_null=True)
    status = serializers.ChoiceField(
        choices=(*Presence.Status.values, Presence.OFFLINE), read_only=True
    )
    last_seen = serializers.CharField(read_only=True, allow_null=True)
    presence_text = serializers.CharField(read_only=True)

    @classmethod
    def complete(cls, things: list[Any], viewer: User) -> None:
        """Put on people how the reader sees them: one statement, none for who is not in the room."""
        shared = [user.pk for user in things if user.is_shared]
        found = presence_of(shared, viewer) if shared else {}
        for user in things:
            seen = found.get(user.pk, UNSEEN)
            user.status, user.last_seen = seen["status"], seen["last_seen"]
            user.presence_text = seen["text"]


class SeatAnswer(Answer):
    """How a person stands to a room; `state` is `none` for who is neither in it, nor invited, nor banned."""

    user_id = IdField(read_only=True)
    role = serializers.ChoiceField(choices=Membership.Role.choices, read_only=True, allow_null=True)
    state = serializers.ChoiceField(choices=("none", *Membership.State.values), read_only=True)
    joined_at = TimeField(read_only=True, allow_null=True)
    silenced_until = TimeField(read_only=True, allow_null=True)

    @classmethod
    def find(cls, viewer: Any, pk: tuple[int, int]) -> Data:
        """Return how a person stands to a room, by the ids of both."""
        room_id, user_id = pk
        seat = Membership.objects.filter(room=room_id, user=user_id).first()
        if seat is None and not User.objects.filter(pk=user_id).exists():
            raise NotFound
        joined = seat is not None and seat.state == Membership.State.JOINED
        return {
            "user_id": user_id,
            "role": seat.role if seat and joined else None,
            "state": seat.state if seat else "none",
            "joined_at": seat.joined_at if seat else None,
            "silenced_until": seat.silenced_until if seat else None,
        }


class AskBody(Body):
    """Whom to ask into a room: one person or several; `role`, for its owner to give, is theirs once they are in it."""

    user_id = IdField(required=False)
    user_ids = serializers.ListField(
        child=IdField(), min_length=1, max_length=MAX_ASKED, required=False
    )
    role = serializers.ChoiceField(
        choices=(Membership.Role.MODERATOR, Membership.Role.MEMBER), default=Membership.Role.MEMBER
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Put both forms under `user_ids`."""
        if len(attrs) != 2:
            detail = "Send either user_id or user_ids."
            raise serializers.ValidationError({"user_ids": detail}, "required")
        return {"user_ids": attrs.get("user_ids") or [attrs["user_id"]], "role": attrs["role"]}


class MemberBody(Body):
    """One change to a member: a role, as the owner; `silenced_until` or `banned`, as a moderator; `muted`, of one's own membership."""

    role = serializers.ChoiceField(choices=Membership.Role.choices, required=False)
    silenced_until = serializers.DateTimeField(required=False, allow_null=True)
    banned = serializers.BooleanField(required=False)
    muted = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            detail = "Send exactly one of role, silenced_until, banned and muted."
            raise serializers.ValidationError({"role": detail}, "invalid" if attrs else "required")
        return attrs


class MemberQuery(Body):
    """Which people: those in the room; its moderators also list who is invited or banned."""

    state = serializers.ChoiceField(
        choices=Membership.State.choices, default=Membership.State.JOINED
    )
