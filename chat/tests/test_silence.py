"""Who may only read does only that, however they come back; and a slow room is slow for all that people can put into it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.testing import Cast
from chat.models import Membership, Message, Silence
from chat.tests.rooms import at, events, join, make_room, members, read
from chat.tests.talk import MESSAGES, of, say
from socialsite.lib.api.serializers import rfc3339
from socialsite.lib.invariants import violations
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]


@pytest.fixture
def room(alice: ApiClient, bob: ApiClient) -> str:
    made = make_room(alice)
    join(made, bob)
    return made


def silence(client: ApiClient, room: str, user: Any, hours: int = 1) -> str:
    until = rfc3339(timezone.now() + timedelta(hours=hours))
    answer = client.set(at(room, "members", user.pk), {"silenced_until": until})
    assert answer.status_code == 200, answer.content
    return until


def writing(client: ApiClient, room: str) -> tuple[int, str]:
    answer = client.send(MESSAGES, {"room_id": room, "content": "Hello"})
    return answer.status_code, "" if answer.status_code == 201 else code_of(answer)


@pytest.mark.parametrize("how", ["leaves", "is removed", "is banned"])
def test_b44_c27_nobody_ends_a_silence_by_coming_back(
    alice: ApiClient, bob: ApiClient, cast: Cast, room: str, how: str
) -> None:
    until, path = silence(alice, room, cast.bob), at(room, "members", cast.bob.pk)
    if how == "leaves":
        bob.send(at(room, "leave"))
    elif how == "is removed":
        alice.drop(path)
    else:
        for banned in (True, False):
            alice.set(path, {"banned": banned})
    join(room, bob)
    assert read(bob, room)["silenced_until"] == until
    assert writing(bob, room) == (403, "silenced")
    alice.set(path, {"silenced_until": None})
    bob.send(at(room, "leave"))
    join(room, bob)
    assert writing(bob, room) == (201, "")
    assert not Silence.objects.exists()


def test_b44_a_silence_that_is_over_is_forgotten(
    alice: ApiClient, bob: ApiClient, charlie: ApiClient, cast: Cast, room: str
) -> None:
    join(room, charlie)
    silence(alice, room, cast.bob)
    bob.send(at(room, "leave"))
    Silence.objects.update(until=timezone.now())
    silence(alice, room, cast.charlie)
    charlie.send(at(room, "leave"))
    assert [row.user for row in Silence.objects.all()] == [cast.charlie]


def test_b44_b27_who_is_silenced_puts_nothing_on_messages_and_takes_back_what_they_put(
    alice: ApiClient, carol: ApiClient, cast: Cast
) -> None:
    room = make_room(alice, kind="group", user_ids=[str(cast.carol.pk)])
    message = of(room, say(alice, room)["id"])
    own = of(room, say(carol, room)["id"])
    assert carol.send(f"{message}/reactions", {"emoji": "👍"}).status_code == 200
    silence(alice, room, cast.carol)
    for answer in (
        carol.send(f"{message}/reactions", {"emoji": "🎉"}),
        carol.send(f"{message}/pin"),
        carol.set(own, {"content": "More"}),
    ):
        assert (answer.status_code, code_of(answer)) == (403, "silenced")
    assert carol.drop(f"{message}/reactions", {"emoji": "👍"}).status_code == 200
    assert carol.drop(own).status_code == 204


@pytest.mark.parametrize("role", ["moderator", "owner"])
def test_c27_who_comes_to_moderate_a_room_is_silenced_no_more(
    alice: ApiClient, bob: ApiClient, cast: Cast, room: str, role: str
) -> None:
    silence(alice, room, cast.bob)
    alice.set(at(room, "members", cast.bob.pk), {"role": role})
    assert writing(bob, room) == (201, "")
    changes = [said for name, said in events(room) if name == "room_members"]
    assert (changes[-1]["change"], changes[-1]["silenced_until"]) == ("role", None)
    assert list(violations()) == []


def test_c15_a_silenced_heir_can_write(
    alice: ApiClient, bob: ApiClient, cast: Cast, room: str
) -> None:
    silence(alice, room, cast.bob)
    alice.send(at(room, "leave"))
    assert members(bob, room)["bob"]["role"] == "owner"
    assert writing(bob, room) == (201, "")


def test_b44_a_slow_room_is_slow_for_who_comes_back_too(
    alice: ApiClient, bob: ApiClient, room: str
) -> None:
    alice.set(at(room), {"slow_mode_s": 30})
    message = say(bob, room)
    for again in (lambda: bob.send(at(room, "leave")), lambda: bob.drop(of(room, message["id"]))):
        again()
        join(room, bob)
        assert writing(bob, room) == (429, "slow_mode")


def test_b44_b5_a_slow_room_takes_edits_only_so_often(
    alice: ApiClient, bob: ApiClient, cast: Cast, room: str
) -> None:
    paths = [of(room, say(bob, room, text)["id"]) for text in ("one", "two")]
    alice.set(at(room), {"slow_mode_s": 30})
    # What was just written may be put right once.
    assert bob.set(paths[0], {"content": "once"}).status_code == 200
    assert bob.set(paths[0], {"content": "once"}).status_code == 200
    for path in paths:
        answer = bob.set(path, {"content": "twice"})
        assert (answer.status_code, code_of(answer)) == (429, "slow_mode")
        assert 0 < int(answer.headers["Retry-After"]) <= 30
    past = timezone.now() - timedelta(seconds=31)
    Message.objects.filter(edited_at__isnull=False).update(edited_at=past)
    assert bob.set(paths[1], {"content": "twice"}).status_code == 200
    assert Membership.objects.filter(room=int(room)).count() == 2
