"""What tests of the event log share: reading it as its owner, and as it shows on a page."""

from typing import Any

from accounts.models import User
from socialsite.lib.testing.client import ApiClient

LOG = "/api/me/activity"


def log_of(client: ApiClient, query: str = "") -> list[dict[str, Any]]:
    """Return the rows of the caller's own log."""
    return list(client.read(f"{LOG}{query}").json()["results"])


def types_of(client: ApiClient, query: str = "") -> list[str]:
    return [row["type"] for row in log_of(client, query)]


def shown_on(person: User, client: ApiClient) -> list[str]:
    """Return whom a person's page says they followed lately, the newest first."""
    recent = client.read(f"/api/users/{person.pk}").json().get("recent_activity", [])
    return [row["object"]["username"] for row in recent]
