from typing import Any

import pytest

from accounts.testing import Cast, UserFactory, client_of
from chat.actions.pins import MAX_PINS
from chat.models import Message, MessageReaction
from chat.tests.rooms import events, join, make_room
from chat.tests.talk import of, say, texts, write
from socialsite.lib.errors import Invalid
from socialsite.lib.invariants import violations
from socialsite.lib.testing.client import ApiClient, code_of
from socialsite.lib.text.emoji import clean_emoji

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]


@pytest.fixture
def room(alice: ApiClient, bob: ApiClient) -> str:
    made = make_room(alice)
    join(made, bob)
    return made


@pytest.fixture
def message(alice: ApiClient, room: str) -> dict[str, Any]:
    return say(alice, room)


def test_b27_people_react_with_emoji_once_each(
    alice: ApiClient, bob: ApiClient, cast: Cast, room: str, message: dict[str, Any]
) -> None:
    path = of(room, message["id"], "reactions")
    for client, emoji in ((alice, "👍"), (bob, "👍"), (bob, "👍"), (bob, "🎉")):
        answer = client.send(path, {"emoji": emoji})
        assert answer.status_code == 200
    assert answer.json()["reactions"] == [
        {"emoji": "👍", "count": 2, "reacted": True},
        {"emoji": "🎉", "count": 1, "reacted": True},
    ]
    seen = alice.read(of(room, message["id"])).json()["reactions"]
    assert [row["reacted"] for row in seen] == [True, False]
    said = [data for name, data in events(room) if name == "reaction"]
    assert len(said) == 3
    assert said[1] == {
        "room_id": room, "message_id": message["id"], "seq_of_message": message["seq"], "emoji": "👍",
        "added": True, "user_id": str(cast.bob.pk), "count": 2,
    }  # fmt: skip
    assert not list(violations())


def test_b27_a_reaction_is_taken_back_once(
    alice: ApiClient, bob: ApiClient, room: str, message: dict[str, Any]
) -> None:
    path = of(room, message["id"], "reactions")
    for client in (alice, bob):
        client.send(path, {"emoji": "👍"})
    for _ in range(2):
        assert bob.drop(path, {"emoji": "👍"}).json()["reactions"][0]["count"] == 1
    assert alice.drop(path, {"emoji": "👍"}).json()["reactions"] == []
    assert [data["count"] for name, data in events(room) if name == "reaction"] == [1, 2, 1, 0]
    assert not MessageReaction.objects.exists()
    assert not list(violations())


@pytest.mark.parametrize("emoji", ["", "a", "👍👍", ":+1:", "<b>", "1", "🇩", "x" * 65])
def test_b27_c33_only_one_emoji_is_a_reaction(
    alice: ApiClient, room: str, message: dict[str, Any], emoji: str
) -> None:
    answer = alice.send(of(room, message["id"], "reactions"), {"emoji": emoji})
    assert answer.status_code == 400
    assert not MessageReaction.objects.exists()


@pytest.mark.once
@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("❤", "❤️"), ("❤️", "❤️"), ("✅", "✅"), ("✅\ufe0f", "✅"), ("👍🏽", "👍🏽"), ("🇩🇪", "🇩🇪"), ("1⃣", "1️⃣"),
        ("🏳‍🌈", "🏳️‍🌈"), ("👨‍👩‍👧‍👦", "👨‍👩‍👧‍👦"), ("🤷🏽‍♀", "🤷🏽‍♀️"), ("👍\ufe0f", "👍"),
    ],
)  # fmt: skip
def test_b27_an_emoji_has_one_spelling(raw: str, kept: str) -> None:
    assert clean_emoji(raw) == kept


@pytest.mark.once
@pytest.mark.parametrize(
    "raw", ["\u200d", "👍\u200d", "\u200d👍", "🏽x", "👍" * 40, "\U0001f3f4\U000e007f"]
)
def test_b27_what_only_looks_like_an_emoji_is_refused(raw: str) -> None:
    with pytest.raises(Invalid):
        clean_emoji(raw)


def test_b27_a_message_takes_so_many_kinds_of_emoji(
    alice: ApiClient, room: str, message: dict[str, Any]
) -> None:
    path = of(room, message["id"], "reactions")
    for number in range(30):
        assert alice.send(path, {"emoji": chr(0x1F600 + number)}).status_code == 200
    assert code_of(alice.send(path, {"emoji": "👍"})) == "conflict"


def test_b27_who_is_not_in_the_room_does_not_react(
    charlie: ApiClient, room: str, message: dict[str, Any]
) -> None:
    answer = charlie.send(of(room, message["id"], "reactions"), {"emoji": "👍"})
    assert (answer.status_code, code_of(answer)) == (403, "not_member")


def test_b27_nobody_reacts_to_what_is_gone(
    alice: ApiClient, bob: ApiClient, room: str, message: dict[str, Any]
) -> None:
    path = of(room, message["id"], "reactions")
    bob.send(path, {"emoji": "👍"})
    alice.drop(of(room, message["id"]))
    assert bob.send(path, {"emoji": "🎉"}).status_code == 404
    assert not list(violations())


def test_b27_moderators_of_a_room_pin_and_members_read_it(
    alice: ApiClient, bob: ApiClient, cast: Cast, room: str, message: dict[str, Any]
) -> None:
    path = of(room, message["id"], "pin")
    assert bob.send(path).status_code == 403
    for _ in range(2):
        assert alice.send(path).json()["pinned"] is True
    say(bob, room, "Other")
    assert texts(bob, room, "?pinned=true") == ["Hello"]
    for _ in range(2):
        assert alice.drop(path).json()["pinned"] is False
    said = [data for name, data in events(room) if name == "pin"]
    assert [(row["pinned"], row["by"]) for row in said] == [
        (True, str(cast.alice.pk)), (False, str(cast.alice.pk)),
    ]  # fmt: skip


def test_b27_both_of_a_conversation_pin(alice: ApiClient, carol: ApiClient, cast: Cast) -> None:
    said = write(alice, cast.carol).json()
    assert carol.send(of(said["room_id"], said["id"], "pin")).status_code == 200
    assert alice.drop(of(said["room_id"], said["id"], "pin")).status_code == 200


def test_b27_a_room_has_so_many_pins(alice: ApiClient, room: str) -> None:
    ids = [say(alice, room, f"m{n}")["id"] for n in range(MAX_PINS + 1)]
    answers = [alice.send(of(room, pk, "pin")) for pk in ids]
    assert {answer.status_code for answer in answers[:-1]} == {200}
    assert code_of(answers[-1]) == "conflict"
    assert alice.send(of(room, ids[0], "pin")).status_code == 200


def test_b27_a_star_is_one_s_own_bookmark(
    alice: ApiClient, bob: ApiClient, room: str, message: dict[str, Any]
) -> None:
    path = of(room, message["id"], "star")
    for _ in range(2):
        assert bob.send(path).json()["starred"] is True
    assert alice.read(of(room, message["id"])).json()["starred"] is False
    [kept] = bob.read("/api/bookmarks").json()["results"]
    assert kept["object"]["content"] == "Hello"
    assert "client_id" not in kept["object"]
    assert not alice.read("/api/bookmarks").json()["results"]
    for _ in range(2):
        assert bob.drop(path).json()["starred"] is False
    assert not bob.read("/api/bookmarks").json()["results"]


def test_b27_a_star_goes_dark_with_what_it_is_on(
    alice: ApiClient, bob: ApiClient, room: str, message: dict[str, Any]
) -> None:
    bob.send(of(room, message["id"], "star"))
    alice.drop(of(room, message["id"]))
    assert "Hello" not in bob.read("/api/bookmarks").content.decode()


def test_b27_who_reads_a_public_room_may_star_it_without_joining(
    charlie: ApiClient, room: str, message: dict[str, Any]
) -> None:
    assert charlie.send(of(room, message["id"], "star")).status_code == 200


def test_b27_counts_hold_whoever_does_what_in_which_order(alice: ApiClient, room: str) -> None:
    message = say(alice, room)
    people = [client_of(user) for user in UserFactory.create_batch(3)]
    join(room, *people)
    path = of(room, message["id"], "reactions")
    for step in range(24):
        client, emoji = people[step % 3], "👍🎉❤"[step % 2]
        act = client.drop if step % 5 == 0 else client.send
        assert act(path, {"emoji": emoji}).status_code == 200
        assert not list(violations())
    assert Message.objects.get().reaction_counts
