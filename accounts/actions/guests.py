"""Guests: a name and no more, to talk in rooms that admit them; they may become a full account, and are forgotten when they stay away."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.actions.sessions import Origin, SignIn, end_sessions, open_session
from accounts.events import GuestForgotten
from accounts.models import Session, User
from accounts.models.sockets import has_socket
from socialsite.lib.effects import emit
from socialsite.lib.errors import Conflict, Forbidden
from socialsite.lib.realtime import signals
from socialsite.lib.rows import insert_once

IDLE = timedelta(days=7)
"""A guest who has not been seen for so long is forgotten"""
UNLISTED = {
    "search_opt_out": True,
    "leaderboard_opt_out": True,
    "digest": User.Digest.OFF,
}
"""What keeps guests out of search, suggestions, leaderboard and mails; registering sets it back"""


@transaction.atomic
def register_guest(*, username: str, origin: Origin) -> SignIn:
    """Let somebody in by a name alone, as nobody else has it, and sign them in.

    Raises Forbidden (guests_off), Conflict (username_taken) when a person or another guest has the name.
    """
    if not settings.GUESTS:
        raise Forbidden("guests_off", "Guests are not let in here. Register.")
    made = insert_once(
        User,
        username=username,
        display_name=username,
        email=None,
        is_guest=True,
        password=make_password(None),
        **UNLISTED,
    )
    if made is None:
        raise Conflict("username_taken", "This username is taken.", "username")
    return open_session(actor=made, origin=origin, is_first=True)


@transaction.atomic
def upgrade_guest(*, guest: User, **columns: Any) -> User:
    """Make a guest's row a full account, in place: what they are in and what they said stays theirs; their sign-ins end.

    Needs columns that were checked. Raises Forbidden when the row is no guest's any more, IntegrityError when a name was taken.
    """
    row = User.objects.select_for_update().filter(pk=guest.pk, is_guest=True).first()
    if row is None or not row.is_active:
        raise Forbidden("permission_denied", "This guest has an account already, or is gone.")
    set_back = {name: getattr(User(), name) for name in UNLISTED}
    changes = {**set_back, **columns, "is_guest": False, "version": row.version + 1}
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=[*changes, "updated_at"])
    end_sessions(actor=row)
    return row


def forget_idle_guests() -> int:
    """Forget the guests who have not been seen for IDLE; returns how many."""
    since = timezone.now() - IDLE
    seen = Session.objects.filter(user=OuterRef("pk"), last_used_at__gt=since)
    idle = User.objects.filter(
        ~Exists(seen), ~has_socket(), is_guest=True, deleted_at__isnull=True, created_at__lt=since
    )
    ids = list(idle.values_list("pk", flat=True)[:1000])
    for pk in ids:
        forget_guest(guest_id=pk)
    return len(ids)


@transaction.atomic
def forget_guest(*, guest_id: int) -> None:
    """End a guest and free the name; what they said in rooms stays, under the name they had then. Twice changes nothing."""
    row = User.objects.select_for_update().filter(pk=guest_id, is_guest=True).first()
    if row is None or row.deleted_at:
        return
    emit(GuestForgotten(actor_id=row.pk))
    end_sessions(actor=row)
    Session.objects.filter(user=row).update(address=None, user_agent="")
    # A name that nobody can register.
    row.username, row.display_name, row.deleted_at = f"guest-{row.pk}", "Guest", timezone.now()
    row.save(update_fields=["username", "display_name", "deleted_at"])
    signals.order_on_commit("person_closed", row.pk)
