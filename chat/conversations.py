"""Conversations: the direct rooms and groups of a person, those in which something was said last first."""

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import Coalesce, RowNumber

from accounts.models import User
from chat.marks import CONVERSATIONS, NOTHING, counts_of, is_unread
from chat.models import Membership, Message, Room
from chat.models.rooms import across_block
from chat.names import fold_name
from chat.serializers.messages import last_messages
from socialsite.lib.realtime.streams import last_numbers

SHOWN_PEOPLE = 10
"""How many of a group a list shows; the others are in its list of members"""


def conversations_of(viewer: User, query: dict[str, Any]) -> QuerySet[Room]:
    """Return a person's conversations with the id of what was said last as `newest`; those not yet begun by their own id."""
    rows = Room.objects.joined_by(viewer).filter(~across_block(), kind__in=CONVERSATIONS)
    wanted = query.get("filter")
    if wanted == "unread":
        rows = rows.filter(is_unread(viewer))
    elif wanted in CONVERSATIONS:
        rows = rows.filter(kind=wanted)
    rows = rows.filter(archived_at__isnull=wanted != "archived")
    if "q" in query:
        rows = rows.filter(_called(query["q"], viewer))
    last = Message.objects.filter(room=OuterRef("pk")).order_by("-seq").values("pk")[:1]
    return rows.annotate(newest=Coalesce(Subquery(last), F("pk")))


def _called(start: str, viewer: User) -> Q:
    """Return the condition that a group's name begins so, or that of somebody else in a conversation whom the viewer may know of."""
    names = Q(username__startswith=start.removeprefix("@").lower()) | Q(
        display_name__istartswith=start
    )
    people = User.objects.visible_to(viewer).filter(names).exclude(pk=viewer.pk)
    seats = Membership.objects.joined().filter(people.at("user"), room=OuterRef("pk"))
    return Q(folded__startswith=fold_name(start)) | Q(Exists(seats))


def complete(rooms: list[Any], viewer: User) -> None:
    """Put on the conversations of a page what their reader reads of them: six statements."""
    ids = [room.pk for room in rooms]
    seats = Membership.objects.filter(room__in=ids, user=viewer.pk)
    by_room = {seat.room_id: seat for seat in seats}
    people = _people_of(ids, viewer)
    counts, newest, numbers = counts_of(ids, viewer), last_messages(ids, viewer), last_numbers(ids)
    for room in rooms:
        room.seat, room.people = by_room[room.pk], people.get(room.pk, [])
        room.counts, room.last_message = counts.get(room.pk, NOTHING), newest.get(room.pk)
        room.last_seq = numbers[room.pk]


def _people_of(room_ids: list[int], viewer: User) -> dict[int, list[User]]:
    """Return the first people of each room, as far as the viewer may know of them: one statement."""
    place = Window(RowNumber(), partition_by="room", order_by="id")
    seats = Membership.objects.joined().filter(User.objects.visible_to(viewer).at("user"))
    first = seats.filter(room__in=room_ids).annotate(place=place).filter(place__lte=SHOWN_PEOPLE)
    found: dict[int, list[User]] = {}
    for seat in first.select_related("user").order_by("room", "pk"):
        found.setdefault(seat.room_id, []).append(seat.user)
    return found
