from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import Presence, SocketHost, SocketUser
from accounts.testing import Cast
from chat.actions.rooms import direct_room
from chat.models import Room
from chat.tests.rooms import ROOMS, at, events, join, make_room, members, names, read
from socialsite.lib.models import Stream, StreamEvent
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]
SHOWN = {
    "id", "name", "slug", "description", "kind", "guests_allowed", "slow_mode_s", "archived", "member_count", "version",
    "created_at", "owner_id", "online_count", "last_seq", "last_message", "unread", "mentions", "read_seq", "role",
    "state", "joined", "muted", "silenced_until",
}  # fmt: skip


def test_c11_c19_whoever_makes_a_room_owns_it_and_is_in_it(alice: ApiClient, cast: Cast) -> None:
    answer = alice.send(ROOMS, {"room_name": "Rock & Roll", "description": "Loud."})
    assert answer.status_code == 201
    room = answer.json()
    assert set(room) == SHOWN
    assert answer.headers["Location"] == f"/api/rooms/{room['id']}"
    assert (room["name"], room["slug"], room["kind"]) == ("Rock & Roll", "rock-roll", "public")
    assert (room["role"], room["state"], room["joined"]) == ("owner", "joined", True)
    assert (room["member_count"], room["owner_id"]) == (1, str(cast.alice.pk))
    assert room["description"] == "Loud."
    assert room["created_at"].endswith("Z")
    assert names(room["id"]) == ["user_joined"]


def test_c11_a_public_name_is_there_once_however_it_is_written(alice: ApiClient) -> None:
    make_room(alice, "General Talk")
    for name in ("General Talk", "general  talk", "GENERAL-TALK", "Ｇeneral Talk"):
        answer = alice.send(ROOMS, {"name": name})
        assert (answer.status_code, code_of(answer)) == (409, "room_name_taken"), name
    assert alice.send(ROOMS, {"name": "General Talk", "kind": "private"}).status_code == 201
    assert alice.send(ROOMS, {"name": "General Talk", "kind": "group"}).status_code == 201


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "required"),
        ({"name": "   "}, "blank"),
        ({"name": "\u200b\u2800"}, "blank"),
        ({"name": "x" * 81}, "max_length"),
        ({"name": "x", "kind": "direct"}, "invalid_choice"),
        ({"name": "x", "room_name": "y"}, "invalid"),
        ({"name": "x", "colour": "red"}, "unknown_field"),
        ({"name": "x", "slow_mode_s": -1}, "min_value"),
        ({"name": "x", "description": "y" * 501}, "max_length"),
        ({"name": "x", "archived": True}, "unknown_field"),
    ],
)
def test_c11_c33_what_is_wrong_with_a_new_room_is_said(
    alice: ApiClient, body: dict[str, Any], code: str
) -> None:
    answer = alice.send(ROOMS, body)
    assert (answer.status_code, code_of(answer)) == (400, code)


@pytest.mark.parametrize(
    ("name", "slug"),
    [("me", "room-me"), ("12345", "room-12345"), ("日本 語", "日本-語"), ("Ünï_códe!", "ünï-códe")],
)
def test_c11_a_name_becomes_a_word_that_a_path_can_have(
    alice: ApiClient, name: str, slug: str
) -> None:
    room = read(alice, make_room(alice, name))
    assert room["slug"] == slug
    assert alice.read(f"/api/users/{slug}").json()["results"][0]["username"] == "alice"


def test_c11_words_that_only_marks_tell_apart_are_other_names(alice: ApiClient) -> None:
    names = ("काम", "किम", "कम", "ที่นี่", "ที่นั่น")
    slugs = {read(alice, make_room(alice, name))["slug"] for name in names}
    assert len(slugs) == len(names)
    for slug in slugs:
        assert alice.read(f"/api/users/{slug}").status_code == 200
    assert code_of(alice.send(ROOMS, {"name": "ที่นี่!"})) == "room_name_taken"
    long = "x" * 79
    assert alice.send(ROOMS, {"name": f"{long}a"}).status_code == 201
    assert alice.send(ROOMS, {"name": f"{long}b"}).status_code == 201


def test_c11_a_name_of_pictures_has_a_word_too(alice: ApiClient) -> None:
    slug = read(alice, make_room(alice, "🎉🎉"))["slug"]
    assert slug.startswith("room-")
    assert alice.read(f"/api/users/{slug}").status_code == 200
    assert code_of(alice.send(ROOMS, {"name": "🎉🎉"})) == "room_name_taken"
    assert alice.send(ROOMS, {"name": "🎈"}).status_code == 201


def test_c9_public_rooms_and_ones_own_are_listed_with_their_figures(
    alice: ApiClient, bob: ApiClient, charlie: ApiClient
) -> None:
    lounge = make_room(alice, "Lounge")
    secret = make_room(alice, "Secret", kind="private")
    join(lounge, bob)
    shown = {row["id"]: row for row in bob.read(ROOMS).json()["results"]}
    assert set(shown) == {lounge}
    assert (shown[lounge]["member_count"], shown[lounge]["joined"]) == (2, True)
    assert (shown[lounge]["unread"], shown[lounge]["online_count"]) == (0, 0)
    assert [row["id"] for row in alice.read(ROOMS).json()["results"]] == [secret, lounge]
    assert [row["state"] for row in charlie.read(ROOMS).json()["results"]] == ["none"]


def test_c9_c5_who_wants_not_to_be_seen_is_not_counted_as_online(
    alice: ApiClient, bob: ApiClient, cast: Cast
) -> None:
    room = make_room(alice)
    join(room, bob)
    here = timezone.now() + timedelta(hours=1)
    host = SocketHost.objects.create(name="web-1", leased_until=here)
    for user in (cast.alice, cast.bob):
        SocketUser.objects.create(host=host, user=user)
    assert read(alice, room)["online_count"] == 2
    Presence.objects.create(user=cast.bob, chosen="invisible", expires_at=here)
    assert read(alice, room)["online_count"] == 1
    Presence.objects.update(expires_at=timezone.now())
    assert read(alice, room)["online_count"] == 2


def test_c9_rooms_are_found_by_the_beginning_of_their_name(alice: ApiClient) -> None:
    found = make_room(alice, "Ärzte ohne Grenzen")
    make_room(alice, "Other")
    for start in ("är", "ÄRZTE  ohne", "A\u0308rz"):
        rows = alice.read(f"{ROOMS}?q={start}").json()["results"]
        assert [row["id"] for row in rows] == [found], start
    assert alice.read(f"{ROOMS}?q=%25").json()["results"] == []


def test_c9_the_list_is_narrowed_by_kind_state_and_archive(
    alice: ApiClient, bob: ApiClient
) -> None:
    public, group = make_room(alice, "A"), make_room(alice, "B", kind="group")
    old = make_room(alice, "C")
    alice.set(at(old), {"archived": True})

    def ids(client: ApiClient, query: str) -> list[str]:
        return [row["id"] for row in client.read(f"{ROOMS}?{query}").json()["results"]]

    assert ids(alice, "kind=group") == [group]
    assert ids(alice, "archived=true") == [old]
    assert ids(bob, "state=joined") == []
    join(public, bob)
    assert ids(bob, "state=joined") == [public]
    assert code_of(alice.read(f"{ROOMS}?colour=red")) == "unknown_field"


def test_c9_a_list_costs_the_same_however_long_it_is(
    alice: ApiClient, bob: ApiClient, django_assert_max_num_queries: Any
) -> None:
    rooms = [make_room(alice, f"Room {n}") for n in range(12)]
    for room in rooms[::2]:
        join(room, bob)
    with django_assert_max_num_queries(10):
        assert len(bob.read(f"{ROOMS}?limit=12").json()["results"]) == 12
    with django_assert_max_num_queries(10):
        assert len(bob.read(f"{ROOMS}?limit=2").json()["results"]) == 2


def test_c9_pages_go_on_by_cursor(alice: ApiClient) -> None:
    rooms = [make_room(alice, f"Room {n}") for n in range(5)]
    page = alice.read(f"{ROOMS}?limit=3&count=true").json()
    rest = alice.read(page["next"]).json()
    assert [row["id"] for row in page["results"] + rest["results"]] == rooms[::-1]
    assert page["count"] == 5


def test_c6_c31_moderators_of_a_room_edit_it_and_its_members_hear_of_it(
    alice: ApiClient, bob: ApiClient, cast: Cast
) -> None:
    room = make_room(alice)
    join(room, bob)
    assert code_of(bob.set(at(room), {"name": "Mine"})) == "permission_denied"
    alice.set(at(room, "members", cast.bob.pk), {"role": "moderator"})
    answer = bob.set(at(room), {"name": "Ours", "description": "New", "slow_mode_s": 30})
    assert answer.status_code == 200
    shown = answer.json()
    assert (shown["name"], shown["slug"], shown["slow_mode_s"]) == ("Ours", "ours", 30)
    assert shown["version"] == 2
    assert events(room)[-1] == ("room_updated", {"change": "edited"})
    before = len(events(room))
    assert bob.set(at(room), {"name": "Ours"}).json()["version"] == 2
    assert len(events(room)) == before


def test_c6_a_version_that_is_not_there_any_more_is_refused(alice: ApiClient) -> None:
    room = make_room(alice)
    tag = alice.read(at(room)).headers["ETag"]
    assert alice.set(at(room), {"name": "One"}, If_Match=tag).status_code == 200
    assert alice.set(at(room), {"name": "Two"}, If_Match=tag).status_code == 412
    assert alice.read(at(room), If_None_Match=tag).status_code == 200


def test_c6_a_name_that_another_has_is_not_taken_by_renaming(alice: ApiClient) -> None:
    make_room(alice, "Lounge")
    other = make_room(alice, "Other")
    answer = alice.set(at(other), {"name": "lounge"})
    assert (answer.status_code, code_of(answer)) == (409, "room_name_taken")
    assert read(alice, other)["name"] == "Other"


def test_c6_an_archived_room_is_read_and_not_changed(alice: ApiClient, bob: ApiClient) -> None:
    room = make_room(alice)
    join(room, bob)
    assert code_of(bob.set(at(room), {"archived": True})) == "permission_denied"
    assert alice.set(at(room), {"archived": True}).json()["archived"] is True
    assert events(room)[-1] == ("room_updated", {"change": "archived"})
    assert code_of(alice.set(at(room), {"name": "New"})) == "room_archived"
    assert read(bob, room)["archived"] is True
    assert alice.set(at(room), {"archived": False, "name": "New"}).json()["name"] == "New"
    assert read(bob, room)["archived"] is False


def test_c6_c14_nobody_joins_what_is_archived(alice: ApiClient, bob: ApiClient) -> None:
    room = make_room(alice)
    alice.set(at(room), {"archived": True})
    answer = bob.send(at(room, "join"))
    assert (answer.status_code, code_of(answer)) == (409, "room_archived")


def test_c6_only_its_owner_deletes_a_room_and_its_name_is_free(
    alice: ApiClient, bob: ApiClient, moderator: ApiClient
) -> None:
    room = make_room(alice)
    join(room, bob)
    assert code_of(bob.drop(at(room))) == "permission_denied"
    assert alice.drop(at(room)).status_code == 204
    assert [client.read(at(room)).status_code for client in (alice, bob)] == [404, 404]
    assert moderator.read(at(room)).status_code == 200
    assert bob.read(ROOMS).json()["results"] == []
    assert moderator.read(ROOMS).json()["results"] == []
    assert alice.drop(at(room)).status_code == 404
    make_room(bob)


def test_c6_rooms_ask_for_a_sign_in(api: ApiClient, alice: ApiClient) -> None:
    room = make_room(alice)
    for path in (ROOMS, at(room), at(room, "members"), at(room, "events"), f"/api/users/{room}"):
        assert api.read(path).status_code == 401


def test_c6_a_private_room_is_like_none_for_others(alice: ApiClient, bob: ApiClient) -> None:
    room = make_room(alice, kind="private")
    assert {bob.read(at(room)).status_code, bob.send(at(room, "join")).status_code} == {404}
    assert bob.read(f"/api/users/{room}").status_code == 404


def test_c10_an_id_of_a_person_and_of_a_room_have_two_shapes_at_one_path(
    alice: ApiClient, cast: Cast
) -> None:
    room = make_room(alice)
    assert alice.read(f"/api/users/{cast.alice.pk}").json()["username"] == "alice"
    assert "bio" in alice.read(f"/api/users/{cast.alice.pk}").json()
    rows = alice.read(f"/api/users/{room}").json()["results"]
    assert [(row["username"], row["role"], row["status"]) for row in rows] == [
        ("alice", "owner", "offline")
    ]
    assert alice.read("/api/users/lounge").json()["results"] == rows
    assert alice.read("/api/users/LOUNGE").json()["results"] == rows
    assert alice.read("/api/users/nowhere").status_code == 404
    assert Room.objects.count() == 1


def test_b44_c21_members_list_when_they_came(alice: ApiClient, bob: ApiClient) -> None:
    room = make_room(alice)
    join(room, bob)
    found = members(bob, room)
    assert list(found) == ["alice", "bob"]
    assert all(row["joined_at"].endswith("Z") for row in found.values())
    assert [row["role"] for row in found.values()] == ["owner", "member"]


def test_c29_events_that_are_not_kept_any_more_are_told_so(alice: ApiClient) -> None:
    room = make_room(alice)
    for name in ("One", "Two", "Three"):
        alice.set(at(room), {"name": name})
    StreamEvent.objects.filter(stream=int(room), seq__lt=3).delete()
    Stream.objects.filter(pk=int(room)).update(oldest_seq=3)
    gone = alice.read(at(room, "events?after_seq=1"))
    assert (gone.status_code, code_of(gone)) == (410, "events_expired")
    told = alice.read(at(room, "events")).json()
    assert ([row["seq"] for row in told["results"]], told["oldest_seq"]) == ([3, 4], 3)
    assert [row["seq"] for row in alice.read(at(room, "events?after_seq=3")).json()["results"]] == [
        4
    ]
    assert alice.read(at(room, "events?after_seq=99")).json()["results"] == []


def test_c29_events_are_for_members_and_cost_the_same_however_many(
    alice: ApiClient, bob: ApiClient, django_assert_max_num_queries: Any
) -> None:
    room = make_room(alice)
    refused = bob.read(at(room, "events"))
    assert (refused.status_code, code_of(refused)) == (403, "not_member")
    for client in (bob, bob):
        join(room, client)
        client.send(at(room, "leave"))
    for number in range(6):
        alice.set(at(room), {"name": f"Name {number}"})
    with django_assert_max_num_queries(12):
        assert len(alice.read(at(room, "events")).json()["results"]) == 11
    assert alice.read(at(room, "events?limit=501")).status_code == 400


def test_c9_a_room_costs_few_statements(
    alice: ApiClient, django_assert_max_num_queries: Any
) -> None:
    room = make_room(alice)
    with django_assert_max_num_queries(9):
        read(alice, room)


def test_n53_a_conversation_of_two_is_neither_joined_nor_changed(
    alice: ApiClient, bob: ApiClient, cast: Cast
) -> None:
    with transaction.atomic():
        made = direct_room(cast.bob, cast.alice)
        assert direct_room(cast.alice, cast.bob) == made
    room = str(made.pk)
    for answer in (
        alice.set(at(room), {"name": "Us"}),
        alice.drop(at(room)),
        alice.send(at(room, "leave")),
        alice.send(at(room, "members"), {"user_id": cast.carol.pk}),
        alice.set(at(room, "members", cast.bob.pk), {"banned": True}),
        alice.drop(at(room, "members", cast.bob.pk)),
    ):
        assert (answer.status_code, code_of(answer)) == (409, "invalid_state")
    assert alice.read(ROOMS).json()["results"] == []
    listed = alice.read(f"{ROOMS}?kind=direct").json()["results"]
    assert [(row["id"], row["role"], row["member_count"]) for row in listed] == [
        (room, "member", 2)
    ]
    assert alice.set(at(room, "members", "me"), {"muted": True}).status_code == 200
    assert set(members(bob, room)) == {"alice", "bob"}
