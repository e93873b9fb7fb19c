"""Messages for tests, sent over HTTP."""

from typing import Any

from chat.models import Membership
from socialsite.lib.testing.client import ApiClient

MESSAGES = "/api/messages"


def say(client: ApiClient, room: str, content: str = "Hello", **body: Any) -> dict[str, Any]:
    """Send a message into a room and return it."""
    answer = client.send(MESSAGES, {"room_id": room, "content": content, **body})
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    return found


def write(client: ApiClient, recipient: Any, content: str = "Hello", **body: Any) -> Any:
    """Send a message to a person and return the answer."""
    return client.send(MESSAGES, {"recipient_id": str(recipient.pk), "content": content, **body})


def of(room: str, *rest: Any) -> str:
    """Return the path of a room's messages, or of what is below."""
    return "/".join([MESSAGES, room, *map(str, rest)])


def texts(client: ApiClient, room: str, query: str = "") -> list[str]:
    """Return what a person reads in a room, without marking it as read."""
    sign = "&" if query else "?"
    answer = client.read(f"{of(room)}{query}{sign}mark_read=false")
    assert answer.status_code == 200, answer.content
    return [row["content"] for row in answer.json()["results"]]


def seat(room: str, user: Any) -> Membership:
    return Membership.objects.get(room=int(room), user=user)
