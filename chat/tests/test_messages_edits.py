from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.testing import Cast
from chat.actions.edits import purge_old_messages
from chat.models import Message, MessageMention
from chat.tests.rooms import at, join, make_room, names
from chat.tests.talk import of, say, texts, write
from engagement.models import Revision
from moderation.actions import report_thing
from moderation.actions.content import hide_thing
from moderation.actions.undo import undo_action
from moderation.models import AuditEntry
from socialsite.lib.invariants import violations
from socialsite.lib.realtime.streams import read_after
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]


@pytest.fixture
def room(alice: ApiClient, bob: ApiClient) -> str:
    made = make_room(alice)
    join(made, bob)
    return made


def pushes(room: str, after: int) -> list[Any]:
    return read_after(int(room), after)


def test_b5_the_author_edits_and_the_earlier_text_stays_in_the_history(
    alice: ApiClient, bob: ApiClient, room: str
) -> None:
    said = say(alice, room, "The boat leaves at nine.")
    path = of(room, said["id"])
    edited = alice.set(path, {"content": "The boat leaves at ten."}).json()
    assert (edited["content"], edited["version"]) == ("The boat leaves at ten.", 2)
    assert edited["edited_at"] is not None
    [push] = pushes(room, said["seq"])
    assert (push.event, push.data["content"]) == ("message_updated", "The boat leaves at ten.")
    assert push.data["seq"] == said["seq"] < push.seq
    history = bob.read(f"{path}/history").json()["versions"]
    assert [version["content"] for version in history] == [
        "The boat leaves at ten.", "The boat leaves at nine.",
    ]  # fmt: skip
    assert {"op": "insert", "text": "ten"} in history[0]["diff"]
    assert not list(violations())


def test_b5_the_same_text_again_changes_nothing(alice: ApiClient, room: str) -> None:
    said = say(alice, room)
    again = alice.set(of(room, said["id"]), {"content": "Hello"}).json()
    assert again["version"] == 1
    assert names(room)[-1] == "message"


def test_b5_nobody_else_edits(
    alice: ApiClient, bob: ApiClient, charlie: ApiClient, moderator: ApiClient, room: str
) -> None:
    path = of(room, say(bob, room)["id"])
    assert alice.set(path, {"content": "x"}).status_code == 403
    for client in (charlie, moderator):
        assert code_of(client.set(path, {"content": "x"})) == "not_member"
    assert Message.objects.get().content == "Hello"


def test_b5_an_edit_of_what_has_changed_is_refused(alice: ApiClient, room: str) -> None:
    path = of(room, say(alice, room)["id"])
    tag = alice.read(path).headers["ETag"]
    assert alice.set(path, {"content": "two"}, If_Match=tag).status_code == 200
    for answer in (
        alice.set(path, {"content": "three"}, If_Match=tag),
        alice.set(path, {"content": "three", "version": 1}),
    ):
        assert (answer.status_code, code_of(answer)) == (412, "precondition_failed")
    assert alice.set(path, {"content": "three", "version": 2}).status_code == 200


def test_b5_m52_an_edit_tells_only_whom_it_names_for_the_first_time(
    alice: ApiClient, bob: ApiClient, charlie: ApiClient, cast: Cast, room: str
) -> None:
    join(room, charlie)
    said = say(alice, room, "Come @bob")
    alice.set(of(room, said["id"]), {"content": "Come @bob and @charlie"})
    alice.set(of(room, said["id"]), {"content": "Come @charlie"})
    assert [row.user for row in MessageMention.objects.all()] == [cast.charlie]
    path = "/api/notifications?types=message_mention"
    for client in (bob, charlie):
        assert len(client.read(path).json()["results"]) == 1
    assert not list(violations())


def test_b5_one_old_version_is_removed_and_the_trail_says_who_did_it(
    alice: ApiClient,
    bob: ApiClient,
    moderator: ApiClient,
    charlie: ApiClient,
    cast: Cast,
    room: str,
) -> None:
    path = of(room, say(bob, room, "secret")["id"])
    bob.set(path, {"content": "plain"})
    bob.set(path, {"content": "plainer"})
    assert charlie.drop(f"{path}/history/1").status_code == 403
    assert bob.drop(f"{path}/history/1").status_code == 204
    assert moderator.drop(f"{path}/history/2").status_code == 204
    assert bob.drop(f"{path}/history/2").status_code == 404
    versions = alice.read(f"{path}/history").json()["versions"]
    assert [version["content"] for version in versions] == ["plainer", "", ""]
    trail = AuditEntry.objects.filter(verb="version_removed").order_by("pk")
    assert [entry.actor_id for entry in trail] == [cast.bob.pk, cast.moderator.pk]


def test_b5_a_moderator_of_the_room_removes_a_version_too(
    alice: ApiClient, bob: ApiClient, room: str
) -> None:
    path = of(room, say(bob, room, "secret")["id"])
    bob.set(path, {"content": "plain"})
    assert alice.drop(f"{path}/history/1").status_code == 204


def test_b5_the_author_deletes_and_the_event_says_nothing_of_it_any_more(
    alice: ApiClient, bob: ApiClient, cast: Cast, room: str
) -> None:
    said = say(bob, room, "Oops @alice", client_id="a1")
    path = of(room, said["id"])
    assert bob.drop(path).status_code == 204
    assert bob.drop(path).status_code == alice.read(path).status_code == 404
    assert texts(alice, room) == texts(bob, room) == []
    gone = {"id": said["id"], "room_id": room, "seq": said["seq"], "deleted": True}
    first, second = pushes(room, said["seq"] - 1)
    assert (first.event, first.data) == ("message", gone)
    assert second.event == "message_deleted"
    assert second.data == gone | {"by": str(cast.bob.pk)}
    assert not alice.read("/api/notifications?types=message_mention").json()["results"]
    assert not list(violations())


def test_b5_c27_moderators_of_a_room_delete_and_members_do_not(
    alice: ApiClient, bob: ApiClient, charlie: ApiClient, cast: Cast, room: str
) -> None:
    join(room, charlie)
    one, other = say(bob, room), say(alice, room)
    assert charlie.drop(of(room, one["id"])).status_code == 403
    assert alice.drop(of(room, one["id"])).status_code == 204
    assert charlie.drop(of(room, other["id"])).status_code == 403
    [*_, push] = pushes(room, 0)
    assert (push.data["by"], push.person_id) == (str(cast.alice.pk), cast.bob.pk)


def test_b5_c27_moderators_of_a_room_delete_what_a_block_hides_from_them(
    alice: ApiClient, bob: ApiClient, charlie: ApiClient, cast: Cast, room: str
) -> None:
    join(room, charlie)
    said = say(bob, room)
    path = of(room, said["id"])
    bob.set(f"/api/users/{cast.alice.pk}/block")
    charlie.set(f"/api/users/{cast.bob.pk}/block")
    assert alice.read(path).status_code == 404
    assert charlie.drop(path).status_code == 404
    other = make_room(alice, "Other")
    assert alice.drop(of(other, said["id"])).status_code == 404
    assert alice.drop(path).status_code == 204
    assert alice.drop(path).status_code == 404
    assert texts(bob, room) == []


def test_b5_in_a_conversation_of_two_nobody_deletes_the_other_s(
    alice: ApiClient, carol: ApiClient, cast: Cast
) -> None:
    said = write(alice, cast.carol).json()
    path = of(said["room_id"], said["id"])
    assert carol.drop(path).status_code == 403
    assert alice.drop(path).status_code == 204


def test_b11_what_moderators_hide_goes_at_once_and_comes_back_exactly(
    bob: ApiClient, alice: ApiClient, cast: Cast, room: str
) -> None:
    said = say(bob, room, "Hm")
    action = hide_thing(
        actor=cast.admin, thing=Message.objects.get(pk=said["id"]), note="Looked at it."
    )
    [push] = pushes(room, said["seq"])
    assert (push.event, push.data["by"]) == ("message_deleted", None)
    undo_action(actor=cast.admin, action=action)
    [*_, push] = pushes(room, said["seq"])
    assert (push.event, push.data["content"]) == ("message_updated", "Hm")
    assert texts(alice, room) == ["Hm"]
    assert not list(violations())


def test_t5_what_was_deleted_is_forgotten_after_thirty_days_unless_it_is_evidence(
    bob: ApiClient, cast: Cast, room: str
) -> None:
    plain, reported, young = (say(bob, room, text)["id"] for text in ("a", "b", "c"))
    bob.set(of(room, plain), {"content": "aa"})
    report_thing(actor=cast.alice, target_id=int(reported), reason="spam")
    for pk in (plain, reported, young):
        bob.drop(of(room, pk))
    past = timezone.now() - timedelta(days=31)
    Message.objects.exclude(pk=young).update(deleted_at=past)
    assert purge_old_messages() == 1
    left = set(Message.objects.values_list("pk", flat=True))
    assert left == {int(reported), int(young)}
    assert not Revision.objects.of(int(plain)).exists()
    assert pushes(room, 2)[0].event == "hidden"
    assert not list(violations())


def test_b5_who_left_may_still_take_back_what_they_said(bob: ApiClient, room: str) -> None:
    path = of(room, say(bob, room)["id"])
    bob.send(at(room, "leave"))
    assert code_of(bob.set(path, {"content": "x"})) == "not_member"
    assert bob.drop(path).status_code == 204
