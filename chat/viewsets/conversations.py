"""The list of conversations, and how far people have read."""

import hashlib
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from chat.actions import conversations, messages
from chat.actions.marks import mark_delivered, mark_read
from chat.conversations import conversations_of
from chat.limits import MARKS, SENDS
from chat.models import Membership
from chat.models.messages import LENGTHS
from chat.seats import hearing_place
from chat.serializers.conversations import (
    ConversationAnswer,
    ConversationQuery,
    MarksAnswer,
    ReadBody,
    ReaderAnswer,
)
from chat.serializers.messages import MessageAnswer, MessageBody
from chat.viewsets.messages import SCOPE, seen
from socialsite.lib.api.calls import Call
from socialsite.lib.api.cursors import MAX_COUNT, Ordered, Page, paginate
from socialsite.lib.api.operations import lists, writes
from socialsite.lib.api.views import ApiViewSet
from socialsite.lib.errors import Forbidden


def refuse_forged(user_id: int | None, caller_id: int) -> None:
    """Raise Forbidden when a body names another person as its sender."""
    if user_id is not None and user_id != caller_id:
        raise Forbidden("permission_denied", "You write as yourself.")


def client_id_of(key: str | None) -> str:
    """Return the client_id of a call that sends none: its Idempotency-Key, so that a repeat over a socket is the same message."""
    if key is None or len(key) <= LENGTHS["client_id"]:
        return key or ""
    return hashlib.sha256(key.encode()).hexdigest()


class MessagesViewSet(ApiViewSet):
    """Conversations, and sending into them and into rooms."""

    @lists(ConversationAnswer, query=ConversationQuery, guests=True)
    def list(self, request: Call, query: dict[str, Any]) -> Ordered:
        """One's direct rooms and groups, those in which something was said last first, with what is unread in each."""
        return Ordered(conversations_of(request.user, query), "newest")

    @writes(MessageAnswer, body=MessageBody, status=201, limit=SENDS, scope=SCOPE, guests=True)
    def send(self, request: Call, data: dict[str, Any]) -> int:
        """Send a message to a person, into a conversation, or into a room. A repeat with the same client_id is the same message."""
        refuse_forged(data.pop("user_id", None), request.user.pk)
        data.setdefault("client_id", client_id_of(request.headers.get("Idempotency-Key")))
        recipient_id = data.pop("recipient_id", None)
        if recipient_id is not None:
            sent = conversations.write_to(actor=request.user, recipient_id=recipient_id, **data)
            return sent.id
        room_id = data.pop("conversation_id", None) or data.pop("room_id")
        return messages.send_message(actor=request.user, room_id=room_id, **data).id


class MarksViewSet(ApiViewSet):
    @writes(MarksAnswer, body=ReadBody, limit=MARKS, scope=SCOPE, guests=True)
    def read(self, request: Call, data: dict[str, Any], room: int) -> int:
        """Say up to which event one has read a room, also backwards, or up to which it has reached a device."""
        act = mark_delivered if data["delivered"] else mark_read
        act(actor=request.user, room_id=room, up_to=data["up_to_seq"])
        return room

    @lists(ReaderAnswer, guests=True)
    def readers(self, request: Call, query: dict[str, Any], room: int, message: int) -> Page:
        """Who has read a message, of those who let others know, and how many; for members who let others know, too."""
        found = seen(request, room, message)
        hearing_place(request.user, room)
        rows = readers_of(request.user, room, found.seq, found.sender_id)
        page = paginate(request, Ordered(rows.select_related("user"), "id", newest_first=False))
        page.count = rows.order_by()[:MAX_COUNT].count()
        return page


def readers_of(viewer: User, room_id: int, seq: int, sender_id: int) -> QuerySet[Membership]:
    """Return the members who have read up to a number, where both sides want read receipts."""
    seats = Membership.objects.joined().filter(room=room_id, read_seq__gte=seq)
    if not viewer.read_receipts:
        return seats.none()
    seen_people = User.objects.visible_to(viewer).filter(read_receipts=True)
    return seats.exclude(user=sender_id).filter(seen_people.at("user"))
