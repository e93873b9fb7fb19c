from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.actions import blocks
from accounts.models import User
from accounts.testing import Cast, UserFactory, client_of
from chat.actions import joining as actions
from chat.models import Membership, Room
from chat.tests.rooms import ROOMS, at, events, join, make_room, members, names, read
from moderation.models import AuditEntry
from notifications.models import Notification
from socialsite.lib.api.serializers import rfc3339
from socialsite.lib.invariants import violations
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]


def seat(room: str, user: User) -> Membership | None:
    return Membership.objects.filter(room=int(room), user=user).first()


def test_n83_a_group_begins_with_connections_in_it_and_others_invited(
    alice: ApiClient, carol: ApiClient, bob: ApiClient, cast: Cast
) -> None:
    ids = [str(cast.carol.pk), str(cast.bob.pk)]
    room = alice.send(ROOMS, {"kind": "group", "user_ids": ids}).json()
    assert (room["kind"], room["name"], room["member_count"]) == ("group", "", 2)
    assert read(carol, room["id"])["state"] == "joined"
    assert read(bob, room["id"])["state"] == "invited"
    assert [row["id"] for row in bob.read(f"{ROOMS}?state=invited").json()["results"]] == [
        room["id"]
    ]
    assert "invitation" in names(cast.bob.pk)
    told = Notification.objects.get(recipient=cast.bob, type="room_invitation")
    assert (told.target_id, told.actor_id) == (int(room["id"]), cast.alice.pk)


def test_c14_n83_an_invitation_is_taken_up_by_joining_and_declined_by_leaving(
    alice: ApiClient, bob: ApiClient, charlie: ApiClient, cast: Cast
) -> None:
    room = make_room(alice, kind="private")
    for user in (cast.bob, cast.charlie):
        answer = alice.send(at(room, "members"), {"user_id": str(user.pk)})
        assert answer.status_code == 200
    assert set(members(alice, room, "?state=invited")) == {"bob", "charlie"}
    assert bob.send(at(room, "join")).json()["state"] == "joined"
    assert charlie.send(at(room, "leave")).status_code == 204
    assert charlie.read(at(room)).status_code == 404
    assert read(alice, room)["member_count"] == 2
    assert names(room) == ["user_joined", "user_joined"]


def test_c31_only_moderators_ask_people_into_what_is_not_public(
    alice: ApiClient, bob: ApiClient, cast: Cast
) -> None:
    public, private = make_room(alice), make_room(alice, kind="private")
    alice.send(at(private, "members"), {"user_id": cast.bob.pk})
    join(public, bob)
    join(private, bob)
    body = {"user_ids": [cast.charlie.pk]}
    assert bob.send(at(public, "members"), body).status_code == 200
    assert code_of(bob.send(at(private, "members"), body)) == "permission_denied"
    assert code_of(bob.read(at(private, "members?state=invited"))) == "permission_denied"


def test_t3_nobody_is_asked_in_across_a_block(
    alice: ApiClient, mallory: ApiClient, charlie: ApiClient, cast: Cast
) -> None:
    room, other = make_room(alice), make_room(mallory, "Other")
    assert alice.send(at(room, "members"), {"user_id": cast.mallory.pk}).status_code == 404
    assert mallory.send(at(other, "members"), {"user_id": cast.alice.pk}).status_code == 404
    assert charlie.send(at(room, "members"), {"user_id": cast.bob.pk}).status_code == 403
    assert alice.send(at(room, "members"), {}).status_code == 400
    assert Membership.objects.filter(state="invited").count() == 0


def test_t3_who_is_blocked_shares_a_public_room_and_is_not_shown(
    alice: ApiClient, mallory: ApiClient, bob: ApiClient
) -> None:
    room = make_room(alice)
    join(room, mallory, bob)
    assert set(members(bob, room)) == {"alice", "bob", "mallory"}
    assert set(members(alice, room)) == {"alice", "bob"}
    assert set(members(mallory, room)) == {"bob", "mallory"}
    assert {read(client, room)["member_count"] for client in (alice, mallory)} == {3}


def test_c27_a_moderator_of_a_room_can_remove_who_hides_behind_a_block(
    alice: ApiClient, bob: ApiClient, cast: Cast
) -> None:
    room = make_room(alice)
    join(room, bob)
    blocks.block_user(actor=cast.bob, target=cast.alice)
    assert alice.drop(at(room, "members", "@bob")).status_code == 204
    assert alice.drop(at(room, "members", "@bob")).status_code == 404
    assert seat(room, cast.bob) is None


def test_c27_the_owner_gives_roles_and_the_members_hear_of_it(
    alice: ApiClient, bob: ApiClient, cast: Cast
) -> None:
    room = make_room(alice)
    join(room, bob)
    answer = alice.set(at(room, "members", cast.bob.pk), {"role": "moderator"})
    assert (answer.status_code, answer.json()["role"]) == (200, "moderator")
    name, said = events(room)[-1]
    assert name == "room_members"
    assert (said["user_id"], said["change"], said["role"], said["by"]) == (
        str(cast.bob.pk), "role", "moderator", str(cast.alice.pk)
    )  # fmt: skip
    before = len(events(room))
    alice.set(at(room, "members", cast.bob.pk), {"role": "moderator"})
    assert len(events(room)) == before
    refused = bob.set(at(room, "members", cast.alice.pk), {"role": "member"})
    assert code_of(refused) == "permission_denied"


def test_c27_a_room_is_handed_over_and_never_without_owner(
    alice: ApiClient, bob: ApiClient, cast: Cast
) -> None:
    room = make_room(alice)
    join(room, bob)
    refused = alice.set(at(room, "members", "me"), {"role": "member"})
    assert (refused.status_code, code_of(refused)) == (409, "owner_must_stay")
    alice.set(at(room, "members", cast.bob.pk), {"role": "owner"})
    roles = {name: row["role"] for name, row in members(bob, room).items()}
    assert roles == {"alice": "moderator", "bob": "owner"}
    assert read(bob, room)["owner_id"] == str(cast.bob.pk)
    assert code_of(alice.drop(at(room))) == "permission_denied"


def test_c27_who_is_removed_may_come_again(
    alice: ApiClient, bob: ApiClient, charlie: ApiClient, cast: Cast
) -> None:
    room = make_room(alice)
    join(room, bob, charlie)
    assert code_of(charlie.drop(at(room, "members", cast.bob.pk))) == "permission_denied"
    assert alice.drop(at(room, "members", cast.bob.pk)).status_code == 204
    name, said = events(room)[-1]
    assert (name, said["change"], said["member_count"]) == ("room_members", "removed", 2)
    assert events(cast.bob.pk)[-1] == ("room_lost", {"room_id": room, "reason": "removed"})
    join(room, bob)
    assert read(alice, room)["member_count"] == 3


def test_c27_who_is_banned_stays_out_until_unbanned(
    alice: ApiClient, bob: ApiClient, cast: Cast
) -> None:
    room = make_room(alice)
    join(room, bob)
    path = at(room, "members", cast.bob.pk)
    assert alice.set(path, {"banned": True}).json()["state"] == "banned"
    assert alice.set(path, {"banned": True}).status_code == 200
    assert [said["change"] for name, said in events(room) if name == "room_members"] == ["banned"]
    refused = bob.send(at(room, "join"))
    assert (refused.status_code, code_of(refused)) == (403, "banned")
    assert set(members(alice, room, "?state=banned")) == {"bob"}
    assert code_of(alice.send(at(room, "members"), {"user_id": cast.bob.pk})) == "banned"
    assert alice.drop(path).status_code == 404
    assert alice.set(path, {"banned": False}).json()["state"] == "none"
    join(room, bob)


def test_c27_somebody_is_banned_before_they_come(
    alice: ApiClient, bob: ApiClient, cast: Cast
) -> None:
    room = make_room(alice)
    assert alice.set(at(room, "members", cast.bob.pk), {"banned": True}).status_code == 200
    assert code_of(bob.send(at(room, "join"))) == "banned"
    assert read(alice, room)["member_count"] == 1


def test_c27_moderators_act_on_members_and_not_on_each_other(
    alice: ApiClient, bob: ApiClient, charlie: ApiClient, carol: ApiClient, cast: Cast
) -> None:
    room = make_room(alice)
    join(room, bob, carol, charlie)
    for user in (cast.bob, cast.carol):
        alice.set(at(room, "members", user.pk), {"role": "moderator"})
    for user in (cast.carol, cast.alice):
        assert code_of(bob.drop(at(room, "members", user.pk))) == "permission_denied"
        refused = bob.set(at(room, "members", user.pk), {"banned": True})
        assert code_of(refused) == "permission_denied"
    assert bob.drop(at(room, "members", cast.charlie.pk)).status_code == 204


def test_c27_b44_a_member_is_silenced_until_a_time(
    alice: ApiClient, bob: ApiClient, cast: Cast
) -> None:
    room = make_room(alice)
    join(room, bob)
    until = rfc3339(timezone.now() + timedelta(hours=1))
    path = at(room, "members", cast.bob.pk)
    assert alice.set(path, {"silenced_until": until}).json()["silenced_until"] == until
    assert events(room)[-1][1]["change"] == "silenced"
    assert read(bob, room)["silenced_until"] == until
    assert members(bob, room)["bob"]["silenced_until"] == until
    assert alice.set(path, {"silenced_until": None}).json()["silenced_until"] is None
    past = rfc3339(timezone.now() - timedelta(hours=1))
    assert alice.set(path, {"silenced_until": past}).status_code == 400
    refused = bob.set(at(room, "members", cast.alice.pk), {"silenced_until": until})
    assert code_of(refused) == "permission_denied"


def test_b44_everybody_mutes_a_room_for_themselves(
    alice: ApiClient, bob: ApiClient, cast: Cast
) -> None:
    room = make_room(alice)
    join(room, bob)
    before = len(events(room))
    assert bob.set(at(room, "members", "me"), {"muted": True}).status_code == 200
    assert (read(bob, room)["muted"], read(alice, room)["muted"]) == (True, False)
    assert len(events(room)) == before
    refused = alice.set(at(room, "members", cast.bob.pk), {"muted": True})
    assert code_of(refused) == "permission_denied"


def test_c27_a_change_of_a_member_is_one_thing(
    alice: ApiClient, bob: ApiClient, cast: Cast
) -> None:
    room = make_room(alice)
    join(room, bob)
    path = at(room, "members", cast.bob.pk)
    both = {"role": "moderator", "banned": True}
    assert {alice.set(path, body).status_code for body in ({}, both, {"role": "king"})} == {400}


def test_c15_the_owner_who_leaves_hands_over_to_the_longest_moderator(
    alice: ApiClient, bob: ApiClient, charlie: ApiClient, carol: ApiClient, cast: Cast
) -> None:
    room = make_room(alice)
    join(room, bob, carol, charlie)
    alice.set(at(room, "members", cast.charlie.pk), {"role": "moderator"})
    assert alice.send(at(room, "leave")).status_code == 204
    assert read(bob, room)["owner_id"] == str(cast.charlie.pk)
    assert charlie.send(at(room, "leave")).status_code == 204
    assert read(bob, room)["owner_id"] == str(cast.bob.pk)
    assert [said["role"] for name, said in events(room) if name == "room_members"][-1] == "owner"
    assert names(room)[-2:] == ["user_left", "room_members"]


def test_c15_a_suspended_heir_waits_behind_the_others(
    alice: ApiClient, bob: ApiClient, charlie: ApiClient, cast: Cast
) -> None:
    room = make_room(alice)
    join(room, bob, charlie)
    User.objects.filter(pk=cast.bob.pk).update(suspended_by=1)
    alice.send(at(room, "leave"))
    assert read(charlie, room)["owner_id"] == str(cast.charlie.pk)


def test_c15_leaving_twice_changes_nothing(alice: ApiClient, bob: ApiClient) -> None:
    room = make_room(alice)
    join(room, bob)
    assert {bob.send(at(room, "leave")).status_code for _ in range(3)} == {204}
    assert names(room) == ["user_joined", "user_joined", "user_left"]
    assert read(bob, room)["state"] == "none"


def test_c15_a_public_room_waits_for_its_next_owner_and_a_group_ends(
    alice: ApiClient, bob: ApiClient, cast: Cast
) -> None:
    room, group = make_room(alice), make_room(alice, "Team", kind="group")
    for path in (room, group):
        assert alice.send(at(path, "leave")).status_code == 204
    assert read(bob, room)["member_count"] == 0
    assert bob.send(at(room, "join")).json()["role"] == "owner"
    ended = Room.objects.get(pk=group)
    assert ended.archived_at is not None
    assert ended.version == 2
    verbs = AuditEntry.objects.filter(target_id=int(group)).values_list("verb", flat=True)
    assert "room_archived" in verbs


def test_c14_joining_twice_tells_once(alice: ApiClient, bob: ApiClient) -> None:
    room = make_room(alice)
    join(room, bob, bob, bob)
    assert names(room) == ["user_joined", "user_joined"]
    shown = read(bob, room)
    assert (shown["read_seq"], shown["last_seq"], shown["member_count"]) == (2, 2, 2)


def test_n83_a_group_is_full_at_its_limit(
    alice: ApiClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chat.actions.members.MAX_IN_GROUP", 2)
    group = make_room(alice, kind="group")
    assert alice.send(at(group, "members"), {"user_id": cast.carol.pk}).status_code == 200
    refused = alice.send(at(group, "members"), {"user_id": cast.bob.pk})
    assert (refused.status_code, code_of(refused)) == (409, "room_full")
    ids = [str(user.pk) for user in (cast.carol, cast.bob)]
    assert code_of(alice.send(ROOMS, {"kind": "group", "user_ids": ids})) == "room_full"
    assert actions.MAX_IN_GROUP == 250


def test_c10_a_list_of_members_costs_the_same_however_long_it_is(
    alice: ApiClient, django_assert_max_num_queries: Any
) -> None:
    room = make_room(alice)
    for user in UserFactory.create_batch(12):
        join(room, client_of(user))
    with django_assert_max_num_queries(8):
        assert len(alice.read(at(room, "members?limit=13")).json()["results"]) == 13
    with django_assert_max_num_queries(8):
        page = alice.read(at(room, "members?limit=3")).json()
    assert len(page["results"]) == 3
    assert alice.read(page["next"]).json()["previous"]


def test_c18_when_somebody_was_last_seen_is_told_to_members_alone(
    alice: ApiClient, bob: ApiClient, charlie: ApiClient, cast: Cast
) -> None:
    room = make_room(alice)
    join(room, bob)
    User.objects.update(last_active_at=timezone.now())
    assert members(bob, room)["alice"]["last_seen"] is not None
    assert members(charlie, room)["alice"]["last_seen"] is None
    User.objects.filter(pk=cast.alice.pk).update(show_last_seen=False)
    assert members(bob, room)["alice"]["last_seen"] is None


def test_c27_n83_the_owner_asks_people_in_as_moderators(
    alice: ApiClient, bob: ApiClient, carol: ApiClient, cast: Cast
) -> None:
    room = make_room(alice, kind="group")
    ids = [str(cast.carol.pk), str(cast.bob.pk)]
    answer = alice.send(at(room, "members"), {"user_ids": ids, "role": "moderator"})
    assert answer.status_code == 200
    assert members(alice, room)["carol"]["role"] == "moderator"
    assert [said["change"] for name, said in events(room) if name == "room_members"] == ["role"]
    # Who is only invited does nothing as a moderator.
    assert read(bob, room)["role"] is None
    assert code_of(bob.read(at(room, "members?state=invited"))) == "not_member"
    join(room, bob)
    assert read(bob, room)["role"] == "moderator"
    assert bob.set(at(room), {"name": "Ours"}).status_code == 200
    assert list(violations()) == []


def test_c27_nobody_else_gives_roles_by_asking(
    alice: ApiClient, bob: ApiClient, api: ApiClient, cast: Cast
) -> None:
    room = make_room(alice, guests_allowed=True)
    join(room, bob)
    alice.set(at(room, "members", cast.bob.pk), {"role": "moderator"})
    body = {"user_id": str(cast.charlie.pk), "role": "moderator"}
    assert code_of(bob.send(at(room, "members"), body)) == "permission_denied"
    assert alice.send(at(room, "members"), body | {"role": "owner"}).status_code == 400
    api.send("/api/join", {"username": "passer_by"})
    guest = str(User.objects.get(username="passer_by").pk)
    refused = alice.send(at(room, "members"), {"user_id": guest, "role": "moderator"})
    assert code_of(refused) == "invalid_state"
    assert Membership.objects.filter(room=int(room), state="invited").count() == 0
