"""What tests of notifications share: reading lists and mails, switching channels."""

from typing import Any

from django.core import mail
from django.core.mail import EmailMultiAlternatives

from socialsite.lib.tasks import run_all
from socialsite.lib.testing.client import ApiClient

LIST = "/api/v1/notifications"
SETTINGS = "/api/settings/notifications"


def listed(client: ApiClient, query: str = "") -> list[dict[str, Any]]:
    """Return the rows of the caller's list."""
    return list(client.read(f"{LIST}{query}").json()["results"])


def types_of(client: ApiClient, query: str = "") -> list[str]:
    return [row["type"] for row in listed(client, query)]


def unread_of(client: ApiClient) -> int:
    return int(client.read(f"{LIST}/unread-count").json()["unread_count"])


def switch(client: ApiClient, type_name: str, **channels: bool) -> Any:
    """Switch channels of one type for the caller."""
    return client.set(SETTINGS, {"types": {type_name: channels}})


def mails_to(address: str) -> list[EmailMultiAlternatives]:
    """Run what is due, and return the mails an address has got, the oldest first."""
    run_all()
    sent: list[Any] = list(mail.outbox)
    return [message for message in sent if address in message.to[0]]
