"""Mails to people, and what time does to accounts. Tokens are made when a mail is sent, so that none is ever stored."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from accounts.actions import guests, presence, sessions
from accounts.models import KnownDevice, Session, Ticket, User
from accounts.secrets import EMAIL_CHECK, PASSWORD_RESET
from socialsite.lib import mail
from socialsite.lib.tasks import handler, periodic


def _send(template: str, user_id: int, *, to_pending: bool = False, **extra: Any) -> None:
    user = User.objects.filter(pk=user_id, deleted_at__isnull=True).first()
    if user is not None:
        address = (user.pending_email if to_pending else "") or user.email
        mail.send(
            f"accounts/{template}",
            address,
            {"name": user.display_name, **extra},
            name=user.display_name,
        )


@handler("accounts.send_email_check")
def send_email_check(user_id: int) -> None:
    """Send the link that proves an address, to the new one while a change is pending."""
    user = User.objects.filter(pk=user_id).first()
    if user is not None:
        link = f"{settings.FRONTEND_URL}/verify-email#token={EMAIL_CHECK.make(user)}"
        _send("email_check", user_id, to_pending=True, link=link)


@handler("accounts.send_welcome")
def send_welcome(user_id: int) -> None:
    _send("welcome", user_id)


@handler("accounts.send_password_reset")
def send_password_reset(user_id: int | None) -> None:
    """Send the link that sets a new password; without a person, nothing."""
    user = User.objects.filter(pk=user_id, suspended_by__isnull=True).first()
    if user is not None:
        link = f"{settings.FRONTEND_URL}/reset-password#token={PASSWORD_RESET.make(user)}"
        _send("password_reset", user.pk, link=link)


@handler("accounts.send_password_changed")
def send_password_changed(user_id: int) -> None:
    _send("password_changed", user_id)


@handler("accounts.send_new_device")
def send_new_device(user_id: int, session_id: int) -> None:
    """Tell a person about a sign-in from a device that was never seen."""
    session = Session.objects.filter(pk=session_id).first()
    if session is not None:
        _send(
            "new_device",
            user_id,
            at=session.created_at,
            address=session.address,
            program=session.user_agent,
        )


@handler("accounts.expire_session", atomic=True)
def expire_session(session_id: int) -> None:
    sessions.expire_session(session_id=session_id)


@handler("accounts.expire_presence", atomic=True)
def expire_presence(user_id: int) -> None:
    presence.expire_presence(user_id=user_id)


@periodic("accounts.sweep_presence", every=30)
def sweep_presence() -> None:
    """Let those go offline whose server was killed."""
    presence.sweep()


@periodic("accounts.forget_guests", cron="17 * * * *")
def forget_guests() -> None:
    """Forget guests who stay away."""
    guests.forget_idle_guests()


@periodic("accounts.purge_tickets", every=600)
def purge_tickets() -> None:
    """Delete tickets that open nothing any more."""
    Ticket.objects.filter(created_at__lt=timezone.now() - 2 * Ticket.LIFETIME).delete()


@periodic("accounts.purge_credentials", cron="23 3 * * *")
def purge_credentials() -> None:
    """Delete sign-ins that ended or idled out a month ago, with their tokens, devices unseen for a year, and browsers of the console."""
    month_ago, year_ago = timezone.now() - timedelta(days=30), timezone.now() - timedelta(days=365)
    Session.objects.filter(ended_at__lt=month_ago).delete()
    Session.objects.filter(last_used_at__lt=month_ago - Session.IDLE).delete()
    KnownDevice.objects.filter(seen_at__lt=year_ago).delete()
    SessionStore.clear_expired()
