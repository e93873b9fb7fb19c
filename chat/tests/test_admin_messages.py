from typing import Any

import pytest
from django.test import Client

from accounts.testing import Cast, console_of
from chat.models import Message
from chat.tests.rooms import make_room
from chat.tests.talk import of, say, texts, write
from moderation.actions import report_thing
from moderation.models import AuditEntry
from socialsite.lib.testing.client import ApiClient

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]
LIST = "/admin/chat/message/"


@pytest.fixture
def console(cast: Cast) -> Client:
    return console_of(cast.moderator)


@pytest.fixture
def reported(alice: ApiClient, carol: ApiClient, cast: Cast) -> dict[str, Any]:
    said: dict[str, Any] = write(alice, cast.carol, "Something nasty").json()
    report_thing(actor=cast.carol, target_id=int(said["id"]), reason="harassment")
    return said


def openings() -> list[tuple[int | None, int | None]]:
    rows = AuditEntry.objects.filter(verb="message_opened").order_by("pk")
    return list(rows.values_list("actor_id", "target_id"))


def page(message: dict[str, Any]) -> str:
    return f"{LIST}{message['id']}/change/"


def test_t5_only_reported_messages_are_listed_and_without_their_texts(
    console: Client, alice: ApiClient, reported: dict[str, Any]
) -> None:
    other = say(alice, make_room(alice), "Something nice")
    shown = console.get(LIST).content.decode()
    assert reported["id"] in shown
    assert other["id"] not in shown
    assert "Something" not in shown
    assert console.get(page(other)).status_code == 302
    assert not openings()


def test_t5_who_opens_a_message_stands_in_the_trail(
    console: Client, cast: Cast, reported: dict[str, Any]
) -> None:
    assert "Something nasty" in console.get(page(reported)).content.decode()
    assert openings() == [(cast.moderator.pk, int(reported["id"]))]


def test_t5_who_reads_a_message_by_rest_as_a_moderator_stands_in_the_trail(
    moderator: ApiClient, carol: ApiClient, cast: Cast, reported: dict[str, Any]
) -> None:
    path = of(reported["room_id"], reported["id"])
    assert carol.read(path).status_code == 200
    assert not openings()
    for part in ("", "/history"):
        assert moderator.read(path + part).status_code == 200
    assert openings() == [(cast.moderator.pk, int(reported["id"]))] * 2


def test_m58_a_message_is_found_by_its_sender_and_its_id(
    console: Client, reported: dict[str, Any]
) -> None:
    for term in ("@alice", reported["id"]):
        assert reported["id"] in console.get(LIST, {"q": term}).content.decode()
    for term in ("@carol", "nasty", "9" * 30):
        assert reported["id"] not in console.get(LIST, {"q": term}).content.decode()


def test_m58_a_moderator_removes_a_message_and_takes_it_back(
    console: Client, alice: ApiClient, reported: dict[str, Any]
) -> None:
    path = f"{LIST}{reported['id']}/act"
    grounds = {"note": "Nasty.", "reason": "harassment"}
    assert console.post(f"{path}/delete/", grounds).status_code == 302
    assert Message.objects.get().removed_by is not None
    assert texts(alice, reported["room_id"]) == []
    assert console.post(f"{path}/undo-delete/", {"note": ""}).status_code == 302
    assert texts(alice, reported["room_id"]) == ["Something nasty"]
