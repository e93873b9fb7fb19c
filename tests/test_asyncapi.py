"""What sockets really send is what the published contract says."""

from itertools import chain
from typing import Any

import jsonschema
import pytest

from accounts.testing import Cast
from chat.tests.rooms import at, make_room
from socialsite.lib.realtime import asyncapi, doors, frames, gateway, lines, published
from socialsite.lib.realtime.commands import COMMANDS
from socialsite.lib.realtime.streams import EVENTS
from socialsite.lib.realtime.topics import TOPICS
from socialsite.lib.testing.client import ApiClient
from socialsite.lib.testing.sockets import LiveSite, Refused, SocketClient, live_site

__all__ = ["live_site"]
Frame = dict[str, Any]


def fits(frame: Frame, payload: Frame) -> list[str]:
    """Return what is wrong with a frame by one schema of the document."""
    components = asyncapi.contract()["components"]
    validator = jsonschema.Draft7Validator({**payload, "components": components})
    return [f"{list(e.absolute_path)}: {e.message[:200]}" for e in validator.iter_errors(frame)]


def faults(frame: Frame) -> list[str]:
    """Return what is wrong with a push by every message of its name; nothing when one of them fits."""
    messages = asyncapi.contract()["components"]["messages"].values()
    asked = [m["payload"] for m in messages if m["name"] == frame["event"] and m["name"] != "ack"]
    asked = [p for p in asked if p["properties"]["event"] == {"const": frame["event"]}]
    found = [fits(frame, payload) for payload in asked]
    return [] if [] in found else [frame["event"], *chain(*found)]


def call(socket: SocketClient, name: str, **data: Any) -> Frame:
    """Run a command and hold its frame and its answer against the document."""
    messages = asyncapi.contract()["components"]["messages"]
    assert not fits({"event": name, "id": "1", "data": data}, messages[name]["payload"])
    answer = socket.call(name, **data)
    ack = {"event": "ack", "id": "1", "data": answer}
    assert not fits(ack, messages[f"{name}.ack"]["payload"]), name
    return answer


@pytest.mark.django_db(transaction=True)
def test_y92_frames_of_a_conversation_are_as_published(
    live_site: LiveSite, cast: Cast, alice: ApiClient, bob: ApiClient, settings: Any
) -> None:
    settings.RATE_LIMIT_SCALE = 1e3
    room = make_room(alice)
    with live_site.connect(alice) as one, live_site.connect(bob) as other:
        call(one, "join_room", room_id=room)
        call(other, "join_room", room_id=room)
        call(one, "typing", room_id=room, is_typing=True)
        sent = call(one, "send_message", room_id=room, content="Hello @bob", client_id="1")
        call(other, "read", room_id=room, up_to_seq=sent["seq"])
        call(other, "react", room_id=room, message_id=sent["id"], emoji="👍")
        call(one, "pin", room_id=room, message_id=sent["id"])
        call(one, "edit_message", room_id=room, message_id=sent["id"], content="Bye")
        call(one, "delete_message", room_id=room, message_id=sent["id"])
        call(one, "ping")
        call(one, "subscribe", topics=["feed", f"room:{room}", "nothing"])
        assert alice.set(at(room), {"description": "New"}).status_code == 200
        assert alice.set("/api/settings", {"hide_likes": True}).status_code == 200
        with pytest.raises(Refused):
            one.call("join_room", room_id="1")
        call(other, "resume", rooms={room: 1}, user=0)
        call(other, "resume", rooms={room: 10**6})
        call(other, "leave_room", room_id=room)
        for socket in (one, other):
            socket.quiet("nothing", 0.5)
        received = [frame for socket in (one, other) for frame in socket.frames]
    wrong = [faults(frame) for frame in received if frame["event"] != "ack"]
    assert not [fault for fault in wrong if fault]
    names = {frame["event"] for frame in received}
    assert {"hello", "message", "typing", "pong", "resumed", "resync", "error"} <= names


def test_y92_every_command_event_and_piece_of_news_is_published() -> None:
    document = asyncapi.document()
    operations, messages = document["operations"], document["components"]["messages"]
    for name in COMMANDS:
        assert operations[f"receive_{name}"]["action"] == "receive"
        assert {name, f"{name}.ack"} <= set(messages)
    for name in EVENTS:
        assert operations[f"send_stored.{name}"]["action"] == "send"
    for topic in TOPICS.values():
        for name, _ in topic.events:
            assert f"send_{topic.prefix}.{name}" in operations
    assert {"send_message", "join_room", "resume", "auth"} <= set(COMMANDS)
    assert not set(COMMANDS) & set(published.FRAMES)


def test_c28_published_close_codes_are_those_of_the_server() -> None:
    known = {
        value
        for name, value in vars(lines).items()
        if name.isupper() and isinstance(value, int) and 4000 <= value < 5000
    }
    assert known <= set(published.CLOSED)


def test_published_numbers_are_those_of_the_server() -> None:
    assert gateway.AUTH_SECONDS == 5
    assert doors.SOCKETS_OF_AN_ADDRESS == 200
    assert published.REQUEST_ID["maxLength"] == frames.ID_LENGTH
