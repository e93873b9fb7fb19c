"""What must always hold of rooms and messages: each message has its event, and what is kept beside the rows is what the rows say."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from chat.models import Membership, Message, MessageMention, MessageReaction, Pin, Room
from chat.names import fold_name, slug_of
from socialsite.lib.content import live
from socialsite.lib.models import Stream, StreamEvent

CHUNK = 500


def wrong_messages() -> Iterator[str]:
    """A message has the number of its event in its room's stream, as long as events are kept."""
    oldest = Stream.objects.filter(pk=OuterRef("room")).values("oldest_seq")
    events = StreamEvent.objects.filter(
        stream=OuterRef("room"), seq=OuterRef("seq"), name="message", subject_id=OuterRef("pk")
    )
    rows = Message.objects.annotate(oldest=Coalesce(Subquery(oldest), 1))
    for pk in rows.filter(~Exists(events), seq__gte=F("oldest")).values_list("pk", flat=True):
        yield f"message {pk} has no event of its number"
    last = Stream.objects.filter(pk=OuterRef("room"), last_seq__gte=OuterRef("seq"))
    for pk in Message.objects.filter(~Exists(last)).values_list("pk", flat=True):
        yield f"message {pk} is beyond the end of its room's stream"
    wrong = ~Q(reply_to__room=F("room")) | ~Q(reply_to__seq=F("reply_seq"))
    answers = Message.objects.filter(wrong, reply_to__room__isnull=False)
    for pk in answers.values_list("pk", flat=True):
        yield f"message {pk} answers one of another room, or by a wrong number"


def wrong_mentions() -> Iterator[str]:
    """Whom a message's row says that it names is whom its rows of mentions name, with its room and number."""
    for batch in _batches(
        Message.objects.order_by("pk").values_list("pk", "room", "seq", "mentions")
    ):
        found: dict[int, set[tuple[int, int, int]]] = {pk: set() for pk, *_ in batch}
        rows = MessageMention.objects.filter(message__in=list(found))
        for pk, user, room, seq in rows.values_list("message", "user", "room", "seq"):
            found[pk].add((user, room, seq))
        for pk, room, seq, named in batch:
            if found[pk] != {(int(row["id"]), room, seq) for row in named}:
                yield f"message {pk} names others than its rows"


def wrong_reactions() -> Iterator[str]:
    """The counts on a message are those of its reactions."""
    columns = Message.objects.order_by("pk").values_list("pk", "reaction_counts")
    for batch in _batches(columns):
        found: dict[int, Counter[str]] = {pk: Counter() for pk, _ in batch}
        rows = MessageReaction.objects.filter(message__in=list(found))
        for pk, emoji in rows.values_list("message", "emoji"):
            found[pk][emoji] += 1
        for pk, counts in batch:
            said = {row["emoji"]: row["count"] for row in counts}
            if said != dict(found[pk]):
                yield f"message {pk} says {said}, its rows {dict(found[pk])}"


def wrong_marks() -> Iterator[str]:
    """Nobody has come to, read or got more of a room than was said in it, nor read more than they got."""
    last = Coalesce(Subquery(Stream.objects.filter(pk=OuterRef("room")).values("last_seq")), 0)
    seats = Membership.objects.annotate(last=last)
    beyond = Q(delivered_seq__gt=F("last")) | Q(joined_seq__gt=F("last"))
    for pk in seats.filter(beyond | Q(read_seq__gt=F("delivered_seq"))).values_list(
        "pk", flat=True
    ):
        yield f"membership {pk} is marked beyond what there is"


def wrong_owners() -> Iterator[str]:
    """A room has the owner that its members say, and one as soon as somebody with an account is in it; archived ones may have none."""
    owners = Membership.objects.joined().filter(room=OuterRef("pk"), role=Membership.Role.OWNER)
    accounts = Membership.objects.joined().filter(room=OuterRef("pk"), user__is_guest=False)
    rooms = Room.objects.exclude(kind=Room.Kind.DIRECT)
    missing = rooms.filter(~Exists(owners.filter(user=OuterRef("owner"))))
    wrong = missing.filter(Q(owner__isnull=False) | Q(Exists(accounts)))
    for pk in wrong.values_list("pk", flat=True):
        yield f"room {pk} has another owner than its members say"
    ownerless = rooms.filter(Exists(owners), owner__isnull=True)
    for pk in ownerless.values_list("pk", flat=True):
        yield f"room {pk} does not say who owns it"


def wrong_pairs() -> Iterator[str]:
    """A conversation of two has its two members, and no others."""
    own = Q(memberships__user=F("low")) | Q(memberships__user=F("high"))
    joined = Q(memberships__state=Membership.State.JOINED)
    counted = Room.objects.filter(live(), kind=Room.Kind.DIRECT).annotate(
        seats=Count("memberships"), two=Count("memberships", filter=own & joined)
    )
    for pk in counted.exclude(seats=2, two=2).values_list("pk", flat=True):
        yield f"room {pk} is a conversation of others than its two"


def wrong_pins() -> Iterator[str]:
    """What is pinned in a room was said there."""
    for pk in Pin.objects.exclude(message__room=F("room")).values_list("pk", flat=True):
        yield f"pin {pk} is of a message of another room"


def wrong_names() -> Iterator[str]:
    """A room is found by its name, and a public one that is not deleted stands in paths by it."""
    columns = ("pk", "name", "folded", "slug", "kind", "deleted_at")
    for batch in _batches(Room.objects.order_by("pk").values_list(*columns)):
        for pk, name, folded, slug, kind, deleted_at in batch:
            in_paths = kind == Room.Kind.PUBLIC and deleted_at is None
            if (folded, slug) != (fold_name(name), slug_of(name) if in_paths else ""):
                yield f"room {pk} is found by another name than its own"


def wrong_roles() -> Iterator[str]:
    """Guests have no role, and nobody who has one is silenced."""
    roles = Membership.objects.exclude(role=Membership.Role.MEMBER)
    wrong = roles.filter(Q(user__is_guest=True) | Q(silenced_until__isnull=False))
    for pk in wrong.values_list("pk", flat=True):
        yield f"membership {pk} has a role that it may not have"


def _batches(rows: Any) -> Iterator[list[tuple[Any, ...]]]:
    found = rows.iterator(chunk_size=CHUNK)
    while batch := list(islice(found, CHUNK)):
        yield batch
