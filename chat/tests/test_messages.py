from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.testing import Cast
from chat.models import Message, MessageMention, Room
from chat.tests.rooms import at, events, join, make_room
from chat.tests.talk import MESSAGES, of, say, seat, texts
from notifications.models import Notification
from socialsite.lib.invariants import violations
from socialsite.lib.realtime.streams import read_after
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]
SHOWN = {
    "id", "room_id", "seq", "user", "user_id", "username", "content", "message_type", "reply_to", "attachments",
    "mentions", "reactions", "pinned", "client_id", "timestamp", "created_at", "edited_at", "version", "starred", "state",
}  # fmt: skip


@pytest.fixture
def room(alice: ApiClient, bob: ApiClient) -> str:
    made = make_room(alice)
    join(made, bob)
    return made


def test_c16_c20_a_message_is_stored_with_all_that_it_shows(
    alice: ApiClient, cast: Cast, room: str
) -> None:
    answer = alice.send(MESSAGES, {"room_id": room, "message": "Good morning", "client_id": "a1"})
    assert answer.status_code == 201
    said = answer.json()
    assert set(said) == SHOWN
    assert answer.headers["Location"] == of(room, said["id"])
    assert (said["content"], said["username"], said["user_id"]) == (
        "Good morning", "alice", str(cast.alice.pk),
    )  # fmt: skip
    assert (said["room_id"], said["seq"], said["client_id"]) == (room, 3, "a1")
    assert said["user"]["username"] == "alice"
    assert alice.read(answer.headers["Location"]).json() == said
    assert not list(violations())


@pytest.mark.parametrize("name", ["content", "message_content", "message"])
@pytest.mark.parametrize("place", ["room_id", "conversation_id"])
def test_n36_c16_every_document_s_names_are_understood(
    alice: ApiClient, room: str, name: str, place: str
) -> None:
    answer = alice.send(MESSAGES, {place: room, name: "Hello"})
    assert (answer.status_code, answer.json()["content"]) == (201, "Hello")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"content": ""}, "blank"),
        ({"content": "  \n "}, "blank"),
        ({"content": "x" * 4001}, "max_length"),
        ({"content": "a\x07b"}, "invalid_text"),
        ({}, "required"),
        ({"content": "a", "message": "b"}, "invalid"),
        ({"content": "a", "client_id": "x" * 65}, "max_length"),
        ({"content": "a", "recipient_id": "1"}, "invalid"),
        ({"content": "a", "colour": "red"}, "unknown_field"),
        ({"content": "a", "reply_to": "no"}, "invalid"),
    ],
)
def test_c16_c28_c33_what_is_wrong_with_a_message_is_said(
    alice: ApiClient, room: str, body: dict[str, Any], code: str
) -> None:
    answer = alice.send(MESSAGES, {"room_id": room, **body})
    assert (answer.status_code, code_of(answer)) == (400, code)
    assert not Message.objects.exists()


def test_c16_nobody_writes_as_another(alice: ApiClient, cast: Cast, room: str) -> None:
    said = {"room_id": room, "content": "Hello"}
    own = alice.send(MESSAGES, said | {"user_id": str(cast.alice.pk)})
    forged = alice.send(MESSAGES, said | {"user_id": str(cast.bob.pk)})
    assert (own.status_code, forged.status_code) == (201, 403)
    assert Message.objects.count() == 1


def test_c16_only_members_write(alice: ApiClient, charlie: ApiClient, room: str) -> None:
    answer = charlie.send(MESSAGES, {"room_id": room, "content": "Hello"})
    assert (answer.status_code, code_of(answer)) == (403, "not_member")
    secret = make_room(alice, "Secret", kind="private")
    answer = charlie.send(MESSAGES, {"room_id": secret, "content": "Hello"})
    assert (answer.status_code, code_of(answer)) == (404, "not_found")
    assert not Message.objects.exists()


def test_c16_who_is_banned_or_silenced_does_not_write(
    alice: ApiClient, bob: ApiClient, cast: Cast, room: str
) -> None:
    until = timezone.now() + timedelta(hours=1)
    alice.set(at(room, "members", cast.bob.pk), {"silenced_until": until.isoformat()})
    answer = bob.send(MESSAGES, {"room_id": room, "content": "Hello"})
    assert (answer.status_code, code_of(answer)) == (403, "silenced")
    alice.set(at(room, "members", cast.bob.pk), {"banned": True})
    answer = bob.send(MESSAGES, {"room_id": room, "content": "Hello"})
    assert (answer.status_code, code_of(answer)) == (403, "banned")
    assert code_of(bob.read(of(room))) == "banned"


def test_c6_c16_an_archived_room_is_read_not_written_to(alice: ApiClient, room: str) -> None:
    said = say(alice, room)
    alice.set(at(room), {"archived": True})
    for answer in (
        alice.send(MESSAGES, {"room_id": room, "content": "More"}),
        alice.set(of(room, said["id"]), {"content": "More"}),
        alice.send(of(room, said["id"], "reactions"), {"emoji": "👍"}),
        alice.send(of(room, said["id"], "pin")),
    ):
        assert (answer.status_code, code_of(answer)) == (409, "room_archived")
    assert texts(alice, room) == ["Hello"]


def test_b44_a_slow_room_takes_a_message_of_each_member_only_so_often(
    alice: ApiClient, bob: ApiClient, cast: Cast, room: str
) -> None:
    alice.set(at(room), {"slow_mode_s": 30})
    for _ in range(2):
        say(alice, room)  # The owner is free.
    said = say(bob, room, client_id="one")
    answer = bob.send(MESSAGES, {"room_id": room, "content": "Again"})
    assert (answer.status_code, code_of(answer)) == (429, "slow_mode")
    assert 0 < int(answer.headers["Retry-After"]) <= 30
    # A repeat is no second message.
    assert say(bob, room, client_id="one")["id"] == said["id"]
    past = timezone.now() - timedelta(seconds=31)
    Message.objects.filter(sender=cast.bob).update(created_at=past)
    say(bob, room)


def test_b27_an_answer_names_the_message_it_answers(
    alice: ApiClient, bob: ApiClient, room: str
) -> None:
    first = say(alice, room)
    answer = say(bob, room, "Hello yourself", reply_to=first["id"])
    assert answer["reply_to"] == {"id": first["id"], "seq": first["seq"]}
    elsewhere = say(alice, make_room(alice, "Other"))
    refused = bob.send(MESSAGES, {"room_id": room, "content": "x", "reply_to": elsewhere["id"]})
    assert (refused.status_code, code_of(refused)) == (404, "not_found")


def test_m52_members_that_a_message_names_are_told(
    alice: ApiClient, bob: ApiClient, charlie: ApiClient, cast: Cast, room: str
) -> None:
    said = say(alice, room, "Come here @bob, @charlie, @alice and @nobody")
    assert said["mentions"] == [{"id": str(cast.bob.pk), "username": "bob"}]
    assert MessageMention.objects.get().user == cast.bob
    path = "/api/notifications?types=message_mention"
    told = bob.read(path).json()["results"]
    assert [row["target"]["id"] for row in told] == [said["id"]]
    assert not charlie.read(path).json()["results"]
    assert not list(violations())


@pytest.mark.parametrize("how", ["mute", "room", "block"])
def test_m52_who_does_not_want_to_hear_of_it_is_not_told(
    bob: ApiClient, alice: ApiClient, cast: Cast, room: str, how: str
) -> None:
    if how == "room":
        bob.set(at(room, "members", cast.bob.pk), {"muted": True})
    else:
        bob.set(f"/api/users/{cast.alice.pk}/{how}")
    said = say(alice, room, "Come here @bob")
    assert not Notification.objects.filter(type="message_mention").exists()
    assert bool(said["mentions"]) == (how != "block")


def test_c16_a_link_or_an_address_names_nobody(alice: ApiClient, room: str) -> None:
    said = say(alice, room, "See https://example.org/@bob and mail me@bob.example")
    assert said["mentions"] == []


def test_c2_c16_the_event_of_a_message_is_what_all_read(
    alice: ApiClient, room: str, cast: Cast
) -> None:
    said = say(alice, room, "Hello", client_id="a1")
    [push] = read_after(int(room), said["seq"] - 1)
    own = {"starred", "state", "reactions"}
    assert (push.event, push.seq, push.person_id) == ("message", said["seq"], cast.alice.pk)
    assert {k: v for k, v in push.data.items() if k not in own} == {
        k: v for k, v in said.items() if k not in own
    }


def test_c16_a_guest_writes_where_guests_are_let_in(alice: ApiClient, api: ApiClient) -> None:
    room = make_room(alice, "Open", guests_allowed=True)
    joined = api.send("/api/join", {"username": "passer_by", "room_id": room}).json()
    guest = ApiClient(joined["token"])
    assert say(guest, room, "Hi")["username"] == "passer_by"
    assert texts(guest, room) == ["Hi"]
    closed = make_room(alice, "Closed")
    say(alice, closed)
    assert code_of(guest.read(of(closed))) in {"guests_off", "not_found"}


def test_c16_who_left_writes_no_more(bob: ApiClient, room: str) -> None:
    say(bob, room)
    bob.send(at(room, "leave"))
    answer = bob.send(MESSAGES, {"room_id": room, "content": "Hello?"})
    assert (answer.status_code, code_of(answer)) == (403, "not_member")


def test_b2_numbers_of_a_room_have_no_gap(alice: ApiClient, bob: ApiClient, room: str) -> None:
    for client in (alice, bob, alice):
        say(client, room)
    bob.send(MESSAGES, {"room_id": room, "content": ""})
    say(bob, room)
    numbers = list(Message.objects.order_by("seq").values_list("seq", flat=True))
    assert numbers == [3, 4, 5, 6]
    assert len(events(room)) == 6
    assert not list(violations())


def test_c16_a_deleted_room_takes_nothing(alice: ApiClient, bob: ApiClient, room: str) -> None:
    said = say(bob, room)
    alice.drop(at(room))
    assert bob.send(MESSAGES, {"room_id": room, "content": "x"}).status_code == 404
    assert bob.read(of(room)).status_code == bob.read(of(room, said["id"])).status_code == 404
    assert Room.objects.get().deleted_at is not None
    assert seat(room, said["user_id"])


def test_t30_who_sends_too_fast_is_told_to_wait(alice: ApiClient, room: str, settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1
    answers = [alice.send(MESSAGES, {"room_id": room, "content": "x"}) for _ in range(6)]
    # The account is young: a quarter of 20 in 20 seconds.
    assert [answer.status_code for answer in answers] == [201] * 5 + [429]
    assert int(answers[-1].headers["Retry-After"]) <= 20
