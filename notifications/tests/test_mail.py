from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django_tasks_db.models import DBTaskResult

from accounts.actions import blocks, connections, follows
from accounts.models import User
from accounts.testing import Cast, client_of
from notifications import tasks
from notifications.actions import notify_user
from notifications.models import Notification, Preferences
from notifications.testing import LIST, SETTINGS, listed, mails_to, switch
from socialsite.lib import mail
from socialsite.lib.ids import Kind, first_id_at
from socialsite.lib.tasks import enqueue
from socialsite.lib.testing.client import ApiClient

TEXT = "Charlie follows you."


@pytest.fixture
def keen(alice: ApiClient) -> ApiClient:
    """alice, with a mail for each new follower and none waiting."""
    switch(alice, "follow", email=True)
    mails_to("alice@example.org")
    return alice


def subjects() -> list[str]:
    return [str(sent.subject) for sent in mails_to("alice@example.org")]


def test_y13_a_mail_goes_out_once_however_often_its_task_runs(keen: ApiClient, cast: Cast) -> None:
    follows.follow_user(actor=cast.charlie, target=cast.alice)
    row = Notification.objects.get(actor=cast.charlie)
    for _ in range(2):
        enqueue("notifications.send_mail", notification_id=row.pk)
    assert subjects().count(TEXT) == 1
    row.refresh_from_db()
    assert row.emailed_at is not None


def test_y13_a_mail_that_failed_is_sent_by_the_next_attempt(
    keen: ApiClient, cast: Cast, monkeypatch: Any
) -> None:
    follows.follow_user(actor=cast.charlie, target=cast.alice)
    pk = Notification.objects.get(actor=cast.charlie).pk
    with monkeypatch.context() as broken:
        broken.setattr(mail, "send", lambda *a, **k: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tasks.send_mail(pk)
    tasks.send_mail(pk)
    assert TEXT in subjects()


@pytest.mark.parametrize("column", ["email_verified_at", "suspended_by", "deleted_at"])
def test_y118_mail_goes_to_proven_addresses_of_people_who_are_there(
    keen: ApiClient, cast: Cast, column: str
) -> None:
    follows.follow_user(actor=cast.charlie, target=cast.alice)
    changed = {"email_verified_at": None, "suspended_by": 1, "deleted_at": datetime.now(UTC)}
    User.objects.filter(pk=cast.alice.pk).update(**{column: changed[column]})
    assert TEXT not in subjects()


def test_y118_nothing_is_enqueued_for_an_address_nobody_proved(keen: ApiClient, cast: Cast) -> None:
    User.objects.filter(pk=cast.alice.pk).update(email_verified_at=None)
    waiting = DBTaskResult.objects.ready().count()
    follows.follow_user(actor=cast.charlie, target=cast.alice)
    assert DBTaskResult.objects.ready().count() == waiting
    assert listed(keen)[0]["text"] == TEXT


def undo_read(keen: ApiClient, cast: Cast) -> None:
    keen.send(f"{LIST}/read-all")


def undo_delete(keen: ApiClient, cast: Cast) -> None:
    keen.drop(f"{LIST}/{listed(keen)[0]['id']}")


def undo_block(keen: ApiClient, cast: Cast) -> None:
    blocks.block_user(actor=cast.alice, target=cast.charlie)


def undo_switch(keen: ApiClient, cast: Cast) -> None:
    switch(keen, "follow", email=False)


@pytest.mark.parametrize("undo", [undo_read, undo_delete, undo_block, undo_switch])
def test_b16_no_mail_about_what_was_read_deleted_hidden_or_switched_off_since(
    keen: ApiClient, cast: Cast, undo: Any
) -> None:
    follows.follow_user(actor=cast.charlie, target=cast.alice)
    undo(keen, cast)
    assert TEXT not in subjects()


def test_b16_who_asks_withdraws_and_asks_again_sends_one_mail_a_day(cast: Cast) -> None:
    for _ in range(3):
        asked = connections.request_connection(actor=cast.charlie, target=cast.alice)
        mails_to("alice@example.org")
        connections.remove_connection(actor=cast.charlie, connection=asked)
    assert subjects().count("Charlie asks to connect.") == 1


@time_machine.travel("2026-03-10T21:30:00Z", tick=False)
def test_b16_mail_waits_for_the_end_of_quiet_hours_in_the_persons_time_zone(cast: Cast) -> None:
    alice = client_of(cast.alice)
    alice.set("/api/settings", {"time_zone": "Europe/Berlin"})
    alice.set(SETTINGS, {"quiet_hours": {"start": "22:00", "end": "07:00"}})
    switch(alice, "follow", email=True)
    follows.follow_user(actor=cast.charlie, target=cast.alice)
    assert TEXT not in subjects()
    with time_machine.travel("2026-03-11T05:59:00Z", tick=False):
        assert TEXT not in subjects()
    with time_machine.travel("2026-03-11T06:00:01Z", tick=False):
        assert subjects().count(TEXT) == 1


@time_machine.travel("2026-03-10T23:00:00Z", tick=False)
def test_b39_mail_about_the_account_does_not_wait(cast: Cast) -> None:
    Preferences.objects.create(user=cast.alice, quiet_start=time(22), quiet_end=time(7))
    notify_user(type_name="second_factor_disabled", recipient_id=cast.alice.pk)
    assert "The second factor of your account was switched off." in subjects()


@pytest.mark.parametrize(
    ("start", "end", "zone", "now", "until"),
    [
        (22, 7, "UTC", "2026-03-10T21:59:00", None),
        (22, 7, "UTC", "2026-03-10T22:00:00", "2026-03-11T07:00:00"),
        (22, 7, "UTC", "2026-03-11T06:59:00", "2026-03-11T07:00:00"),
        (22, 7, "UTC", "2026-03-11T07:00:00", None),
        (12, 14, "UTC", "2026-03-11T13:00:00", "2026-03-11T14:00:00"),
        (12, 14, "UTC", "2026-03-11T15:00:00", None),
        (22, 7, "Asia/Tokyo", "2026-03-11T13:30:00", "2026-03-11T22:00:00"),
        # Berlin: 2026-03-29 the night has 23 hours, 2026-10-25 it has 25.
        (22, 7, "Europe/Berlin", "2026-03-28T22:00:00", "2026-03-29T05:00:00"),
        (22, 7, "Europe/Berlin", "2026-10-24T21:00:00", "2026-10-25T06:00:00"),
    ],
)
def test_b16_quiet_hours_end_on_the_persons_clock(
    start: int, end: int, zone: str, now: str, until: str | None
) -> None:
    wanted = Preferences(user=User(time_zone=zone), quiet_start=time(start), quiet_end=time(end))
    found = wanted.quiet_until(datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert found == (datetime.fromisoformat(until).replace(tzinfo=UTC) if until else None)


def test_b16_quiet_hours_end_in_the_second_of_two_same_hours() -> None:
    berlin = User(time_zone="Europe/Berlin")
    wanted = Preferences(user=berlin, quiet_start=time(1), quiet_end=time(2, 45))
    second_time = datetime(2026, 10, 25, 1, 15, tzinfo=UTC)
    assert wanted.quiet_until(second_time) == datetime(2026, 10, 25, 1, 45, tzinfo=UTC)


def test_y83_old_notifications_are_purged_and_recent_ones_kept(cast: Cast) -> None:
    now = datetime.now(UTC)
    cases: list[tuple[int, dict[str, Any]]] = [
        (366, {}), (364, {}), (91, {"read_at": now}), (89, {"read_at": now}),
        (40, {"dismissed_at": now - timedelta(days=31)}), (40, {"dismissed_at": now}),
    ]  # fmt: skip
    rows = []
    for number, (age, columns) in enumerate(cases):
        pk = first_id_at(now - timedelta(days=age)) + (number << 6) + Kind.NOTIFICATION
        row = {"pk": pk, "recipient": cast.alice, "type": "follow", "dedup_key": str(number)}
        rows.append(Notification.objects.create(**row, **columns))
    tasks.purge()
    kept = Notification.objects.filter(pk__in=[row.pk for row in rows])
    assert set(kept) == {rows[1], rows[3], rows[5]}
