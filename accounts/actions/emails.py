"""Proving that a mail address is one's own, and changing it."""

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.events import EmailChangeRequested, EmailVerified
from accounts.models import User
from accounts.secrets import EMAIL_CHECK
from socialsite.lib.effects import emit
from socialsite.lib.errors import Conflict
from socialsite.lib.tasks import enqueue


@transaction.atomic
def request_email_check(*, actor: User) -> None:
    """Send the verifying mail again. Raises Conflict (already_verified)."""
    if actor.email_verified_at and not actor.pending_email:
        raise Conflict("already_verified", "Your address is verified.")
    enqueue("accounts.send_email_check", user_id=actor.pk)


@transaction.atomic
def request_email_change(*, actor: User, email: str) -> None:
    """Send a verifying mail to a new address; the old one counts until then. Raises Conflict (email_taken)."""
    if User.objects.filter(email=email).exclude(pk=actor.pk).exists():
        raise _taken()
    User.objects.filter(pk=actor.pk).update(pending_email=email, version=F("version") + 1)
    emit(EmailChangeRequested(actor_id=actor.pk))
    enqueue("accounts.send_email_check", user_id=actor.pk)


def verify_email(*, token: str) -> User:
    """Mark an address as proven, and make it the account's own when it was a new one.

    Raises Invalid (invalid_token), Conflict (email_taken).
    """
    try:
        with transaction.atomic():
            user = EMAIL_CHECK.read(token, lock=True)
            is_first = user.email_verified_at is None
            user.email, user.pending_email = user.pending_email or user.email, ""
            user.email_verified_at = timezone.now()
            user.version += 1
            user.save(
                update_fields=[
                    "email",
                    "pending_email",
                    "email_verified_at",
                    "version",
                    "updated_at",
                ]
            )
            emit(EmailVerified(actor_id=user.pk))
            if is_first:
                enqueue("accounts.send_welcome", user_id=user.pk)
    except IntegrityError as error:
        raise _taken() from error
    return user


def _taken() -> Conflict:
    return Conflict("email_taken", "An account uses this address.", "email")
