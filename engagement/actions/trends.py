"""What moderators keep out of the trends."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from engagement.events import KeptOutOfTrends, LetIntoTrends
from engagement.models import TrendBar
from engagement.trending.kinds import KINDS
from moderation.permissions import check_moderates
from socialsite.lib.effects import emit
from socialsite.lib.errors import Conflict, Invalid, NotFound
from socialsite.lib.rows import insert_once


@transaction.atomic
def keep_out_of_trends(*, actor: User, kind: str, object_id: int, reason: str) -> TrendBar:
    """Keep a thing out of what trends, at once and in every range, until it is let in again; it stays where it is otherwise.

    Raises Forbidden, NotFound for a thing that is not there, Invalid without a reason, Conflict when it is kept out already.
    """
    check_moderates(actor)
    if kind not in KINDS or object_id not in KINDS[kind].names([object_id]):
        raise NotFound
    if not reason.strip():
        raise Invalid("blank", "Say why, for other moderators.", "reason")
    bar = insert_once(
        TrendBar, kind=kind, object_id=object_id, moderator=actor, reason=reason.strip()
    )
    if bar is None:
        raise Conflict("conflict", "Another moderator keeps it out already.")
    emit(KeptOutOfTrends(actor_id=actor.pk, object_id=object_id, bar_id=bar.pk))
    return bar


@transaction.atomic
def let_into_trends(*, actor: User, bar: TrendBar) -> None:
    """Let a thing trend again as if nothing had been. Raises Forbidden, and Conflict when that was done already."""
    check_moderates(actor)
    rows = TrendBar.objects.filter(pk=bar.pk, undone_at__isnull=True)
    if not rows.update(undone_at=timezone.now(), undone_by=actor):
        raise Conflict("already_undone", "Another moderator let it in just now.")
    emit(LetIntoTrends(actor_id=actor.pk, object_id=bar.object_id, bar_id=bar.pk))
