import time
from typing import Any

import pytest

from accounts.testing import Cast
from chat.models import Message
from chat.tests.rooms import at, join, make_room
from chat.tests.talk import MESSAGES, of, say, texts, write
from socialsite.lib.testing.client import ApiClient
from socialsite.lib.testing.sockets import LiveSite, Refused, SocketClient

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_limits")]


@pytest.fixture
def room(alice: ApiClient, bob: ApiClient) -> str:
    made = make_room(alice)
    join(made, bob)
    return made


def line_in(site: LiveSite, client: ApiClient, room: str) -> SocketClient:
    line = site.connect(client)
    line.call("join_room", room_id=room)
    return line


def test_c2_c16_c22_a_message_is_acknowledged_stored_and_heard_by_all(
    live_site: LiveSite, alice: ApiClient, bob: ApiClient, room: str
) -> None:
    with line_in(live_site, alice, room) as one, line_in(live_site, bob, room) as other:
        one.call("send_message", room_id=room, message="warm up")
        other.event("message")
        started = time.monotonic()
        ack = one.call("send_message", room_id=room, message="Hello", client_id="a1")
        heard = other.event("message")
        assert time.monotonic() - started < 2  # 200 ms on a machine of one's own
        assert (ack["seq"], ack["duplicate"]) == (heard["seq"], False)
        assert heard["data"]["id"] == ack["id"]
        assert heard["data"]["content"] == "Hello"
        assert heard["data"]["user"]["username"] == "alice"
        assert ack["timestamp"] == heard["data"]["timestamp"]
        # The sender hears the same event as everyone.
        one.event("message")
        assert one.event("message")["data"] == heard["data"]
    assert texts(bob, room) == ["warm up", "Hello"]


def test_b1_c16_a_repeat_is_answered_with_the_first_and_heard_by_nobody(
    live_site: LiveSite, alice: ApiClient, bob: ApiClient, room: str
) -> None:
    with line_in(live_site, alice, room) as one, line_in(live_site, bob, room) as other:
        first = one.call("send_message", room_id=room, content="Hello", client_id="a1")
        other.event("message")
        again = one.call("send_message", room_id=room, content="Hello", client_id="a1")
        assert again == first | {"duplicate": True}
        assert say(alice, room, "Hello", client_id="a1")["id"] == first["id"]
        other.quiet("message")
        with pytest.raises(Refused) as refused:
            one.call("send_message", room_id=room, content="Other", client_id="a1")
        assert refused.value.code == "idempotency_key_reused"
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"content": ""}, "blank"),
        ({"content": "x" * 4001}, "max_length"),
        ({}, "required"),
        ({"content": "x", "colour": "red"}, "unknown_field"),
        ({"content": "x", "user_id": "17"}, "permission_denied"),
        ({"content": "x", "room_id": "17"}, "not_found"),
        ({"content": "x", "reply_to": "17"}, "not_found"),
    ],
)
def test_c16_c28_what_is_refused_is_said_and_the_socket_stays_open(
    live_site: LiveSite, alice: ApiClient, room: str, data: dict[str, Any], code: str
) -> None:
    with line_in(live_site, alice, room) as one:
        with pytest.raises(Refused) as refused:
            one.call("send_message", **({"room_id": room} | data))
        assert refused.value.code == code
        assert one.call("send_message", room_id=room, content="Hello")["seq"] == 3


def test_c16_c3_who_is_not_a_member_writes_nothing_and_nobody_writes_as_another(
    live_site: LiveSite, charlie: ApiClient, cast: Cast, room: str
) -> None:
    with live_site.connect(charlie) as line:
        with pytest.raises(Refused) as refused:
            line.call("send_message", room_id=room, content="Hello")
        assert refused.value.code == "not_member"
    assert not Message.objects.exists()


def test_b44_a_slow_room_says_how_long_to_wait(
    live_site: LiveSite, alice: ApiClient, bob: ApiClient, room: str
) -> None:
    alice.set(at(room), {"slow_mode_s": 30})
    with line_in(live_site, bob, room) as line:
        line.call("send_message", room_id=room, content="one")
        with pytest.raises(Refused) as refused:
            line.call("send_message", room_id=room, content="two")
        assert refused.value.code == "slow_mode"
        assert 0 < refused.value.body["retry_after"] <= 30


def test_b5_b27_changes_of_a_message_are_heard(
    live_site: LiveSite, alice: ApiClient, bob: ApiClient, cast: Cast, room: str
) -> None:
    with line_in(live_site, alice, room) as one, line_in(live_site, bob, room) as other:
        sent = one.call("send_message", room_id=room, content="Hello")
        place = {"room_id": room, "message_id": sent["id"]}
        edited = one.call("edit_message", **place, content="Hello all", version=1)
        heard = other.event("message_updated")
        assert (heard["seq"], heard["data"]["content"]) == (edited["seq"], "Hello all")
        with pytest.raises(Refused) as refused:
            one.call("edit_message", **place, content="x", version=1)
        assert refused.value.code == "precondition_failed"
        other.call("react", **place, emoji="👍")
        assert one.event("reaction")["data"]["count"] == 1
        assert other.call("react", **place, emoji="👍")["seq"] is None
        other.call("unreact", **place, emoji="👍")
        assert one.event("reaction")["data"]["added"] is False
        one.call("pin", **place)
        assert other.event("pin")["data"]["pinned"] is True
        one.call("unpin", **place)
        assert other.event("pin")["data"]["pinned"] is False
        one.call("delete_message", **place)
        gone = other.event("message_deleted")["data"]
        assert (gone["id"], gone["deleted"], gone["by"]) == (sent["id"], True, str(cast.alice.pk))


def test_c26_b4_a_message_is_stored_delivered_and_read(
    live_site: LiveSite, alice: ApiClient, carol: ApiClient, cast: Cast
) -> None:
    said = write(alice, cast.carol).json()
    room, seq = said["room_id"], said["seq"]
    one, phone, desk = (live_site.connect(client) for client in (alice, carol, carol))
    with one, phone, desk:
        marks = phone.call("delivered", room_id=room, up_to_seq=seq)
        assert (marks["delivered_seq"], marks["read_seq"], marks["unread"]) == (seq, 0, 1)
        receipt = one.event("receipt")["data"]
        assert (receipt["delivered_seq"], receipt["read_seq"]) == (seq, 0)
        marks = phone.call("read", room_id=room, up_to_seq=seq)
        assert (marks["unread"], marks["total"]) == (0, 0)
        assert one.event("receipt")["data"]["read_seq"] == seq
        told = desk.wait(lambda f: f["event"] == "unread" and f["data"].get("room_id") == room)
        assert (told["data"]["unread"], told["data"]["read_seq"]) == (0, seq)
        assert phone.call("read", room_id=room, up_to_seq=0)["read_seq"] == seq
        assert phone.call("mark_unread", room_id=room, up_to_seq=0)["unread"] == 1
        one.quiet("receipt")


def test_c8_a_block_hides_messages_on_sockets_as_in_the_history(
    live_site: LiveSite, alice: ApiClient, bob: ApiClient, charlie: ApiClient, cast: Cast, room: str
) -> None:
    join(room, charlie)
    charlie.set(f"/api/users/{cast.alice.pk}/block")
    with line_in(live_site, charlie, room) as line, line_in(live_site, alice, room) as one:
        sent = one.call("send_message", room_id=room, content="Hello")
        hidden = line.event("hidden")
        assert hidden == {"event": "hidden", "topic": f"room:{room}", "seq": sent["seq"]}
        line.quiet("message")
    assert texts(charlie, room) == []


def test_n6_a_message_to_a_friend_is_a_notification_on_their_socket(
    live_site: LiveSite, alice: ApiClient, carol: ApiClient, cast: Cast
) -> None:
    with live_site.connect(carol) as line:
        said = write(alice, cast.carol, "Hello").json()
        told = line.wait(
            lambda f: f["event"] == "personal_notification" and f["data"]["type"] == "message"
        )
        assert told["data"]["target"]["id"] == said["room_id"]
        counted = line.wait(lambda f: f["event"] == "unread" and "room_id" in f["data"])
        assert (counted["data"]["room_id"], counted["data"]["unread"]) == (said["room_id"], 1)
        carol.send(MESSAGES, {"conversation_id": said["room_id"], "content": "Hi"})
    assert carol.read(of(said["room_id"])).json()["results"][0]["content"] == "Hello"


def test_c4_what_was_said_before_a_restart_is_read_after_it(
    alice: ApiClient, bob: ApiClient, live_site: LiveSite, room: str
) -> None:
    with line_in(live_site, alice, room) as one:
        for n in range(3):
            one.call("send_message", room_id=room, content=f"m{n}")
    with live_site.connect(bob) as line:
        line.send("resume", {"rooms": {room: 2}, "user": 0}, "r1")
        heard = [line.event("message")["data"]["content"] for _ in range(3)]
        assert heard == ["m0", "m1", "m2"]
