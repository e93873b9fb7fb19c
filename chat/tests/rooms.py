"""Rooms for tests, made over HTTP."""

from typing import Any

from socialsite.lib.models import StreamEvent
from socialsite.lib.testing.client import ApiClient

ROOMS = "/api/rooms"


def make_room(client: ApiClient, name: str = "Lounge", **columns: Any) -> str:
    """Make a room and return its id."""
    body = {"name": name, **columns}
    answer = client.send(ROOMS, {key: value for key, value in body.items() if value != ""})
    assert answer.status_code == 201, answer.content
    return str(answer.json()["id"])


def at(room: str, *rest: Any) -> str:
    """Return the path of a room, or of what is below it."""
    return "/".join([ROOMS, room, *map(str, rest)])


def join(room: str, *clients: ApiClient) -> None:
    for client in clients:
        assert client.send(at(room, "join")).status_code == 200


def read(client: ApiClient, room: str) -> dict[str, Any]:
    found: dict[str, Any] = client.read(at(room)).json()
    return found


def members(client: ApiClient, room: str, query: str = "") -> dict[str, dict[str, Any]]:
    """Return the people in a room by their usernames."""
    rows = client.read(at(room, "members") + query).json()["results"]
    return {row["username"]: row for row in rows}


def events(stream_id: int | str) -> list[tuple[str, dict[str, Any]]]:
    """Return what is stored of a stream, in order, as (name, data)."""
    rows = StreamEvent.objects.filter(stream=int(stream_id)).order_by("seq")
    return [(row.name, row.data) for row in rows]


def names(stream_id: int | str) -> list[str]:
    return [name for name, _ in events(stream_id)]
