"""What is said in rooms, and what people do with it."""

from functools import partial
from typing import Any

from accounts.models import User
from chat.actions import edits, pins, reactions
from chat.actions.marks import mark_read
from chat.actions.opening import note_opening
from chat.history import History, page_of
from chat.limits import MESSAGE_DELETIONS, MESSAGE_EDITS, PINS, REACTIONS
from chat.messages import MessageRow, find_rows, visible_rows
from chat.models import Message
from chat.seats import Place, Seat, find_seat, readable_place
from chat.serializers.conversations import EmojiBody
from chat.serializers.messages import EditBody, HistoryQuery, MessageAnswer
from engagement.actions.bookmarks import remove_bookmark, set_bookmark
from engagement.history import versions_of
from engagement.serializers.history import HistoryAnswer
from socialsite.lib.api.calls import Call
from socialsite.lib.api.cursors import Page
from socialsite.lib.api.etags import check_if_match
from socialsite.lib.api.operations import lists, reads, writes
from socialsite.lib.api.views import ApiViewSet
from socialsite.lib.errors import NotFound, PreconditionFailed

SCOPE = "chat"


def seen(request: Call, room: int, message: int) -> MessageRow:
    """Return a message of a room that the caller may read. Raises NotFound."""
    found: MessageRow = MessageAnswer.find(request.user, message)
    if found.room_id != room:
        raise NotFound
    return found


def is_moderated_by(viewer: User, room_id: int, message_id: int) -> bool:
    """Whether a message that others of its room read can be deleted by the viewer, a moderator of it."""
    seat = find_seat(room_id, viewer.pk)
    if seat is None or not seat.manages:
        return False
    found = find_rows([message_id]).get(message_id)
    return found is not None and found.room_id == room_id and found.is_live and found.is_by_somebody


def check_reads(request: Call, room: int, message: int) -> None:
    """Raise NotFound unless the caller reads a message of a room, and not by its report alone."""
    found = visible_rows([message], request.user, reported=False).get(message)
    if found is None or found.room_id != room:
        raise NotFound


class MessageViewSet(ApiViewSet):
    @lists(MessageAnswer, query=HistoryQuery, guests=True)
    def history(self, request: Call, query: dict[str, Any], room: int) -> Page:
        """What was said in a room, ascending: the newest page, or that before, after or around a number.

        In direct rooms and groups it marks what it shows as read, unless `mark_read=false` is sent or the token may not chat.
        """
        place, seat = readable_place(request.user, room)
        page = page_of(request, History(room, request.user, query.get("pinned", False)), query)
        if seat is not None and page.rows and _marks(request, place, query):
            _mark_shown(request, place, seat, page)
        return page

    @reads(MessageAnswer, guests=True)
    def read(self, request: Call, query: dict[str, Any], room: int, message: int) -> MessageRow:
        """A message. That a moderator of the site reads one by its report stands in the trail."""
        found = seen(request, room, message)
        note_as_moderator(request, found)
        return found

    @writes(MessageAnswer, body=EditBody, limit=MESSAGE_EDITS, scope=SCOPE, guests=True)
    def edit(self, request: Call, data: dict[str, Any], room: int, message: int) -> int:
        """Change the text of one's message; the earlier one stays in its history."""
        seen(request, room, message)
        check = partial(check_version, request, data.get("version"))
        edits.edit_message(
            actor=request.user,
            message_id=message,
            room_id=room,
            content=data["content"],
            check=check,
        )
        return message

    @writes(limit=MESSAGE_DELETIONS, scope=SCOPE, guests=True)
    def delete(self, request: Call, data: dict[str, Any], room: int, message: int) -> None:
        """Delete a message of one's own, or as a moderator of the room, also of who hides behind a block."""
        if not is_moderated_by(request.user, room, message):
            seen(request, room, message)
        edits.delete_message(actor=request.user, message_id=message, room_id=room)

    @writes(MessageAnswer, body=EmojiBody, limit=REACTIONS, scope=SCOPE, guests=True)
    def react(self, request: Call, data: dict[str, Any], room: int, message: int) -> int:
        """Put an emoji on a message; twice changes nothing."""
        seen(request, room, message)
        reactions.react(actor=request.user, message_id=message, room_id=room, **data)
        return message

    @writes(MessageAnswer, body=EmojiBody, limit=REACTIONS, scope=SCOPE, guests=True)
    def unreact(self, request: Call, data: dict[str, Any], room: int, message: int) -> int:
        """Take one's emoji off a message; twice changes nothing."""
        seen(request, room, message)
        reactions.unreact(actor=request.user, message_id=message, room_id=room, **data)
        return message

    @writes(MessageAnswer, limit=PINS, scope=SCOPE, guests=True)
    def pin(self, request: Call, data: dict[str, Any], room: int, message: int) -> int:
        """Pin a message to the top of its room; twice changes nothing."""
        seen(request, room, message)
        pins.pin_message(actor=request.user, message_id=message, room_id=room)
        return message

    @writes(MessageAnswer, limit=PINS, scope=SCOPE, guests=True)
    def unpin(self, request: Call, data: dict[str, Any], room: int, message: int) -> int:
        """Take a message from the top of its room; twice changes nothing."""
        seen(request, room, message)
        pins.unpin_message(actor=request.user, message_id=message, room_id=room)
        return message

    @writes(MessageAnswer, limit=PINS, scope=SCOPE)
    def star(self, request: Call, data: dict[str, Any], room: int, message: int) -> int:
        """Put a message among one's bookmarks; twice changes nothing, and nobody else learns of it."""
        check_reads(request, room, message)
        set_bookmark(actor=request.user, target_id=message, changes={})
        return message

    @writes(MessageAnswer, limit=PINS, scope=SCOPE)
    def unstar(self, request: Call, data: dict[str, Any], room: int, message: int) -> int:
        """Take a message off one's bookmarks; twice changes nothing."""
        check_reads(request, room, message)
        remove_bookmark(actor=request.user, target_id=message)
        return message


class VersionViewSet(ApiViewSet):
    @reads(HistoryAnswer, guests=True)
    def read(self, request: Call, query: dict[str, Any], room: int, message: int) -> dict[str, Any]:
        """The versions of a message, newest first, each with what it changed; for all who read the message."""
        found = seen(request, room, message)
        note_as_moderator(request, found)
        reads_all = request.user.is_moderator or found.sender_id == request.user.pk
        now = edits.version_of(found)
        return HistoryAnswer.of(message, versions_of(message, now, reads_all=reads_all))

    @writes(limit=MESSAGE_DELETIONS, scope=SCOPE)
    def remove(
        self, request: Call, data: dict[str, Any], room: int, message: int, number: int
    ) -> None:
        """Take an earlier version of a message out of its history for good; for its author and moderators."""
        seen(request, room, message)
        row = Message.objects.select_related("sender", "room").get(pk=message)
        edits.remove_message_version(actor=request.user, message=row, number=number)


def note_as_moderator(request: Call, message: MessageRow) -> None:
    """Note in the trail that a moderator reads a message by its report alone."""
    if request.user.is_moderator and not visible_rows([message.pk], request.user, reported=False):
        note_opening(request.user, message)


def check_version(request: Call, wanted: int | None, version: int) -> None:
    """Raise PreconditionFailed when the caller meant another version, by the header or in the body."""
    check_if_match(request, version)
    refuse_other_version(wanted, version)


def refuse_other_version(wanted: int | None, version: int) -> None:
    if wanted is not None and wanted != version:
        raise PreconditionFailed(
            "precondition_failed", "It has changed since you read it. Read it again."
        )


def _marks(request: Call, place: Place, query: dict[str, Any]) -> bool:
    """Whether reading a page marks it as read (API.md section 1, row 15)."""
    if not place.is_conversation:
        return False
    scopes = getattr(request.auth, "scopes", None)
    return bool(query.get("mark_read", True)) and (scopes is None or SCOPE in scopes)


def _mark_shown(request: Call, place: Place, seat: Seat, page: Page) -> None:
    newest = max(row.seq for row in page.rows)
    if newest > seat.read_seq:
        mark_read(actor=request.user, room_id=place.id, up_to=newest, way="forward")
