from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import SocketHost, SocketUser
from accounts.testing import Cast, console_of
from chat.actions import joining, members, rooms
from chat.models import Room
from chat.tests.rooms import at, events, make_room, names, read
from engagement.models import Revision
from moderation.actions import report_thing
from moderation.models import AuditEntry
from socialsite.lib.invariants import violations
from socialsite.lib.realtime.signals import News, carrier
from socialsite.lib.testing.client import ApiClient

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]
LIST = "/admin/chat/room/"
HOSTS = "/admin/accounts/sockethost/"
GROUNDS = {"note": "They shout.", "reason": "spam"}


@pytest.fixture
def console(cast: Cast) -> Client:
    return console_of(cast.moderator)


def text_of(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_c6_moderators_list_public_rooms_and_reported_ones_alone(
    cast: Cast, console: Client
) -> None:
    rooms.create_room(actor=cast.alice, name="Lounge")
    made = [
        rooms.create_room(actor=cast.alice, name=name, kind="private")
        for name in ("Cellar", "Attic")
    ]
    members.add_members(actor=cast.alice, room=made[1], people=[cast.bob])
    report_thing(actor=cast.bob, target_id=made[1].pk, reason="spam")
    shown = text_of(console.get(LIST))
    assert ["Lounge" in shown, "Cellar" in shown, "Attic" in shown] == [True, False, True]
    pages = [console.get(f"{LIST}{room.pk}/change/").status_code for room in made]
    assert pages == [302, 200]


def test_c6_a_room_is_found_by_name_owner_and_id(cast: Cast, console: Client) -> None:
    lounge = rooms.create_room(actor=cast.alice, name="Lounge")
    rooms.create_room(actor=cast.bob, name="Salon")
    for term in ("loun", "@alice", str(lounge.pk)):
        shown = text_of(console.get(LIST, {"q": term}))
        assert "Lounge" in shown, term
        assert "Salon" not in shown, term
    assert "Lounge" not in text_of(console.get(LIST, {"q": "9" * 30}))


def test_c6_the_page_of_a_room_shows_its_members(cast: Cast, console: Client) -> None:
    room = rooms.create_room(actor=cast.alice, name="Lounge", description="Come in.")
    joining.join_room(actor=cast.bob, room=room)
    shown = text_of(console.get(f"{LIST}{room.pk}/change/"))
    for word in ("Come in.", "@alice", "@bob", "owner", "member"):
        assert word in shown


def test_c6_a_list_costs_the_same_however_long_it_is(
    cast: Cast, console: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        rooms.create_room(actor=cast.alice, name=f"Room {number}")
    with django_assert_max_num_queries(14):
        text_of(console.get(LIST))


def test_c6_hiding_a_room_and_taking_that_back_is_exact(
    cast: Cast, console: Client, alice: ApiClient, bob: ApiClient
) -> None:
    room = make_room(alice)
    bob.send(at(room, "join"))
    before = read(bob, room)
    assert console.post(f"{LIST}{room}/act/hide/", GROUNDS).status_code == 302
    assert (bob.read(at(room)).status_code, alice.read(at(room)).status_code) == (404, 200)
    assert events(room)[-1] == ("room_updated", {"change": "hidden"})
    assert alice.send(at(room, "members"), {"user_id": cast.carol.pk}).status_code == 409
    assert console.post(f"{LIST}{room}/act/undo-hide/", {"note": ""}).status_code == 302
    assert read(bob, room) == before | {"last_seq": before["last_seq"] + 2}
    assert events(room)[-1] == ("room_updated", {"change": "shown"})


def test_c6_a_moderator_archives_a_room_and_opens_it_again(
    console: Client, alice: ApiClient, cast: Cast
) -> None:
    room = make_room(alice)
    console.post(f"{LIST}{room}/act/archive/", {})
    assert read(alice, room)["archived"] is True
    console.post(f"{LIST}{room}/act/open/", {})
    assert read(alice, room)["archived"] is False
    assert names(room)[-2:] == ["room_updated"] * 2
    verbs = AuditEntry.objects.filter(actor_id=cast.moderator.pk, target_id=int(room)).order_by(
        "pk"
    )
    assert [row.verb for row in verbs] == ["room_archived", "room_unarchived"]


def test_t6_analysts_see_neither_rooms_nor_sockets(cast: Cast) -> None:
    type(cast.bob).objects.filter(pk=cast.bob.pk).update(role="analyst")
    cast.bob.refresh_from_db()
    browser = console_of(cast.bob)
    assert {browser.get(page).status_code for page in (LIST, HOSTS)} == {403}


def test_c5_who_has_a_socket_is_listed_by_server(cast: Cast, console: Client) -> None:
    host = SocketHost.objects.create(name="web-1", leased_until=timezone.now())
    SocketUser.objects.create(host=host, user=cast.alice)
    assert "web-1" in text_of(console.get(HOSTS))
    assert "@alice" in text_of(console.get(f"{HOSTS}web-1/change/"))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[News]:
    found: list[News] = []
    monkeypatch.setattr(carrier, "tell", found.append)
    return found


def test_y77_an_administrator_speaks_to_everybody_who_is_there(
    cast: Cast, told: list[News], django_capture_on_commit_callbacks: Any
) -> None:
    browser = console_of(cast.admin)
    assert "Send an announcement" in text_of(browser.get(HOSTS))
    page = f"{HOSTS}announce/"
    assert "Every open socket" in text_of(browser.get(page))
    assert browser.post(page, {"kind": "announcement", "text": ""}).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post(page, {"kind": "maintenance", "text": "Back at noon."})
    assert answer.status_code == 302
    [news] = [news for news in told if news.event == "system_update"]
    assert news.data == {"kind": "maintenance", "text": "Back at noon."}
    assert AuditEntry.objects.filter(verb="announced", actor_id=cast.admin.pk).count() == 1


def test_y77_a_moderator_does_not(cast: Cast, console: Client, told: list[News]) -> None:
    assert "Send an announcement" not in text_of(console.get(HOSTS))
    answer = console.post(f"{HOSTS}announce/", {"kind": "announcement", "text": "Hello"})
    assert answer.status_code == 403
    assert told == []


def test_c6_purging_forgets_what_was_deleted_long_ago(alice: ApiClient, cast: Cast) -> None:
    old, fresh, kept = (make_room(alice, name) for name in ("Old", "Fresh", "Kept"))
    report_thing(actor=cast.bob, target_id=int(kept), reason="spam")
    said = alice.send("/api/messages", {"room_id": old, "content": "First"}).json()["id"]
    assert alice.set(f"/api/messages/{old}/{said}", {"content": "Second"}).status_code == 200
    assert Revision.objects.filter(target_id=int(said)).exists()
    for room in (old, fresh, kept):
        assert alice.drop(at(room)).status_code == 204
    month = timezone.now() - timedelta(days=31)
    Room.objects.filter(pk__in=[old, kept]).update(deleted_at=month)
    assert rooms.purge_old_rooms() == 1
    assert set(Room.objects.values_list("pk", flat=True)) == {int(fresh), int(kept)}
    assert names(old) == []
    assert not Revision.objects.filter(target_id=int(said)).exists()
    assert list(violations()) == []
