from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import presence
from accounts.actions import presence as acts
from accounts.actions.blocks import block_user
from accounts.models import Presence, SocketHost, User
from accounts.presence import presence_of, register_audience
from accounts.testing import Cast, UserFactory, client_of
from accounts.tests.attending import GRACE_S, arrive, leave
from socialsite.lib.realtime import signals
from socialsite.lib.tasks import run_all
from socialsite.lib.testing.sockets import LiveSite, Refused, SocketClient

OFFLINE = {"status": "offline", "last_seen": None, "text": ""}


@pytest.fixture
def audiences() -> Iterator[list[Any]]:
    """What apps above say about who may see whom, taken back afterwards."""
    before = list(presence.AUDIENCES)
    yield presence.AUDIENCES
    presence.AUDIENCES[:] = before


def shown(ws: SocketClient, of: User, timeout: float = 5.0) -> dict[str, Any]:
    """Return what a socket is told next about how somebody is seen."""
    frame = ws.wait(
        lambda f: f["event"] == "presence" and f["data"]["user_id"] == str(of.pk), timeout
    )
    return dict(frame["data"])


def silent(ws: SocketClient, of: User, seconds: float = 1.0) -> None:
    """Fail when a socket is told anything about how somebody is seen."""
    with pytest.raises(TimeoutError):
        shown(ws, of, seconds)


# Over sockets


@pytest.mark.usefixtures("quick")
def test_c5_c12_c13_c24_y78_friends_see_a_person_come_and_after_the_grace_go(
    live_site: LiveSite, cast: Cast
) -> None:
    alice = cast.client(cast.alice)
    with live_site.connect(cast.client(cast.bob)) as bob:
        with live_site.connect(alice):
            assert shown(bob, cast.alice) == {"user_id": str(cast.alice.pk), "status": "online"}
            before = timezone.now()
        silent(bob, cast.alice, GRACE_S / 2)
        gone = shown(bob, cast.alice)
    assert gone["status"] == "offline"
    assert abs(datetime.fromisoformat(gone["last_seen"]) - before) < timedelta(seconds=1)


@pytest.mark.usefixtures("quick")
def test_c5_c13_presence_is_of_the_person_not_of_the_socket(
    live_site: LiveSite, cast: Cast
) -> None:
    alice = cast.client(cast.alice)
    with live_site.connect(cast.client(cast.bob)) as bob, live_site.connect(alice):
        assert shown(bob, cast.alice)["status"] == "online"
        with live_site.connect(client_of(cast.alice)):
            silent(bob, cast.alice, 0.4)
        silent(bob, cast.alice, GRACE_S + 0.4)


@pytest.mark.usefixtures("quick")
def test_c13_who_comes_back_within_the_grace_never_left(live_site: LiveSite, cast: Cast) -> None:
    alice = cast.client(cast.alice)
    with live_site.connect(cast.client(cast.bob)) as bob:
        with live_site.connect(alice):
            assert shown(bob, cast.alice)["status"] == "online"
        with live_site.connect(alice):
            silent(bob, cast.alice, GRACE_S + 0.4)


@pytest.mark.usefixtures("quick")
def test_c5_y78_a_chosen_status_reaches_friends_and_the_own_devices(
    live_site: LiveSite, cast: Cast
) -> None:
    with (
        live_site.connect(cast.client(cast.bob)) as bob,
        live_site.connect(cast.client(cast.alice)) as phone,
        live_site.connect(client_of(cast.alice)) as laptop,
    ):
        shown(bob, cast.alice)
        ends = "2099-01-01T00:00:00.000Z"
        chosen = {"status": "dnd", "text": "Writing", "expires_at": ends}
        assert phone.call("set_presence", **chosen) == chosen
        told = shown(bob, cast.alice)
        assert told == {"user_id": str(cast.alice.pk), "status": "dnd", "text": "Writing"}
        assert shown(laptop, cast.alice) == {"user_id": str(cast.alice.pk), **chosen}
        assert phone.call("set_presence", status="away")["text"] == ""
        assert shown(bob, cast.alice) == {"user_id": str(cast.alice.pk), "status": "away"}
    with live_site.connect(client_of(cast.alice), hello=False) as again:
        card = again.event("hello")["data"]["user"]
        assert card["presence"] == {"status": "away", "text": "", "expires_at": None}


@pytest.mark.usefixtures("quick")
def test_c24_y78_the_invisible_look_offline_and_their_comings_and_goings_are_not_told(
    live_site: LiveSite, cast: Cast
) -> None:
    with live_site.connect(cast.client(cast.bob)) as bob:
        with live_site.connect(cast.client(cast.alice)) as alice:
            shown(bob, cast.alice)
            alice.call("set_presence", status="invisible", text="Secret")
            hidden = shown(bob, cast.alice)
            assert set(hidden) == {"user_id", "status", "last_seen"}
            assert hidden["status"] == "offline"
            assert shown(alice, cast.alice)["status"] == "invisible"
            alice.call("set_presence", status="invisible", text="More secrets")
        silent(bob, cast.alice, GRACE_S + 0.5)
        seen = presence_of([cast.alice.pk], cast.bob)[cast.alice.pk]
        assert seen == {"status": "offline", "last_seen": hidden["last_seen"], "text": ""}
        with live_site.connect(cast.client(cast.alice)) as alice:
            silent(bob, cast.alice, 0.5)
            alice.call("set_presence", status="online")
            assert shown(bob, cast.alice)["status"] == "online"


@pytest.mark.usefixtures("quick")
def test_t8_y105_strangers_and_blocked_people_are_told_nothing(
    live_site: LiveSite, cast: Cast
) -> None:
    with (
        live_site.connect(cast.client(cast.charlie)) as charlie,
        live_site.connect(cast.client(cast.mallory)) as mallory,
        live_site.connect(cast.client(cast.carol)) as carol,
        live_site.connect(cast.client(cast.alice)),
    ):
        assert shown(carol, cast.alice)["status"] == "online"
        silent(charlie, cast.alice, 0.5)
        silent(mallory, cast.alice, 0.1)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"status": "offline"}, "invalid_choice"),
        ({}, "required"),
        ({"status": "away", "text": "x" * 101}, "max_length"),
        ({"status": "away", "text": "a\x07b"}, "invalid_text"),
        ({"status": "away", "expires_at": "2001-01-01T00:00:00Z"}, "min_value"),
        ({"status": "away", "mood": "good"}, "unknown_field"),
    ],
)
def test_c5_c28_what_cannot_be_chosen_is_refused(
    live_site: LiveSite, cast: Cast, body: dict[str, Any], code: str
) -> None:
    with live_site.connect(cast.client(cast.alice)) as ws, pytest.raises(Refused) as refused:
        ws.call("set_presence", **body)
    assert refused.value.code == code


# Who is told


@pytest.mark.django_db
def test_c24_connections_mutual_followers_and_all_of_a_private_account_are_told(
    cast: Cast, news: list[signals.News]
) -> None:
    fan = UserFactory.create()
    client_of(fan).send(f"/api/users/{cast.alice.pk}/follow")
    everybody = [cast.alice, cast.bob, cast.carol, cast.charlie, cast.mallory, fan]
    arrive(*everybody)
    presence.announce([cast.alice.pk])
    assert news.pop().only == tuple(sorted((cast.bob.pk, cast.carol.pk)))
    User.objects.filter(pk=cast.alice.pk).update(private_account=True)
    presence.announce([cast.alice.pk])
    said = news.pop()
    assert said.only == tuple(sorted((cast.bob.pk, cast.carol.pk, fan.pk)))
    assert (said.topic, said.person_id) == ("people", cast.alice.pk)


@pytest.mark.django_db
def test_c13_c24_apps_above_add_people_but_none_behind_a_block_or_without_a_socket(
    cast: Cast, news: list[signals.News], audiences: list[Any]
) -> None:
    def room_mates(people: Collection[int]) -> dict[int, set[int]]:
        found = {cast.charlie.pk, cast.mallory.pk, cast.moderator.pk}
        return {pk: found | {pk} for pk in people}

    register_audience(room_mates)
    arrive(cast.alice, cast.bob, cast.charlie, cast.mallory)
    presence.announce([cast.alice.pk])
    assert news.pop().only == tuple(sorted((cast.bob.pk, cast.charlie.pk)))
    block_user(actor=cast.charlie, target=cast.alice)
    presence.announce([cast.alice.pk])
    assert news.pop().only == (cast.bob.pk,)


@pytest.mark.django_db
def test_c24_nobody_there_means_nothing_said(cast: Cast, news: list[signals.News]) -> None:
    presence.announce([cast.alice.pk])
    arrive(cast.alice, cast.mallory)
    presence.announce([cast.alice.pk, cast.mallory.pk])
    assert not news


# What a viewer sees


@pytest.mark.django_db
def test_c10_c18_presence_of_people_is_one_statement(cast: Cast) -> None:
    arrive(cast.bob, cast.carol)
    acts.set_presence(actor=cast.carol, status="away", text="Lunch")
    people = [cast.alice.pk, cast.bob.pk, cast.carol.pk, cast.charlie.pk, 17]
    with CaptureQueriesContext(connection) as queries:
        found = presence_of(people, cast.charlie)
    assert len(queries) == 1
    assert found[cast.bob.pk] == {"status": "online", "last_seen": None, "text": ""}
    assert found[cast.carol.pk] == {"status": "away", "last_seen": None, "text": "Lunch"}
    assert found[cast.alice.pk] == found[17] == OFFLINE


@pytest.mark.django_db
def test_c10_y105_a_block_hides_presence_on_both_sides(cast: Cast) -> None:
    arrive(cast.alice, cast.mallory)
    assert presence_of([cast.alice.pk], cast.mallory) == {cast.alice.pk: OFFLINE}
    assert presence_of([cast.mallory.pk], cast.alice) == {cast.mallory.pk: OFFLINE}


@pytest.mark.django_db
def test_c18_m70_last_seen_is_shown_to_others_only_as_the_person_lets(cast: Cast) -> None:
    arrive(cast.bob)
    leave(cast.bob)
    at = Presence.objects.get(user=cast.bob).last_seen_at
    seen = presence_of([cast.bob.pk], cast.alice)[cast.bob.pk]
    assert at is not None
    assert seen["last_seen"] == at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    cast.client(cast.bob).set("/api/settings", {"show_last_seen": False})
    assert presence_of([cast.bob.pk], cast.alice)[cast.bob.pk] == OFFLINE


@pytest.mark.django_db
def test_y78_the_invisible_see_themselves_and_are_seen_by_nobody(cast: Cast) -> None:
    arrive(cast.alice)
    acts.set_presence(actor=cast.alice, status="invisible")
    assert presence_of([cast.alice.pk], cast.alice)[cast.alice.pk]["status"] == "invisible"
    for viewer in (cast.bob, cast.moderator):
        assert presence_of([cast.alice.pk], viewer)[cast.alice.pk]["status"] == "offline"


@pytest.mark.django_db
def test_y78_a_choice_ends_at_its_time_and_friends_hear_of_it(
    cast: Cast, news: list[signals.News], django_capture_on_commit_callbacks: Any
) -> None:
    arrive(cast.alice, cast.bob)
    until = timezone.now() + timedelta(hours=1)
    acts.set_presence(actor=cast.alice, status="dnd", text="Exam", expires_at=until)
    with time_machine.travel(until + timedelta(seconds=30)):
        SocketHost.objects.update(leased_until=timezone.now() + acts.LEASE)
        seen = presence_of([cast.alice.pk], cast.bob)[cast.alice.pk]
        assert seen == {"status": "online", "last_seen": None, "text": ""}
        news.clear()
        with django_capture_on_commit_callbacks(execute=True):
            acts.expire_presence(user_id=cast.alice.pk)
    told = [said.data for said in news if said.person_id]
    assert told == [{"user_id": str(cast.alice.pk), "status": "online"}]
    assert Presence.objects.get(user=cast.alice).chosen == "online"


@pytest.mark.django_db
def test_y78_a_later_choice_outlives_the_end_of_an_earlier_one(cast: Cast) -> None:
    until = timezone.now() + timedelta(hours=1)
    acts.set_presence(actor=cast.alice, status="dnd", expires_at=until)
    acts.set_presence(actor=cast.alice, status="away")
    with time_machine.travel(until + timedelta(seconds=30)):
        run_all()
    assert Presence.objects.get(user=cast.alice).chosen == "away"
