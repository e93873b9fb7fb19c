"""Writing to a person: their conversation is made by the first message."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import Connection, User
from chat.actions.messages import Sent, check_text, send_message
from chat.actions.rooms import direct_room
from chat.limits import STRANGERS_A_DAY
from chat.models import Room
from chat.seats import check_may_write_to
from socialsite.lib.errors import NotFound, RateLimited
from socialsite.lib.ids import Kind, first_id_at, kind_of
from socialsite.lib.retries import retried

DAY = timedelta(days=1)


def write_to(*, actor: User, recipient_id: int, content: str, **fields: Any) -> Sent:
    """Send a message to a person, into the conversation of the two; the first one makes it, and two at once make one.

    Raises what `send_message` raises, Invalid (self_target), RateLimited for too many new conversations with people one is not
    connected to.
    """
    if kind_of(recipient_id) is not Kind.USER:
        raise NotFound
    low, high = sorted((actor.pk, recipient_id))
    room_id = Room.objects.filter(low=low, high=high).values_list("pk", flat=True).first()
    if room_id is None:
        check_text(content)
        return retried(lambda: _begin(actor, recipient_id, content, fields))
    return send_message(actor=actor, room_id=room_id, content=content, **fields)


@transaction.atomic
def _begin(actor: User, recipient_id: int, content: str, fields: dict[str, Any]) -> Sent:
    recipient = User.objects.filter(pk=recipient_id).first()
    if recipient is None:
        raise NotFound
    if recipient.pk != actor.pk:
        check_may_write_to(actor, recipient_id)
        _check_strangers(actor, recipient_id)
    room = direct_room(actor, recipient)
    return send_message(actor=actor, room_id=room.pk, content=content, **fields)


def _check_strangers(actor: User, recipient_id: int) -> None:
    """Raise RateLimited for who begins more conversations a day with people they are not connected to than is usual among people."""
    accepted = Connection.objects.accepted()
    if accepted.between(actor.pk, recipient_id).exists():
        return
    since = first_id_at(timezone.now() - DAY)
    known = accepted.filter(low=OuterRef("low"), high=OuterRef("high"))
    begun = Room.objects.filter(
        ~Exists(known), kind=Room.Kind.DIRECT, created_by=actor, pk__gte=since
    )
    if begun.count() >= max(1, round(STRANGERS_A_DAY * settings.RATE_LIMIT_SCALE)):
        raise RateLimited(3600, "You began many conversations today.")
