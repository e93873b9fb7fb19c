from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.testing import Cast, UserFactory, client_of, token_client_of
from chat.models import Message
from chat.tests.rooms import at, join, make_room
from chat.tests.talk import of, say, seat, texts, write
from moderation.actions import report_thing
from moderation.actions.content import hide_thing, remove_thing
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]
NOTE: dict[str, Any] = {"note": "Looked at it."}


@pytest.fixture
def room(alice: ApiClient, bob: ApiClient) -> str:
    made = make_room(alice)
    join(made, bob)
    return made


@pytest.fixture
def ten(alice: ApiClient, bob: ApiClient, room: str) -> list[int]:
    """Ten messages, `m0` to `m9`, by turns; returns their numbers."""
    return [say((alice, bob)[n % 2], room, f"m{n}")["seq"] for n in range(10)]


def page(client: ApiClient, path: str) -> dict[str, Any]:
    answer = client.read(path)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def said(found: dict[str, Any]) -> list[str]:
    return [row["content"] for row in found["results"]]


def test_c8_c4_the_newest_page_comes_first_and_ascends(
    bob: ApiClient, room: str, ten: list[int]
) -> None:
    newest = page(bob, f"{of(room)}?limit=4")
    assert said(newest) == ["m6", "m7", "m8", "m9"]
    assert newest["next"] is None
    assert all(row["user"]["username"] in {"alice", "bob"} for row in newest["results"])
    older = page(bob, newest["previous"])
    assert said(older) == ["m2", "m3", "m4", "m5"]
    oldest = page(bob, older["previous"])
    assert (said(oldest), oldest["previous"]) == (["m0", "m1"], None)
    assert said(page(bob, oldest["next"])) == ["m2", "m3", "m4", "m5"]


def test_c8_b3_a_page_begins_before_after_or_around_a_number(
    bob: ApiClient, room: str, ten: list[int]
) -> None:
    assert texts(bob, room, f"?before={ten[3]}&limit=2") == ["m1", "m2"]
    assert texts(bob, room, f"?after={ten[6]}&limit=2") == ["m7", "m8"]
    assert texts(bob, room, f"?around={ten[5]}&limit=4") == ["m3", "m4", "m5", "m6"]
    around = page(bob, f"{of(room)}?around={ten[1]}&limit=6")
    assert said(around) == ["m0", "m1", "m2", "m3"]
    assert (around["previous"], said(page(bob, around["next"]))[0]) == (None, "m4")
    end = page(bob, f"{of(room)}?after={ten[-1]}")
    assert (said(end), end["next"], end["previous"]) == ([], None, None)
    assert page(bob, f"{of(room)}?limit=1&count=true")["count"] == 10
    ids = [row["id"] for row in page(bob, of(room))["results"]]
    batch = page(bob, f"{of(room)}?ids={ids[3]},{ids[1]},7")
    assert (said(batch), batch["missing"]) == (["m3", "m1"], ["7"])


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("before=1&after=2", "invalid"),
        ("before=-1", "min_value"),
        ("around=x", "invalid"),
        ("limit=0", "invalid"),
        ("limit=101", "invalid"),
        ("cursor=abc", "invalid_cursor"),
        ("colour=red", "unknown_field"),
    ],
)
def test_c33_what_is_wrong_with_a_page_is_said(
    bob: ApiClient, room: str, query: str, code: str
) -> None:
    answer = bob.read(f"{of(room)}?{query}")
    assert (answer.status_code, code_of(answer)) == (400, code)


def test_c8_who_is_not_in_a_private_room_gets_404(
    alice: ApiClient, charlie: ApiClient, moderator: ApiClient, api: ApiClient
) -> None:
    secret = make_room(alice, "Secret", kind="private")
    message = say(alice, secret)
    for client in (charlie, moderator):
        for path in (of(secret), of(secret, message["id"]), of("250030462574002141")):
            assert client.read(path).status_code == 404
    assert api.read(of(secret)).status_code == 401


def test_c8_a_public_room_is_read_by_all_who_are_signed_in(
    charlie: ApiClient, api: ApiClient, room: str, ten: list[int]
) -> None:
    assert len(texts(charlie, room)) == 10
    message = page(charlie, of(room))["results"][0]
    assert charlie.read(of(room, message["id"])).status_code == 200
    assert api.read(of(room)).status_code == 401


def test_c8_a_message_is_found_below_its_own_room_alone(alice: ApiClient, room: str) -> None:
    other = make_room(alice, "Other")
    message = say(alice, room)["id"]
    assert alice.read(of(other, message)).status_code == 404
    assert alice.drop(of(other, message)).status_code == 404
    assert alice.send(of(other, message, "pin")).status_code == 404


def test_c8_a_block_hides_what_either_side_says(
    alice: ApiClient, bob: ApiClient, charlie: ApiClient, cast: Cast, room: str, ten: list[int]
) -> None:
    alice.set(f"/api/users/{cast.bob.pk}/block")
    assert texts(alice, room) == ["m0", "m2", "m4", "m6", "m8"]
    assert texts(bob, room) == ["m1", "m3", "m5", "m7", "m9"]
    assert len(texts(charlie, room)) == 10


def test_c8_what_somebody_suspended_said_is_hidden_while_they_are(
    alice: ApiClient, cast: Cast, room: str, ten: list[int]
) -> None:
    User.objects.filter(pk=cast.bob.pk).update(suspended_by=1)
    assert texts(alice, room) == ["m0", "m2", "m4", "m6", "m8"]
    told = alice.read(at(room, f"events?after_seq={ten[0] - 1}")).json()["results"]
    assert [row["event"] for row in told] == ["message", "hidden"] * 5
    User.objects.filter(pk=cast.bob.pk).update(suspended_by=None)
    assert len(texts(alice, room)) == 10


def test_c8_what_moderators_took_away_its_author_may_still_read(
    alice: ApiClient, bob: ApiClient, moderator: ApiClient, cast: Cast, room: str
) -> None:
    hidden, removed = say(bob, room, "hidden"), say(bob, room, "removed")
    hide_thing(actor=cast.admin, thing=Message.objects.get(pk=hidden["id"]), **NOTE)
    remove_thing(actor=cast.admin, thing=Message.objects.get(pk=removed["id"]), **NOTE)
    assert texts(alice, room) == []
    assert texts(bob, room) == ["hidden"]
    assert bob.read(of(room, hidden["id"])).json()["state"] == "hidden"
    assert bob.read(of(room, removed["id"])).status_code == 404


def test_m71_a_reported_message_is_read_by_moderators(
    alice: ApiClient, bob: ApiClient, moderator: ApiClient, cast: Cast
) -> None:
    bob.set("/api/settings", {"dm_policy": "everyone"})
    message = write(alice, cast.bob).json()
    path = of(message["room_id"], message["id"])
    assert moderator.read(path).status_code == 404
    report_thing(actor=cast.bob, target_id=int(message["id"]), reason="spam")
    assert moderator.read(path).json()["content"] == "Hello"
    assert moderator.read(of(message["room_id"])).status_code == 404


@pytest.mark.parametrize("kind", ["group", "direct", "public"])
def test_n37_reading_a_conversation_marks_it_and_a_public_room_never(
    alice: ApiClient, carol: ApiClient, cast: Cast, kind: str
) -> None:
    if kind == "direct":
        room = write(alice, cast.carol).json()["room_id"]
    else:
        room = make_room(alice, "Some", kind=kind)
        if kind == "group":
            alice.send(at(room, "members"), {"user_id": str(cast.carol.pk)})
        join(room, carol)
    for n in range(3):
        newest = say(alice, room, f"m{n}")["seq"]
    carol.read(f"{of(room)}?mark_read=false")
    before = seat(room, cast.carol).read_seq
    assert before < newest
    # A token that may only read changes nothing.
    token_client_of(cast.carol, "read").read(of(room))
    assert seat(room, cast.carol).read_seq == before
    carol.read(f"{of(room)}?before={newest}")
    marked = seat(room, cast.carol).read_seq
    assert marked == (before if kind == "public" else newest - 1)
    carol.read(of(room))
    assert seat(room, cast.carol).read_seq == (before if kind == "public" else newest)
    carol.read(f"{of(room)}?before={newest}")
    assert seat(room, cast.carol).read_seq == (before if kind == "public" else newest)


def cost(client: ApiClient, path: str) -> int:
    client.read(path)
    with CaptureQueriesContext(connection) as seen:
        assert client.read(path).status_code == 200
    return len(seen)


@pytest.mark.parametrize("role", [User.Role.MEMBER, User.Role.MODERATOR])
def test_a_page_costs_the_same_however_much_was_said(alice: ApiClient, role: str) -> None:
    reader = client_of(UserFactory.create(role=role))
    costs = []
    for number in (2, 12):
        room = make_room(alice, f"Room {number}")
        people = [client_of(user) for user in UserFactory.create_batch(number)]
        join(room, reader, *people)
        for client in people:
            message = say(client, room, "Hello @alice")["id"]
            reader.send(of(room, message, "reactions"), {"emoji": "👍"})
            reader.send(of(room, message, "star"))
        say(alice, room, reply_to=message)
        costs.append(cost(reader, of(room)))
    assert costs[0] == costs[1] <= 7
