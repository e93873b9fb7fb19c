"""What moderators read of other people's messages: by their reports alone, and each reading stands in the trail."""

from typing import Any

import pytest
from django.test import Client

from accounts.testing import Cast, console_of
from chat.tests.rooms import join, make_room
from chat.tests.talk import of, say, write
from moderation.actions import report_thing
from moderation.models import AuditEntry, Case
from socialsite.lib.testing.client import ApiClient

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]
QUEUE, CONSOLE = "/api/v1/moderation/queue", "/admin/moderation/case/"
TEXT = "Something nasty"


@pytest.fixture
def reported(alice: ApiClient, carol: ApiClient, cast: Cast) -> dict[str, Any]:
    said: dict[str, Any] = write(alice, cast.carol, TEXT).json()
    report_thing(actor=cast.carol, target_id=int(said["id"]), reason="harassment")
    return said


@pytest.fixture
def console(cast: Cast) -> Client:
    return console_of(cast.moderator)


def openings() -> int:
    return AuditEntry.objects.filter(verb="message_opened").count()


def test_t5_m71_the_queue_leaves_out_what_a_message_says_and_its_case_notes_who_read_it(
    moderator: ApiClient, cast: Cast, reported: dict[str, Any]
) -> None:
    (row,) = moderator.read(QUEUE).json()["results"]
    assert (row["target"]["id"], row["target"]["text"]) == (reported["id"], "")
    assert openings() == 0
    case = moderator.read(f"/api/v1/moderation/cases/{row['id']}").json()
    assert case["target"]["text"] == TEXT
    entry = AuditEntry.objects.get(verb="message_opened")
    assert (entry.actor_id, entry.target_id) == (cast.moderator.pk, int(reported["id"]))


def test_t5_m71_deciding_a_case_shows_the_message_and_is_noted(
    moderator: ApiClient, reported: dict[str, Any]
) -> None:
    (row,) = moderator.read(QUEUE).json()["results"]
    path = f"/api/v1/moderation/reports/{row['report_id']}/review"
    answer = moderator.send(path, {"actions": ["hide"], "note": "Nasty."})
    assert (answer.status_code, answer.json()["target"]["text"]) == (200, TEXT)
    assert openings() == 1


def test_t5_m58_the_console_shows_it_on_the_page_of_the_case_alone(
    console: Client, reported: dict[str, Any]
) -> None:
    listed = console.get(CONSOLE).content.decode()
    assert (reported["id"] in listed, TEXT in listed, openings()) == (True, False, 0)
    page = f"{CONSOLE}{Case.objects.get().pk}/"
    assert TEXT not in console.get(f"{page}act/hide/").content.decode()
    assert openings() == 0
    assert TEXT in console.get(f"{page}change/").content.decode()
    assert openings() == 1


def test_t5_b27_a_report_is_no_way_to_keep_a_message(
    moderator: ApiClient, reported: dict[str, Any]
) -> None:
    path = of(reported["room_id"], reported["id"], "star")
    for answer in (moderator.send(path), moderator.drop(path)):
        assert answer.status_code == 404
    kept = moderator.set(f"/api/bookmarks/{reported['id']}", {})
    assert TEXT not in kept.content.decode()
    assert TEXT not in moderator.read("/api/bookmarks").content.decode()
    assert openings() == 0


def test_t5_a_deleted_message_of_a_public_room_is_read_by_its_report_too(
    alice: ApiClient, bob: ApiClient, moderator: ApiClient, cast: Cast
) -> None:
    room = make_room(alice)
    join(room, bob)
    said = say(alice, room, TEXT)
    report_thing(actor=cast.bob, target_id=int(said["id"]), reason="spam")
    path = of(room, said["id"])
    assert moderator.read(path).status_code == 200
    assert openings() == 0
    alice.drop(path)
    assert moderator.read(path).json()["state"] == "deleted"
    assert openings() == 1
    assert moderator.send(f"{path}/star").status_code == 404


def test_t5_b40_where_people_talk_is_not_read_in_the_trail(
    alice: ApiClient, carol: ApiClient, cast: Cast
) -> None:
    room = make_room(alice, kind="private")
    alice.send(f"/api/rooms/{room}/members", {"user_id": str(cast.carol.pk)})
    join(room, carol)
    message = say(carol, room)
    carol.drop(of(room, message["id"]))
    carol.send(f"/api/rooms/{room}/leave")
    kept = AuditEntry.objects.filter(actor_id=cast.carol.pk)
    verbs = {"room_joined", "message_sent", "message_deleted", "room_left"}
    assert verbs <= set(kept.values_list("verb", flat=True))
    read = AuditEntry.objects.visible_to(cast.moderator)
    assert not read.filter(verb__in=[*verbs, "member_invited", "member_added"]).exists()
