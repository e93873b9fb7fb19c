"""Messages as people and sockets read them, and what they send."""

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from accounts.models import User
from accounts.serializers.fields import TextField
from accounts.serializers.people import PersonCard
from chat.messages import MAX_SEQ, MessageRow, rows_of, visible_rows
from chat.models import Membership, Message, MessageReaction
from chat.models.messages import LENGTHS
from engagement.models import Bookmark
from socialsite.lib.api.serializers import Answer, Body, IdField, TimeField, rfc3339
from socialsite.lib.realtime.streams import Data

DESTINATIONS = ("recipient_id", "conversation_id", "room_id")


class ReplyAnswer(Answer):
    """The message that another answers, in the same room."""

    id = IdField(read_only=True)
    seq = serializers.IntegerField(read_only=True)


class NamedMember(Answer):
    id = IdField(read_only=True)
    username = serializers.CharField(read_only=True)


class ReactionCount(Answer):
    emoji = serializers.CharField(read_only=True)
    count = serializers.IntegerField(read_only=True)


class MessageEvent(Answer):
    """A message as all in its room read it; of one that is gone only `id`, `room_id`, `seq` and `deleted` are sent.

    In conversations it has other names besides: `conversation_id`, `sender_id`, `sent_at`, and in a direct room `recipient_id`.
    """

    id = IdField(read_only=True)
    room_id = IdField(read_only=True)
    conversation_id = IdField(read_only=True, required=False)
    sender_id = IdField(read_only=True, required=False)
    recipient_id = IdField(read_only=True, required=False)
    sent_at = TimeField(read_only=True, required=False)
    seq = serializers.IntegerField(read_only=True)
    user = PersonCard(read_only=True)
    user_id = IdField(read_only=True)
    username = serializers.CharField(read_only=True)
    content = serializers.CharField(read_only=True)
    message_type = serializers.ChoiceField(choices=Message.Type.choices, read_only=True)
    reply_to = ReplyAnswer(read_only=True, allow_null=True)
    attachments = serializers.ListField(read_only=True)
    mentions = NamedMember(many=True, read_only=True)
    reactions = ReactionCount(many=True, read_only=True)
    pinned = serializers.BooleanField(read_only=True)
    client_id = serializers.CharField(read_only=True)
    timestamp = TimeField(read_only=True)
    created_at = TimeField(read_only=True)
    edited_at = TimeField(read_only=True, allow_null=True)
    version = serializers.IntegerField(read_only=True)
    deleted = serializers.BooleanField(read_only=True, required=False)


class OwnReactionCount(ReactionCount):
    reacted = serializers.BooleanField(read_only=True)


class MessageAnswer(MessageEvent):
    """A message as its reader sees it; `state` is `live` but for its sender and moderators, `client_id` is the sender's alone.

    `read_at` is when the other of a direct room read it, null where one of the two wants no read receipts.
    """

    model = Message
    deleted = None  # type: ignore[assignment]  # what is gone is not found

    reactions = OwnReactionCount(many=True, read_only=True)
    client_id = serializers.CharField(read_only=True, required=False)
    starred = serializers.BooleanField(read_only=True)
    read_at = TimeField(read_only=True, allow_null=True, required=False)
    state = serializers.ChoiceField(
        choices=("live", "hidden", "removed", "deleted"), read_only=True
    )

    @classmethod
    def fetch(cls, viewer: Any, pk: int) -> MessageRow | None:
        return visible_rows([pk], viewer).get(pk)

    @classmethod
    def complete(cls, things: list[MessageRow], viewer: User) -> None:
        """Put the reader's own reactions and stars on messages, and when the other of a direct room read them: at most three statements."""
        ids = [row.pk for row in things]
        starred = Bookmark.objects.filter(owner=viewer.pk, target_id__in=ids) if ids else ()
        stars = {row.target_id for row in starred}
        put_reactions(things, viewer)
        put_read_times(things, viewer)
        for row in things:
            row.is_starred = row.pk in stars

    @classmethod
    def path_of(cls, thing: MessageRow) -> str:
        return f"/api/messages/{thing.room_id}/{thing.pk}"

    @classmethod
    def render(cls, thing: MessageRow, context: dict[str, Any]) -> dict[str, Any]:
        return as_read_by(thing, context["viewer"])

    @classmethod
    def rendered(cls, things: list[MessageRow], context: dict[str, Any]) -> list[Any]:
        return [as_read_by(row, context["viewer"]) for row in things]


def put_reactions(rows: list[MessageRow], viewer: User) -> None:
    ids = [row.pk for row in rows if row.reaction_counts]
    if not ids:
        return
    own = MessageReaction.objects.filter(message__in=ids, user=viewer.pk)
    found: dict[int, set[str]] = {}
    for message_id, emoji in own.values_list("message", "emoji"):
        found.setdefault(message_id, set()).add(emoji)
    for row in rows:
        row.reacted = frozenset(found.get(row.pk, ()))


def put_read_times(rows: list[MessageRow], viewer: User) -> None:
    """Put on the messages of direct rooms when whom each was for read it; both must want read receipts, but of oneself one knows."""
    rooms = {row.room_id for row in rows if row.room_kind == "direct"}
    if not rooms:
        return
    columns = ("room", "user", "user__read_receipts", "read_seq", "read_at")
    members = Membership.objects.filter(room__in=rooms).values_list(*columns)
    marks = {
        (room, user): (read_seq, read_at)
        for room, user, receipts, read_seq, read_at in members
        if user == viewer.pk or (receipts and viewer.read_receipts)
    }
    for row in rows:
        for (room, user), (read_seq, read_at) in marks.items():
            if room == row.room_id and user != row.sender_id and read_seq >= row.seq:
                row.read_at = read_at


_card = PersonCard().to_representation


def shown(row: MessageRow) -> Data:
    """Return a message as everybody in its room reads it; written out, because it is what sockets carry most."""
    found: Data = {
        "id": str(row.id),
        "room_id": str(row.room_id),
        "seq": row.seq,
        "user": _card(row.sender),
        "user_id": str(row.sender.pk),
        "username": row.sender_name,
        "content": row.content,
        "message_type": row.message_type,
        "reply_to": None,
        "attachments": [],
        "mentions": row.mentions,
        "reactions": row.reaction_counts,
        "pinned": row.pin_id is not None,
        "client_id": row.client_id,
        "timestamp": rfc3339(row.created_at),
        "created_at": rfc3339(row.created_at),
        "edited_at": rfc3339(row.edited_at) if row.edited_at else None,
        "version": row.version,
    }
    if row.is_of_conversation:
        found["conversation_id"] = found["room_id"]
        found["sender_id"], found["sent_at"] = found["user_id"], found["timestamp"]
    if row.recipient_id:
        found["recipient_id"] = str(row.recipient_id)
    if row.reply_to_id:
        found["reply_to"] = {"id": str(row.reply_to_id), "seq": row.reply_seq}
    return found


def as_read_by(row: MessageRow, viewer: Any) -> Data:
    """Return a message that was completed for a reader."""
    found = shown(row)
    found["reactions"] = [
        known | {"reacted": known["emoji"] in row.reacted} for known in row.reaction_counts
    ]
    found |= {"starred": row.is_starred, "state": row.state}
    if row.room_kind == "direct":
        found["read_at"] = rfc3339(row.read_at) if row.read_at else None
    if row.sender_id != viewer.pk:
        del found["client_id"]
    return found


def gone(row: MessageRow) -> Data:
    """Return what is said of a message that is there no more."""
    return {"id": str(row.id), "room_id": str(row.room_id), "seq": row.seq, "deleted": True}


def last_messages(room_ids: Iterable[int], viewer: Any) -> dict[int, Data]:
    """Return the newest message of each room that a person may read there, as they read it: one statement."""
    ids = list(room_ids)
    if not ids:
        return {}
    newest = Message.objects.visible_to(viewer).newest_of_rooms(ids)
    return {row.room_id: as_read_by(row, viewer) for row in rows_of(newest)}


class TextBody(Body):
    """The text of a message, by whichever of its three names."""

    NAMES = ("content", "message_content", "message")

    content = TextField(max_length=LENGTHS["content"], required=False)
    message_content = TextField(max_length=LENGTHS["content"], required=False)
    message = TextField(max_length=LENGTHS["content"], required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Put the text under `content`."""
        texts = [attrs.pop(name) for name in self.NAMES if name in attrs]
        if len(texts) != 1:
            code = "invalid" if texts else "required"
            detail = "Send the text once." if texts else "This field is required."
            raise serializers.ValidationError({"content": detail}, code)
        return attrs | {"content": texts[0]}


class SendBody(TextBody):
    """A message: its text, what the sender calls it (a repeat is the same message) and what it answers.

    `user_id` need not be sent; another's is refused.
    """

    client_id = TextField(max_length=LENGTHS["client_id"], required=False)
    reply_to = IdField(required=False, allow_null=True)
    user_id = IdField(required=False)


class MessageBody(SendBody):
    """A message to a person, into a conversation or into a room: exactly one of `recipient_id, conversation_id, room_id`."""

    recipient_id = IdField(required=False)
    conversation_id = IdField(required=False)
    room_id = IdField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        named = set(DESTINATIONS) & set(attrs)
        if len(named) != 1:
            detail = "Name exactly one of recipient_id, conversation_id and room_id."
            raise serializers.ValidationError(
                {"recipient_id": detail}, "invalid" if named else "required"
            )
        return attrs


class EditBody(TextBody):
    """The new text of a message; with `version`, only if that is the one that is there."""

    version = serializers.IntegerField(min_value=1, required=False)


class HistoryQuery(Body):
    """Where in a room: numbers of events. `before` and `after` leave out the number itself, `around` is the middle of the page."""

    before = serializers.IntegerField(min_value=0, max_value=MAX_SEQ, required=False)
    after = serializers.IntegerField(min_value=0, max_value=MAX_SEQ, required=False)
    around = serializers.IntegerField(min_value=0, max_value=MAX_SEQ, required=False)
    mark_read = serializers.BooleanField(required=False)
    pinned = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len({"before", "after", "around"} & set(attrs)) > 1:
            raise serializers.ValidationError(
                {"around": "Use one of before, after and around."}, "invalid"
            )
        return attrs
