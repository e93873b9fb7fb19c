"""Tickets: what opens a socket where neither a header nor a cookie can be sent."""

from django.db import transaction
from django.utils import timezone

from accounts.models import ApiToken, Session, Ticket
from accounts.secrets import hash_secret, make_secret
from socialsite.lib.errors import NotSignedIn

PREFIX = "wst_"


@transaction.atomic
def make_ticket(*, credential: Session | ApiToken) -> str:
    """Return the secret of a ticket that opens one socket for the caller of a credential, within `Ticket.LIFETIME`."""
    secret = make_secret(PREFIX)
    Ticket.objects.create(secret_hash=hash_secret(secret), credential_id=credential.pk)
    return secret


@transaction.atomic
def use_ticket(*, secret: str) -> int:
    """Use a ticket up and return the id of the credential that asked for it.

    Raises NotSignedIn when it is unknown, used or too old: of two uses at once the UPDATE lets one win.
    """
    now = timezone.now()
    fresh = Ticket.objects.filter(
        secret_hash=hash_secret(secret), used_at__isnull=True, created_at__gt=now - Ticket.LIFETIME
    )
    if not fresh.update(used_at=now):
        raise NotSignedIn("invalid_token", "The ticket is not valid, was used, or has expired.")
    return Ticket.objects.values_list("credential_id", flat=True).get(
        secret_hash=hash_secret(secret)
    )
