from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.testing import Cast
from chat.commands import rooms as commands
from chat.tests.rooms import at, join, make_room
from socialsite.lib.api.serializers import rfc3339
from socialsite.lib.realtime import reading
from socialsite.lib.testing.client import ApiClient
from socialsite.lib.testing.sockets import LiveSite, Refused, SocketClient

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_limits")]


def members_line(site: LiveSite, client: ApiClient, room: str) -> SocketClient:
    """Return a socket that has joined a room."""
    line = site.connect(client)
    line.call("join_room", room_id=room)
    return line


def test_c14_joining_answers_with_the_room_and_others_hear_of_it_once(
    live_site: LiveSite, alice: ApiClient, bob: ApiClient
) -> None:
    room = make_room(alice)
    with members_line(live_site, alice, room) as one, live_site.connect(bob) as other:
        told = other.call("join_room", room_id=room)
        assert (told["room"]["id"], told["last_seq"], told["read_seq"]) == (room, 2, 2)
        assert [row["username"] for row in told["members"]] == ["alice", "bob"]
        pushed = one.event("user_joined")
        assert (pushed["topic"], pushed["seq"]) == (f"room:{room}", 2)
        assert pushed["data"]["user"]["username"] == "bob"
        assert pushed["data"]["member_count"] == 2
        assert other.call("join_room", room_id=room)["last_seq"] == 2
        one.quiet("user_joined")


def test_c15_who_leaves_hears_nothing_more_and_others_hear_of_it(
    live_site: LiveSite, alice: ApiClient, bob: ApiClient, charlie: ApiClient
) -> None:
    room = make_room(alice)
    one, other = (members_line(live_site, client, room) for client in (alice, bob))
    with one, other:
        assert other.call("leave_room", room_id=room) == {"room_id": room}
        assert one.event("user_left")["data"]["user"]["username"] == "bob"
        join(room, charlie)
        assert one.event("user_joined")["data"]["member_count"] == 2
        with pytest.raises(TimeoutError):
            other.wait(lambda frame: frame.get("seq") == 4, 0.5)


def test_c15_c27_every_device_of_who_is_removed_hears_the_end_and_no_more(
    live_site: LiveSite, alice: ApiClient, bob: ApiClient, charlie: ApiClient, cast: Cast
) -> None:
    room = make_room(alice)
    phone, desk = (members_line(live_site, bob, room) for _ in range(2))
    with members_line(live_site, alice, room) as one, phone, desk:
        alice.drop(at(room, "members", cast.bob.pk))
        said = one.event("room_members")["data"]
        assert (said["change"], said["user_id"]) == ("removed", str(cast.bob.pk))
        for line in (phone, desk):
            lost = line.wait(lambda f: f["event"] == "room_lost" and f["topic"] == f"room:{room}")
            assert lost["data"] == {"room_id": room, "reason": "removed"}
        join(room, charlie)
        one.event("user_joined")
        for line in (phone, desk):
            line.quiet("user_joined")
            line.quiet("room_members")


def test_c27_a_role_reaches_all_members(
    live_site: LiveSite, alice: ApiClient, bob: ApiClient, cast: Cast
) -> None:
    room = make_room(alice)
    with members_line(live_site, alice, room) as one, members_line(live_site, bob, room) as other:
        alice.set(at(room, "members", cast.bob.pk), {"role": "moderator"})
        for line in (one, other):
            said = line.event("room_members")["data"]
            assert (said["change"], said["role"]) == ("role", "moderator")


def test_c31_members_hear_that_a_room_changes_and_that_it_ends(
    live_site: LiveSite, alice: ApiClient, bob: ApiClient
) -> None:
    room = make_room(alice)
    with members_line(live_site, bob, room) as line:
        alice.set(at(room), {"name": "Salon"})
        assert line.event("room_updated")["data"]["room"]["name"] == "Salon"
        alice.drop(at(room))
        lost = line.wait(lambda f: f["event"] == "room_lost" and f["topic"] == f"room:{room}")
        assert lost["data"]["reason"] == "deleted"


def test_c14_an_invitation_comes_to_whoever_is_asked_in(
    live_site: LiveSite, alice: ApiClient, bob: ApiClient, cast: Cast
) -> None:
    room = make_room(alice, kind="private")
    with live_site.connect(bob) as line:
        alice.send(at(room, "members"), {"user_id": cast.bob.pk})
        said = line.event("invitation")["data"]
        assert (said["room"]["id"], said["state"]) == (room, "invited")
        assert said["by"] == str(cast.alice.pk)
        assert line.call("join_room", room_id=room)["room"]["joined"] is True


def test_t3_what_one_may_not_know_of_cannot_be_joined_or_heard(
    live_site: LiveSite, alice: ApiClient, bob: ApiClient
) -> None:
    room = make_room(alice, kind="private")
    with live_site.connect(bob) as line:
        with pytest.raises(Refused) as refused:
            line.call("join_room", room_id=room)
        assert refused.value.code == "not_found"
        told = line.call("subscribe", topics=[f"room:{room}"])
        assert told["accepted"] == []


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "typing_pauses", commands.Pauses(0, 10))


def test_c17_c23_typing_reaches_the_others_and_not_who_types(
    live_site: LiveSite, alice: ApiClient, bob: ApiClient, cast: Cast, no_pause: None
) -> None:
    room = make_room(alice)
    one, other = (members_line(live_site, client, room) for client in (alice, bob))
    with one, other:
        assert one.call("typing", room_id=room, is_typing=True) == {}
        pushed = other.event("typing")
        assert "seq" not in pushed
        assert pushed["data"] == {
            "room_id": room,
            "user_id": str(cast.alice.pk),
            "username": "alice",
            "is_typing": True,
            "expires_in": 6,
        }
        one.call("typing", room_id=room, is_typing=False)
        assert other.event("typing")["data"]["is_typing"] is False
        one.quiet("typing")


def test_c17_typing_is_told_once_in_three_seconds(
    live_site: LiveSite, alice: ApiClient, bob: ApiClient
) -> None:
    room = make_room(alice)
    one, other = (members_line(live_site, client, room) for client in (alice, bob))
    with one, other:
        for _ in range(5):
            one.call("typing", room_id=room, is_typing=True)
        other.event("typing")
        other.quiet("typing")
        one.call("typing", room_id=room, is_typing=False)
        assert other.event("typing")["data"]["is_typing"] is False


def test_c17_who_does_not_hear_a_room_is_not_heard_in_it(
    live_site: LiveSite, alice: ApiClient, bob: ApiClient, no_pause: None
) -> None:
    room = make_room(alice)
    with members_line(live_site, alice, room) as one, live_site.connect(bob) as other:
        assert other.call("typing", room_id=room, is_typing=True) == {}
        one.quiet("typing")


def test_c17_b44_who_may_not_write_is_not_heard_typing(
    live_site: LiveSite, alice: ApiClient, bob: ApiClient, cast: Cast, no_pause: None
) -> None:
    room = make_room(alice)
    path, until = at(room, "members", cast.bob.pk), rfc3339(timezone.now() + timedelta(hours=1))
    one, other = (members_line(live_site, client, room) for client in (alice, bob))
    with one, other:
        alice.set(path, {"silenced_until": until})
        other.event("room_members")
        other.call("typing", room_id=room, is_typing=True)
        one.quiet("typing")
        alice.set(path, {"silenced_until": None})
        other.event("room_members")
        other.call("typing", room_id=room, is_typing=True)
        assert one.event("typing")["data"]["username"] == "bob"
        alice.set(at(room), {"archived": True})
        other.event("room_updated")
        other.call("typing", room_id=room, is_typing=True)
        one.quiet("typing")


def test_t3_who_is_blocked_sees_neither_typing_nor_coming(
    live_site: LiveSite, alice: ApiClient, mallory: ApiClient, bob: ApiClient, no_pause: None
) -> None:
    room = make_room(bob)
    lines = [members_line(live_site, client, room) for client in (alice, bob, mallory)]
    one, watcher, other = lines
    with one, watcher, other:
        other.call("typing", room_id=room, is_typing=True)
        watcher.event("typing")
        one.quiet("typing")
        assert one.event("hidden") == {"event": "hidden", "topic": f"room:{room}", "seq": 3}


def test_c29_missed_events_are_read_by_rest_too(
    live_site: LiveSite, alice: ApiClient, bob: ApiClient, mallory: ApiClient
) -> None:
    room = make_room(bob)
    join(room, alice, mallory)
    told: dict[str, Any] = alice.read(at(room, "events?after_seq=1")).json()
    assert (told["last_seq"], told["oldest_seq"], told["more"]) == (3, 1, False)
    assert [row["event"] for row in told["results"]] == ["user_joined", "hidden"]
    assert told["results"][1] == {"event": "hidden", "topic": f"room:{room}", "seq": 3}
    part = alice.read(at(room, "events?limit=1")).json()
    assert (part["more"], part["results"][0]["data"]["user"]["username"]) == (True, "bob")


def test_c13_c24_members_of_small_rooms_hear_who_comes_online(
    live_site: LiveSite, alice: ApiClient, charlie: ApiClient, mallory: ApiClient, cast: Cast
) -> None:
    room = make_room(charlie)
    join(room, alice, mallory)

    def is_of_alice(frame: dict[str, Any]) -> bool:
        return frame["event"] == "presence" and frame["data"]["user_id"] == str(cast.alice.pk)

    lines = [live_site.connect(client) for client in (charlie, mallory, alice)]
    line, other, own = lines
    with line, other, own:
        assert line.wait(is_of_alice)["data"]["status"] == "online"
        rows = charlie.read(at(room, "members")).json()["results"]
        assert {row["username"]: row["status"] for row in rows} == dict.fromkeys(
            ("charlie", "alice", "mallory"), "online"
        )
        assert charlie.read(at(room)).json()["online_count"] == 3
        with pytest.raises(TimeoutError):
            other.wait(is_of_alice, 0.5)


def test_c29_who_was_removed_meanwhile_learns_it_when_they_come_back(
    live_site: LiveSite, alice: ApiClient, bob: ApiClient, charlie: ApiClient, cast: Cast
) -> None:
    room = make_room(alice)
    join(room, bob, charlie)
    alice.drop(at(room, "members", cast.bob.pk))
    with live_site.connect(bob) as line:
        line.send("resume", {"rooms": {room: 2}}, "r")
        lost = line.event("room_lost")
        assert lost["data"]["room_id"] == room
        assert not [f for f in line.frames if f["event"] in {"user_joined", "room_members"}]


def test_c29_who_left_and_came_back_hears_all_that_was_missed(
    live_site: LiveSite, alice: ApiClient, bob: ApiClient, cast: Cast
) -> None:
    room = make_room(alice)
    join(room, bob)
    alice.drop(at(room, "members", cast.bob.pk))
    join(room, bob)
    with live_site.connect(bob) as line:
        line.send("resume", {"rooms": {room: 2}}, "r")
        line.event("resumed")
        told = [f["event"] for f in line.frames if f.get("topic") == f"room:{room}"]
        assert told[:2] == ["room_members", "user_joined"]
        alice.set(at(room), {"name": "Salon"})
        assert line.event("room_updated")["seq"] == 5


def test_t3_who_is_removed_while_subscribing_hears_nothing(
    live_site: LiveSite,
    alice: ApiClient,
    bob: ApiClient,
    charlie: ApiClient,
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    room = make_room(alice)
    join(room, bob)
    bounds = reading.bounds

    def remove_and_read(stream_ids: list[int]) -> Any:
        if int(room) in stream_ids:
            alice.drop(at(room, "members", cast.bob.pk))
        return bounds(stream_ids)

    with live_site.connect(bob) as line:
        monkeypatch.setattr(reading, "bounds", remove_and_read)
        told = line.call("subscribe", topics=[f"room:{room}"])
        monkeypatch.setattr(reading, "bounds", bounds)
        assert (told["accepted"], told["refused"][0]["code"]) == ([], "not_member")
        join(room, charlie)
        line.quiet("user_joined")
