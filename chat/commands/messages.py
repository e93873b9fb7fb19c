"""What a client may send about messages over a socket; each calls the action of the REST route beside it."""

from functools import partial
from typing import Any

from rest_framework import serializers

from chat.actions import edits, marks, messages, pins, reactions
from chat.limits import MARKS, MESSAGE_DELETIONS, MESSAGE_EDITS, PINS, REACTIONS, SENDS
from chat.messages import MAX_SEQ, visible_rows
from chat.serializers.conversations import EmojiBody, MarksAnswer, marks_of
from chat.serializers.messages import EditBody, SendBody
from chat.viewsets.conversations import refuse_forged
from chat.viewsets.messages import is_moderated_by, refuse_other_version
from socialsite.lib.api.serializers import Answer, Body, IdField, TimeField, rfc3339
from socialsite.lib.errors import NotFound
from socialsite.lib.realtime.commands import Caller, Data, command


class SendCommand(SendBody):
    room_id = IdField()


class MessageCommand(Body):
    """A message of a room."""

    room_id = IdField()
    message_id = IdField()


class EditCommand(MessageCommand, EditBody):
    pass


class EmojiCommand(MessageCommand, EmojiBody):
    pass


class MarkCommand(Body):
    """A number of a room: all events up to it."""

    room_id = IdField()
    up_to_seq = serializers.IntegerField(min_value=0, max_value=MAX_SEQ)


class Stored(Answer):
    """The message is on disk; `duplicate` when an earlier send with the same client_id stored it."""

    id = IdField(read_only=True)
    room_id = IdField(read_only=True)
    seq = serializers.IntegerField(read_only=True)
    timestamp = TimeField(read_only=True)
    duplicate = serializers.BooleanField(read_only=True)


class Done(Answer):
    """The number of the event that tells of it; null when nothing changed."""

    room_id = IdField(read_only=True)
    message_id = IdField(read_only=True)
    seq = serializers.IntegerField(read_only=True, allow_null=True)


@command("send_message", body=SendCommand, answer=Stored, limit=SENDS)
def send_message(caller: Caller, data: Data) -> Data:
    """Say something in a room one is in. A repeat with the same client_id is the same message, and nobody hears it twice."""
    refuse_forged(data.pop("user_id", None), caller.user.pk)
    sent = messages.send_message(actor=caller.user, **data)
    return {
        "id": str(sent.id),
        "room_id": str(data["room_id"]),
        "seq": sent.seq,
        "timestamp": rfc3339(sent.created_at),
        "duplicate": sent.is_duplicate,
    }


@command("edit_message", body=EditCommand, answer=Done, limit=MESSAGE_EDITS)
def edit_message(caller: Caller, data: Data) -> Data:
    """Change the text of one's message; the earlier one stays in its history."""
    check = partial(refuse_other_version, data.pop("version", None))
    return _done(edits.edit_message, caller, data, check=check)


@command("delete_message", body=MessageCommand, answer=Done, limit=MESSAGE_DELETIONS)
def delete_message(caller: Caller, data: Data) -> Data:
    """Delete a message of one's own, or as a moderator of the room, also of who hides behind a block."""
    if is_moderated_by(caller.user, **data):
        return _said(edits.delete_message, caller, data)
    return _done(edits.delete_message, caller, data)


@command("react", body=EmojiCommand, answer=Done, limit=REACTIONS)
def react(caller: Caller, data: Data) -> Data:
    """Put an emoji on a message; twice changes nothing."""
    return _done(reactions.react, caller, data)


@command("unreact", body=EmojiCommand, answer=Done, limit=REACTIONS)
def unreact(caller: Caller, data: Data) -> Data:
    """Take one's emoji off a message; twice changes nothing."""
    return _done(reactions.unreact, caller, data)


@command("pin", body=MessageCommand, answer=Done, limit=PINS)
def pin(caller: Caller, data: Data) -> Data:
    """Pin a message to the top of its room; twice changes nothing."""
    return _done(pins.pin_message, caller, data)


@command("unpin", body=MessageCommand, answer=Done, limit=PINS)
def unpin(caller: Caller, data: Data) -> Data:
    """Take a message from the top of its room; twice changes nothing."""
    return _done(pins.unpin_message, caller, data)


@command("delivered", body=MarkCommand, answer=MarksAnswer, limit=MARKS)
def delivered(caller: Caller, data: Data) -> Data:
    """Say that all events of a room up to a number have reached this device; less than before changes nothing."""
    marks.mark_delivered(actor=caller.user, room_id=data["room_id"], up_to=data["up_to_seq"])
    return marks_of(caller.user, data["room_id"])


@command("read", body=MarkCommand, answer=MarksAnswer, limit=MARKS)
def read(caller: Caller, data: Data) -> Data:
    """Say that a room is read up to a number; less than before changes nothing, as another device may be ahead."""
    return _mark(caller, data, "forward")


@command("mark_unread", body=MarkCommand, answer=MarksAnswer, limit=MARKS)
def mark_unread(caller: Caller, data: Data) -> Data:
    """Set the mark of a room back: what comes after the number is unread again."""
    return _mark(caller, data, "back")


def _mark(caller: Caller, data: Data, way: marks.Way) -> Data:
    marks.mark_read(actor=caller.user, room_id=data["room_id"], up_to=data["up_to_seq"], way=way)
    return marks_of(caller.user, data["room_id"])


def _done(act: Any, caller: Caller, data: Data, **options: Any) -> Data:
    """Do something with a message of a room that the caller may read. Raises NotFound, and what the action raises."""
    found = visible_rows([data["message_id"]], caller.user).get(data["message_id"])
    if found is None or found.room_id != data["room_id"]:
        raise NotFound
    return _said(act, caller, data, **options)


def _said(act: Any, caller: Caller, data: Data, **options: Any) -> Data:
    seq = act(actor=caller.user, **data, **options)
    return {"room_id": str(data["room_id"]), "message_id": str(data["message_id"]), "seq": seq}


COMMANDS = (
    send_message, edit_message, delete_message, react, unreact, pin, unpin, delivered, read, mark_unread,
)  # fmt: skip
"""Known by being loaded"""
