from typing import Any

import pytest

from accounts.actions.guests import forget_guest
from accounts.models import User
from accounts.testing import PASSWORD, Cast
from chat.models import Membership, Room
from chat.tests.rooms import ROOMS, at, make_room, members, names, read
from socialsite.lib.invariants import violations
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]
JOIN = "/api/join"


def enter(name: str, room: str | None = None) -> tuple[ApiClient, dict[str, Any]]:
    """Enter as a guest; returns a client of theirs and the answer."""
    body = {"username": name, **({"room_id": room} if room else {})}
    answer = ApiClient().send(JOIN, body)
    assert answer.status_code == 201, answer.content
    return ApiClient(answer.json()["token"]), answer.json()


def test_c7_a_name_alone_makes_a_guest_with_a_session(alice: ApiClient) -> None:
    open_room = make_room(alice, "Open", guests_allowed=True)
    make_room(alice, "Closed")
    browser = ApiClient()
    answer = browser.send(JOIN, {"username": "Visitor"})
    assert answer.status_code == 201
    told = answer.json()
    assert (told["user"]["username"], told["room"]) == ("visitor", None)
    assert [row["id"] for row in told["rooms"]] == [open_room]
    assert told["token"] == told["access_token"]
    assert {"refresh_token", "token_type", "expires_in"} <= set(told)
    assert User.objects.get(username="visitor").is_guest
    assert browser.read(ROOMS).status_code == 200
    assert ApiClient(told["token"]).read(ROOMS).status_code == 200


def test_c7_a_guest_joins_a_room_at_once_by_id_or_by_name(alice: ApiClient) -> None:
    room = make_room(alice, "Open House", guests_allowed=True)
    client, told = enter("first", room)
    assert (told["room"]["id"], told["room"]["joined"]) == (room, True)
    enter("second", "open-house")
    assert set(members(client, room)) == {"alice", "first", "second"}
    assert names(room) == ["user_joined"] * 3


def test_c7_a_name_that_somebody_has_is_taken(alice: ApiClient) -> None:
    for name in ("alice", "ALICE"):
        answer = ApiClient().send(JOIN, {"username": name})
        assert (answer.status_code, code_of(answer)) == (409, "username_taken")
    enter("visitor")
    assert code_of(ApiClient().send(JOIN, {"username": "visitor"})) == "username_taken"


def test_c7_nobody_is_made_when_the_room_cannot_be_joined(alice: ApiClient) -> None:
    closed, old = make_room(alice, "Closed"), make_room(alice, "Old", guests_allowed=True)
    alice.set(at(old), {"archived": True})
    for room, status in ((closed, 403), (old, 409), ("nowhere", 404), ("1", 404)):
        answer = ApiClient().send(JOIN, {"username": "visitor", "room_id": room})
        assert answer.status_code == status
    assert not User.objects.filter(is_guest=True).exists()


def test_c7_a_setting_turns_guests_off(alice: ApiClient, settings: Any) -> None:
    settings.GUESTS = False
    answer = ApiClient().send(JOIN, {"username": "visitor"})
    assert (answer.status_code, code_of(answer)) == (403, "guests_off")


def test_c7_who_has_signed_in_joins_as_themselves(alice: ApiClient, bob: ApiClient) -> None:
    room = make_room(alice)
    for body in ({"room_id": room}, {"room_id": room, "username": "bob"}):
        answer = bob.send(JOIN, body)
        assert answer.status_code == 200
        told = answer.json()
        assert (told["user"]["username"], told["token"]) == ("bob", None)
        assert told["room"]["joined"] is True
    assert bob.send(JOIN, {"username": "alice"}).status_code == 400
    assert bob.send(JOIN).json()["room"] is None
    assert names(room) == ["user_joined"] * 2


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "required"),
        ({"username": "no"}, "invalid_username"),
        ({"username": "admin"}, "reserved_username"),
        ({"username": "visitor", "room_id": "x" * 81}, "invalid"),
        ({"username": "visitor", "room_id": {}}, "invalid"),
        ({"username": "visitor", "colour": 1}, "unknown_field"),
    ],
)
def test_c7_c33_what_is_wrong_is_said(db: None, body: dict[str, Any], code: str) -> None:
    answer = ApiClient().send(JOIN, body)
    assert (answer.status_code, code_of(answer)) == (400, code)


def test_c7_pages_of_other_sites_let_nobody_in(alice: ApiClient) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Sec_Fetch_Site": "cross-site"}):
        answer = ApiClient().send(JOIN, {"username": "visitor"}, **headers)
        assert (answer.status_code, code_of(answer)) == (403, "csrf_failed")


def test_c7_few_guests_come_from_one_address(settings: Any, db: None) -> None:
    settings.RATE_LIMIT_SCALE = 0.2
    answers = [ApiClient().send(JOIN, {"username": f"visitor{n}"}) for n in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]


def test_c31_a_guest_only_talks_where_guests_are_let_in(alice: ApiClient, cast: Cast) -> None:
    room = make_room(alice)
    client, _ = enter("visitor")
    assert code_of(client.send(at(room, "join"))) == "guests_off"
    for answer in (
        client.send(ROOMS, {"name": "Mine"}),
        client.send(at(room, "members"), {"user_id": cast.bob.pk}),
        client.set(at(room), {"name": "Mine"}),
        client.drop(at(room)),
    ):
        assert (answer.status_code, code_of(answer)) == (403, "guest")


def test_c31_guests_leave_a_room_that_lets_them_in_no_more(alice: ApiClient, cast: Cast) -> None:
    room = make_room(alice, guests_allowed=True)
    client, _ = enter("visitor", room)
    visitor = User.objects.get(username="visitor")
    refused = alice.set(at(room, "members", visitor.pk), {"role": "moderator"})
    assert code_of(refused) == "invalid_state"
    alice.set(at(room), {"guests_allowed": False})
    assert read(client, room)["state"] == "none"
    assert read(alice, room)["member_count"] == 1
    assert list(violations()) == []


def test_c31_no_guest_inherits_a_room(alice: ApiClient, bob: ApiClient) -> None:
    room = make_room(alice, guests_allowed=True)
    client, _ = enter("visitor", room)
    alice.send(at(room, "leave"))
    assert read(client, room)["owner_id"] is None
    assert list(violations()) == []
    assert bob.send(at(room, "join")).json()["role"] == "owner"


def test_c7_c31_a_guest_who_registers_owns_what_nobody_owns(alice: ApiClient) -> None:
    room = make_room(alice, guests_allowed=True)
    client, _ = enter("visitor", room)
    alice.send(at(room, "leave"))
    body = {"username": "visitor", "email": "v@example.org", "password": PASSWORD}
    answer = client.send("/api/auth/register", body)
    assert answer.status_code == 201, answer.content
    shown = read(ApiClient(answer.json()["access_token"]), room)
    assert (shown["role"], shown["member_count"]) == ("owner", 1)
    assert list(violations()) == []


def test_c7_a_guest_who_is_forgotten_is_in_no_room(alice: ApiClient) -> None:
    room = make_room(alice, guests_allowed=True)
    enter("visitor", room)
    forget_guest(guest_id=User.objects.get(username="visitor").pk)
    assert (read(alice, room)["member_count"], names(room)[-1]) == (1, "user_left")
    assert Membership.objects.count() == Room.objects.count() == 1
    assert list(violations()) == []
