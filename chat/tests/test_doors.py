"""The doors of a room: who reads what was said there, and who hears what happens there, by whatever door (docs/rooms.md)."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.testing import Cast
from chat.actions.edits import purge_old_messages
from chat.models import Message, Room
from chat.tests.rooms import ROOMS, at, join, make_room
from chat.tests.talk import MESSAGES, of, say, write
from moderation.actions.content import hide_thing
from socialsite.lib.invariants import violations
from socialsite.lib.testing.client import ApiClient, code_of
from socialsite.lib.testing.sockets import LiveSite

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]


def hearing(client: ApiClient, room: str) -> set[tuple[int, str]]:
    """Return how the two doors answer by which a room is heard over HTTP."""
    answers = [client.read(at(room, door)) for door in ("events", "stream?once=true")]
    return {(a.status_code, "" if a.status_code == 200 else code_of(a)) for a in answers}


def test_c8_c14_a_public_room_is_read_by_all_and_heard_by_its_members(
    alice: ApiClient, charlie: ApiClient, cast: Cast
) -> None:
    room = make_room(alice)
    say(alice, room)
    assert charlie.read(of(room)).status_code == 200
    assert hearing(charlie, room) == {(403, "not_member")}
    join(room, charlie)
    assert hearing(charlie, room) == {(200, "")}
    alice.set(at(room, "members", cast.charlie.pk), {"banned": True})
    assert hearing(charlie, room) == {(403, "banned")}
    assert code_of(charlie.read(of(room))) == "banned"


def test_c8_c14_a_private_room_is_neither_for_who_is_only_invited(
    alice: ApiClient, bob: ApiClient, cast: Cast
) -> None:
    room = make_room(alice, kind="private")
    say(alice, room)
    alice.send(at(room, "members"), {"user_id": str(cast.bob.pk)})
    assert bob.read(at(room)).json()["last_message"] is None
    assert bob.read(of(room)).status_code == 404
    assert hearing(bob, room) == {(404, "not_found")}


def test_c8_c29_what_was_said_in_a_hidden_room_is_read_by_no_door(
    alice: ApiClient, bob: ApiClient, moderator: ApiClient, cast: Cast
) -> None:
    room = make_room(alice)
    join(room, bob, moderator)
    say(bob, room, "Not for now")
    hide_thing(actor=cast.admin, thing=Room.objects.get(), note="Looked at it.")
    for client in (alice, bob, moderator):
        assert client.read(of(room)).status_code == 404
        assert hearing(client, room) == {(404, "not_found")}
    assert alice.read(at(room)).status_code == 200


def test_n36_across_a_block_a_conversation_is_gone_by_every_door(
    alice: ApiClient, carol: ApiClient, cast: Cast
) -> None:
    room = write(carol, cast.alice).json()["room_id"]
    write(alice, cast.carol)
    alice.set(f"/api/users/{cast.carol.pk}/block")
    for client in (alice, carol):
        answers = [client.read(path) for path in (at(room), at(room, "members"), of(room))]
        assert {answer.status_code for answer in answers} == {404}
        assert hearing(client, room) == {(404, "not_found")}
        assert client.read(f"{ROOMS}?kind=direct").json()["results"] == []
    alice.drop(f"/api/users/{cast.carol.pk}/block")
    assert len(carol.read(of(room)).json()["results"]) == 2


@pytest.mark.django_db(transaction=True)
def test_c8_c14_sockets_refuse_as_the_other_doors_do(
    live_site: LiveSite, alice: ApiClient, bob: ApiClient, cast: Cast
) -> None:
    public, private = make_room(alice), make_room(alice, "Cellar", kind="private")
    alice.set(at(public, "members", cast.carol.pk), {"banned": True})
    topics = [f"room:{room}" for room in (public, private)]
    for client, code in ((bob, "not_member"), (cast.client(cast.carol), "banned")):
        with live_site.connect(client) as line:
            told = line.call("subscribe", topics=topics)
        assert told["accepted"] == []
        assert [row["code"] for row in told["refused"]] == [code, "not_found"]


def stand_of(client: ApiClient, room: str, answer: dict[str, Any]) -> list[Any]:
    """Return what each door says of what a message answers."""
    history = client.read(f"{of(room)}?mark_read=false").json()["results"][-1]
    events = client.read(at(room, f"events?after_seq={answer['seq'] - 1}")).json()["results"]
    single = client.read(of(room, answer["id"])).json()
    listed = client.read(MESSAGES).json()["results"][0]["last_message"]
    return [row["reply_to"] for row in (history, events[0]["data"], single, listed)]


def test_b27_t5_an_answer_says_the_same_of_what_it_answers_also_when_that_is_forgotten(
    alice: ApiClient, carol: ApiClient, cast: Cast
) -> None:
    first = write(alice, cast.carol, "First").json()
    room = first["room_id"]
    answer = say(carol, room, "Second", reply_to=first["id"], client_id="a")
    told = [{"id": first["id"], "seq": first["seq"]}] * 4
    assert stand_of(alice, room, answer) == told
    alice.drop(of(room, first["id"]))
    assert stand_of(alice, room, answer) == told
    Message.objects.filter(pk=first["id"]).update(deleted_at=timezone.now() - timedelta(days=31))
    assert purge_old_messages() == 1
    assert stand_of(alice, room, answer) == told
    assert list(violations()) == []
    again = say(carol, room, "Second", reply_to=first["id"], client_id="a")
    assert again["id"] == answer["id"]
