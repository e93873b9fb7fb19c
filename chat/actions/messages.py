"""Saying something in a room: the one action behind REST and sockets."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Block, User
from chat.events.messages import MessageSent
from chat.models import Membership, Message, MessageMention
from chat.models.messages import LENGTHS
from chat.seats import Place, Seat, check_may_write_to, check_writable, take_seat
from chat.telling import tell_named, tell_recipient
from engagement.actions import texts
from engagement.models import Revision
from socialsite.lib.commits import commit_together
from socialsite.lib.effects import emit
from socialsite.lib.errors import Conflict, Forbidden, Invalid, NotFound, RateLimited
from socialsite.lib.ids import Kind, kind_of, mint
from socialsite.lib.inserting import PreparedInsert
from socialsite.lib.prepared import PreparedRead
from socialsite.lib.realtime import streams
from socialsite.lib.text.entities import extract

_INSERT = PreparedInsert(
    Message,
    "id", "room_id", "seq", "sender_id", "sender_name", "content", "reply_to_id", "reply_seq", "client_id",
    "mentions", "created_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that is stored: what its sender is answered."""

    id: int
    seq: int
    created_at: datetime
    is_duplicate: bool = False
    """It was stored by an earlier call with the same client_id"""


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that is to be stored."""

    sender: User
    room_id: int
    content: str
    client_id: str
    reply_to: int | None


def send_message(
    *,
    actor: User,
    room_id: int,
    content: str,
    client_id: str = "",
    reply_to: int | None = None,
) -> Sent:
    """Say something in a room the actor is in; who is in it hears of it once it is stored.

    A repeat with the same `client_id` is the same message: its first id and number, and nothing is said again. Raises NotFound, Invalid,
    Forbidden (banned, not_member, silenced, not_connected), Conflict (room_archived, idempotency_key_reused for another text),
    RateLimited (slow_mode).
    """
    check_text(content)
    draft = Draft(actor, room_id, content, client_id, reply_to)
    try:
        return commit_together(partial(_send, draft))
    except IntegrityError:
        # A twin with the same client_id was stored between the look and the insert.
        twin = find_duplicate(draft) if client_id else None
        if twin is None:
            raise
        return twin


def _send(draft: Draft) -> Sent:
    place, seat = take_seat(draft.sender, draft.room_id)
    twin = find_duplicate(draft) if draft.client_id else None
    if twin is not None:
        return twin
    now = timezone.now()
    check_writable(place)
    check_not_silenced(seat, now)
    _check_recipient(draft, place)
    answered = find_answered(draft)
    named = find_named(draft.sender, place.id, draft.content)
    _keep_slow(draft.sender, place, seat, now)
    made = mint(Kind.MESSAGE)
    seq = streams.append(place.id, "message", person_id=draft.sender.pk, subject_id=made)
    _INSERT.run(
        made, place.id, seq, draft.sender.pk, draft.sender.username, draft.content, *answered, draft.client_id,
        texts.mention_answer(named), now,
    )  # fmt: skip
    name_people(made, place.id, seq, named)
    emit(MessageSent(actor_id=draft.sender.pk, message_id=made, room_id=place.id))
    tell_named(draft.sender.pk, made, place.id, named)
    if place.is_direct:
        _reach_recipient(draft.sender.pk, place, seq)
    return Sent(made, seq, now)


def check_text(content: str) -> None:
    """Raise Invalid for a text that nobody could read, or that is too long."""
    if not content.strip():
        raise Invalid("blank", "Write something.", "content")
    if len(content) > LENGTHS["content"]:
        raise Invalid("max_length", f"Write at most {LENGTHS['content']} characters.", "content")


def check_not_silenced(seat: Seat, now: datetime) -> None:
    """Raise Forbidden while a moderator of the room lets a member only read."""
    if seat.silenced_until is not None and seat.silenced_until > now:
        raise Forbidden("silenced", "A moderator of this room lets you read only, for now.")


def find_duplicate(draft: Draft) -> Sent | None:
    """Return what an earlier call with the same client_id stored. Raises Conflict when it said something else."""
    row = _TWIN.one(room=draft.room_id, sender=draft.sender.pk, client_id=draft.client_id)
    if row is None:
        return None
    pk, seq, content, reply_to, version, created_at = row
    if version > 1:
        content = _first_text(pk, content)
    if (content, reply_to) != (draft.content, draft.reply_to):
        raise Conflict("idempotency_key_reused", "You said something else with this client_id.")
    return Sent(pk, seq, created_at, is_duplicate=True)


def _first_text(message_id: int, content: str) -> str:
    """Return the text of a message that was edited since, as it was sent."""
    first = Revision.objects.of(message_id).filter(number=1, removed_at__isnull=True)
    return first.values_list("content", flat=True).first() or content


def _check_recipient(draft: Draft, place: Place) -> None:
    """Ask the other of a direct room: who wrote in it before has shown that they take answers."""
    if not place.is_direct:
        return
    other = place.other(draft.sender.pk)
    try:
        check_may_write_to(draft.sender, other)
    except Forbidden:
        if not Message.objects.filter(room=place.id, sender=other).exists():
            raise
        check_may_write_to(draft.sender, other, is_known=True)


def _reach_recipient(sender_id: int, place: Place, seq: int) -> None:
    """Let the devices of the other count the message: they may not hear a conversation that has just begun."""
    recipient_id = place.other(sender_id)
    streams.append_last(recipient_id, "unread", person_id=sender_id, subject_id=place.id)
    tell_recipient(sender_id, place, seq)


def find_answered(draft: Draft) -> tuple[int, int] | tuple[None, None]:
    """Return the id and number of the message that is answered. Raises NotFound unless it is in the same room, and the sender may read it."""
    if draft.reply_to is None:
        return None, None
    if kind_of(draft.reply_to) is not Kind.MESSAGE:
        raise NotFound(attr="reply_to")
    seen = Message.objects.visible_to(draft.sender).filter(pk=draft.reply_to, room=draft.room_id)
    found = seen.values_list("pk", "seq").first()
    if found is None:
        raise NotFound(attr="reply_to")
    return found


def find_named(sender: User, room_id: int, content: str) -> list[User]:
    """Return the members that a text names and its sender may see, in the order of the text. Raises Invalid (max_length)."""
    if "@" not in content and "＠" not in content:
        return []
    names = list(dict.fromkeys(mention.username for mention in extract(content).mentions))
    if len(names) > texts.MAX_MENTIONS:
        raise Invalid("max_length", f"Name at most {texts.MAX_MENTIONS} people.", "content")
    if not names:
        return []
    members = User.objects.filter(
        username__in=names,
        room_memberships__room=room_id,
        room_memberships__state=Membership.State.JOINED,
        suspended_by__isnull=True,
        deleted_at__isnull=True,
    ).exclude(pk=sender.pk)
    hidden = Block.objects.filter(blocker=sender).values("blocked")
    hiding = Block.objects.filter(blocked=sender).values("blocker")
    found = {user.username: user for user in members.exclude(pk__in=hidden).exclude(pk__in=hiding)}
    return [found[name] for name in names if name in found]


def name_people(message_id: int, room_id: int, seq: int, people: list[User]) -> list[User]:
    """Make the rows of whom a message names equal to `people`; returns those it names for the first time. Needs its lock."""
    if not people:
        return []
    rows = MessageMention.objects.filter(message=message_id)
    known = set(rows.values_list("user_id", flat=True))
    fresh = [user for user in people if user.pk not in known]
    if fresh:
        made = [
            MessageMention(message_id=message_id, user=u, room_id=room_id, seq=seq) for u in fresh
        ]
        MessageMention.objects.bulk_create(made, ignore_conflicts=True)
    return fresh


def _keep_slow(sender: User, place: Place, seat: Seat, now: datetime) -> None:
    """Raise RateLimited (slow_mode) for a message too soon after the sender's last, also one from before they left and came back."""
    said = Message.objects.filter(room=place.id, sender=sender).order_by("-seq")
    check_slow(place, seat, said.values_list("created_at", flat=True), now)


def check_slow(place: Place, seat: Seat, moments: QuerySet[Any, Any], now: datetime) -> None:
    """Raise RateLimited (slow_mode) before a room takes something again since the first of `moments`; moderators of the room are free."""
    if not place.slow_mode_s or seat.manages:
        return
    last = moments.first()
    if last is None:
        return
    left = math.ceil((last + timedelta(seconds=place.slow_mode_s) - now).total_seconds())
    if left > 0:
        detail = f"This room takes something of each member every {place.slow_mode_s} seconds."
        raise RateLimited(left, detail, "slow_mode")


def _twins(room: Any, sender: Any, client_id: Any) -> QuerySet[Any]:
    # The condition of the unique index, which is entered by it.
    rows = Message.objects.filter(~Q(client_id=""), room=room, sender=sender, client_id=client_id)
    return rows.values_list("id", "seq", "content", "reply_to_id", "version", "created_at")


_field: Any = Message._meta.get_field
_TWIN = PreparedRead(_twins, room=_field("id"), sender=_field("id"), client_id=_field("client_id"))
