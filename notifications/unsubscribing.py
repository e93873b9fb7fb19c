"""The link that ends mails without a sign-in (RFC 8058): signed, for one person and one sort of mail, and good for nothing else."""

from django.conf import settings
from django.core import signing

from accounts.models import User
from socialsite.lib.errors import Invalid

SALT = "notifications.unsubscribe"
PATH = "/api/notifications/unsubscribe"


def link_for(user: User, what: str) -> str:
    """Return the address that ends the digest, or the mails of a type, for a person.

    It does not run out: who keeps a mail for years may still want no more of them.
    """
    return f"{settings.API_URL}{PATH}?token={token_for(user, what)}"


def token_for(user: User, what: str) -> str:
    return signing.dumps([user.pk, what], salt=SALT)


def headers_for(link: str) -> dict[str, str]:
    """Return the lines of a mail's head by which its reader's program ends such mails with one click."""
    return {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def read_token(token: str) -> tuple[User, str]:
    """Return whose mails a token ends, and which. Raises Invalid."""
    try:
        user_id, what = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        user_id, what = None, ""
    user = User.objects.filter(pk=user_id, deleted_at__isnull=True).first()
    if user is None:
        raise Invalid("invalid_token", "The link is damaged, or the account is gone.", "token")
    return user, what
