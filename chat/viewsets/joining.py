"""Entering the chat."""

from typing import Any

from django.conf import settings
from rest_framework.response import Response

from accounts.browsers import replacing_origin_of, set_cookie
from accounts.limits import GUESTS
from accounts.models import Session, User
from accounts.serializers.people import OwnProfile
from accounts.viewsets.sign_in import refuse_foreign_origin, tokens_of
from chat.actions.joining import join_as_guest, join_room
from chat.limits import ROOM_JOINS
from chat.models import Room
from chat.serializers.joining import JoinAnswer, JoinBody
from chat.serializers.rooms import RoomAnswer
from chat.viewsets.rooms import seen_room
from socialsite.lib import limits
from socialsite.lib.api.access import Access
from socialsite.lib.api.calls import Call
from socialsite.lib.api.cursors import DEFAULT_LIMIT
from socialsite.lib.api.operations import writes
from socialsite.lib.api.views import ApiViewSet, actor_of
from socialsite.lib.content import live
from socialsite.lib.errors import Invalid


class JoinViewSet(ApiViewSet):
    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        # As for signing in, the origin is checked instead of a CSRF token (API.md section 5).
        refuse_foreign_origin(request)
        request._request._dont_enforce_csrf_checks = True
        super().initial(request, *args, **kwargs)

    @writes(
        JoinAnswer,
        body=JoinBody,
        access=Access.ANYONE,
        limit=ROOM_JOINS,
        repeatable=False,
        scope="chat",
    )
    def join(self, request: Call, data: dict[str, Any]) -> Response:
        """Enter the chat: who has not signed in becomes a guest by a name alone, who has joins as themselves."""
        reference = data.get("room_id")
        if not request.user.is_authenticated:
            return self._join_as_guest(request, data.get("username", ""), reference)
        if data.get("username", request.user.username) != request.user.username:
            raise Invalid("invalid", "You have signed in: you join as yourself.", "username")
        room = seen_room(request.user, reference) if reference else None
        if room is not None:
            join_room(actor=request.user, room=room)
        return Response(answer_of(request.user, room) | {"token": None})

    def _join_as_guest(self, request: Call, username: str, reference: int | str | None) -> Response:
        if not username:
            raise Invalid("required", "Say by which name you want to go.", "username")
        room = seen_room(request.user, reference) if reference else None
        self.usage = limits.take(GUESTS, actor_of(request))
        made = join_as_guest(username=username, room=room, origin=replacing_origin_of(request))
        tokens = {"token": made.access_token, **tokens_of(made)}
        response = Response(answer_of(made.session.user, room) | tokens, status=201)
        set_cookie(response, settings.API_SESSION_COOKIE, made.cookie, Session.GREATEST_AGE.days)
        return response


def answer_of(user: User, room: Room | None) -> dict[str, Any]:
    """Return a person with the newest rooms they can join, and the one they joined."""
    rows: Any = Room.objects.visible_to(user).filter(
        live(), archived_at__isnull=True, kind=Room.Kind.PUBLIC
    )
    if user.is_guest:
        rows = rows.filter(guests_allowed=True)
    rooms = list(rows.order_by("-pk")[:DEFAULT_LIMIT])
    RoomAnswer.complete(rooms, user)
    joined = RoomAnswer.find(user, room.pk) if room else None
    return {
        "user": OwnProfile(user).data,
        "rooms": RoomAnswer(rooms, many=True).data,
        "room": RoomAnswer(joined).data if joined else None,
    }
