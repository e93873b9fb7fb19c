from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
import time_machine
from django.core import mail as outbox
from django.db import connection

from accounts.models import User
from accounts.testing import Cast, UserFactory
from engagement.actions.reactions import like_thing
from notifications import digests, tasks
from notifications.digests import Part, due_slots
from notifications.models import Digest, Notification, Preferences
from notifications.testing import listed, mails_to
from posts.actions.publish import publish_post
from socialsite.lib.ids import Kind, first_id_at
from socialsite.lib.tasks import run_all

SUBJECT = "What happened on Social site"


@pytest.fixture
def dora(db: None) -> User:
    """Somebody with a daily digest, and something to read."""
    return reader("dora", digest="daily")


def reader(name: str, **settings: Any) -> User:
    made: User = UserFactory.create(username=name, **settings)
    tell(made)
    return made


def tell(user: User, number: int = 1) -> None:
    for actor in UserFactory.create_batch(number):
        key = f"follow:{actor.pk}:"
        Notification.objects.create(recipient=user, actor=actor, type="follow", dedup_key=key)


def run_at(*moments: str) -> None:
    for moment in moments:
        with time_machine.travel(f"{moment}Z", tick=False):
            tasks.send_digests()
            run_all()


def digests_to(user: User) -> list[Any]:
    return [m for m in mails_to(user.email) if m.subject == SUBJECT]


def hours(day: str) -> list[str]:
    return [f"{day}T{hour:02}:00:00" for hour in range(24)]


def test_y116_a_daily_digest_comes_once_a_day_though_the_job_runs_hourly(dora: User) -> None:
    run_at(*hours("2026-12-01"))
    assert len(digests_to(dora)) == 1
    with time_machine.travel("2026-12-01T12:00:00Z", tick=False):
        tell(dora)
    run_at(*hours("2026-12-02"))
    assert len(digests_to(dora)) == 2


def test_y116_a_weekly_digest_comes_on_mondays(db: None) -> None:
    emil = reader("emil", digest="weekly")
    run_at("2026-12-05T09:00:00", "2026-12-06T09:00:00")
    assert digests_to(emil) == []
    run_at("2026-12-07T08:00:00", "2026-12-07T09:00:00", "2026-12-08T09:00:00")
    assert len(digests_to(emil)) == 1


@pytest.mark.parametrize(
    ("zone", "before", "at"),
    [
        ("UTC", "2026-12-01T07:59:00", "2026-12-01T08:00:00"),
        ("Asia/Tokyo", "2026-11-30T22:59:00", "2026-11-30T23:00:00"),
        ("America/Los_Angeles", "2026-12-01T15:59:00", "2026-12-01T16:00:00"),
        ("Asia/Kathmandu", "2026-12-01T02:14:00", "2026-12-01T02:15:00"),
        # Berlin: before and after the clocks change in each direction.
        ("Europe/Berlin", "2027-03-27T06:59:00", "2027-03-27T07:00:00"),
        ("Europe/Berlin", "2027-03-28T05:59:00", "2027-03-28T06:00:00"),
        ("Europe/Berlin", "2027-10-31T06:59:00", "2027-10-31T07:00:00"),
    ],
)
def test_y116_it_comes_at_eight_by_the_persons_clock(
    dora: User, zone: str, before: str, at: str
) -> None:
    User.objects.filter(pk=dora.pk).update(time_zone=zone)
    Notification.objects.update(id=_id_before(before))
    run_at(before)
    assert digests_to(dora) == []
    run_at(at, at)
    assert len(digests_to(dora)) == 1


def _id_before(moment: str) -> int:
    made = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    return first_id_at(made) - 64 + Kind.NOTIFICATION


@pytest.mark.parametrize("day", ["2027-03-28", "2027-10-31"])
def test_y116_one_digest_on_days_of_23_and_25_hours(dora: User, day: str) -> None:
    User.objects.filter(pk=dora.pk).update(time_zone="Europe/Berlin")
    Notification.objects.update(id=_id_before(f"{day}T00:00:00"))
    run_at(*hours(day))
    assert len(digests_to(dora)) == 1
    assert list(Digest.objects.values_list("slot", flat=True)) == [date.fromisoformat(day)]


def test_y116_a_server_that_was_down_makes_up_for_it_on_the_same_day(dora: User) -> None:
    run_at("2026-12-01T07:00:00", "2026-12-01T19:00:00")
    assert len(digests_to(dora)) == 1


def test_y116_a_journey_over_the_date_line_repeats_no_day(dora: User) -> None:
    User.objects.filter(pk=dora.pk).update(time_zone="Asia/Tokyo")
    run_at("2026-12-01T01:00:00")
    User.objects.filter(pk=dora.pk).update(time_zone="Pacific/Honolulu")
    with time_machine.travel("2026-12-01T12:00:00Z", tick=False):
        tell(dora)
    run_at("2026-12-01T20:00:00")
    assert len(digests_to(dora)) == 1


def test_y116_an_empty_digest_is_not_sent(cast: Cast) -> None:
    User.objects.filter(pk=cast.alice.pk).update(digest="daily")
    cast.client(cast.alice).send("/api/v1/notifications/read-all")
    run_at(*hours("2026-12-01"))
    assert digests_to(cast.alice) == []
    assert not Digest.objects.filter(user=cast.alice, sent_at__isnull=False).exists()


def test_y116_what_is_hidden_from_its_reader_makes_no_digest(dora: User) -> None:
    User.objects.exclude(pk=dora.pk).update(suspended_by=1)
    run_at("2026-12-01T08:00:00")
    assert digests_to(dora) == []


def test_y116_what_comes_in_while_a_digest_is_sent_is_in_the_next(
    dora: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = tasks._send_digest

    def slowly(*args: Any) -> None:
        clock.shift(5)
        tell(dora)
        clock.shift(5)
        send(*args)

    with (
        monkeypatch.context() as slow,
        time_machine.travel("2026-12-01T08:00Z", tick=False) as clock,
    ):
        slow.setattr(tasks, "_send_digest", slowly)
        tasks.send_digests()
        run_all()
    run_at("2026-12-02T08:00:00")
    assert len(digests_to(dora)) == 2


def test_y116_a_digest_says_only_what_came_since_the_last(dora: User) -> None:
    run_at("2026-12-01T08:00:00", "2026-12-02T08:00:00")
    assert len(digests_to(dora)) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"digest": "off"}, {"email_verified_at": None}, {"suspended_by": 1},
        {"deleted_at": datetime(2026, 1, 1, tzinfo=UTC)},
    ],
)  # fmt: skip
@pytest.mark.parametrize("when", ["before", "between"])
def test_y116_y118_it_goes_to_proven_addresses_of_people_who_want_it(
    dora: User, changed: dict[str, Any], when: str
) -> None:
    with time_machine.travel("2026-12-01T08:00:00Z", tick=False):
        if when == "between":
            tasks.send_digests()
        User.objects.filter(pk=dora.pk).update(**changed)
        if when == "before":
            tasks.send_digests()
        run_all()
    assert digests_to(dora) == []


def test_y116_it_waits_for_the_end_of_quiet_hours(dora: User) -> None:
    Preferences.objects.create(user=dora, quiet_start=time(22), quiet_end=time(9, 30))
    run_at("2026-12-01T08:00:00", "2026-12-01T09:00:00")
    assert digests_to(dora) == []
    run_at("2026-12-01T09:30:00", "2026-12-01T10:00:00")
    assert len(digests_to(dora)) == 1


def test_y116_y13_it_groups_and_says_the_same_in_text_and_html(cast: Cast) -> None:
    User.objects.filter(pk=cast.charlie.pk).update(digest="daily")
    post = publish_post(actor=cast.charlie, content="Hello.")
    for person in (cast.bob, cast.carol, *UserFactory.create_batch(3)):
        like_thing(actor=person, target_id=post.pk)
    sentence = listed(cast.client(cast.charlie), "?grouped=1")[0]["text"]
    run_at("2026-12-01T08:00:00")
    (sent,) = digests_to(cast.charlie)
    [(html, mime)] = sent.alternatives
    assert mime == "text/html"
    assert sentence.endswith("and 3 others like your post.")
    assert sentence in sent.body
    assert sentence in html


def test_y116_a_long_digest_says_how_many_more_there_are(dora: User) -> None:
    tell(dora, 24)
    run_at("2026-12-01T08:00:00")
    assert "- and 5 more" in digests_to(dora)[0].body


def test_y116_names_are_escaped_in_html(dora: User) -> None:
    User.objects.exclude(pk=dora.pk).update(display_name="<b>Bo</b>")
    run_at("2026-12-01T08:00:00")
    (sent,) = digests_to(dora)
    assert "<b>Bo</b> follows you." in sent.body
    assert "<b>Bo" not in sent.alternatives[0][0]


def test_y116_higher_apps_add_parts(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    emil = UserFactory.create(username="emil", digest="daily")
    parts = {
        "popular": lambda user, since: Part("Popular", ["A post by Bo"]),
        "none": lambda user, since: None,
    }
    monkeypatch.setattr(digests, "PARTS", parts)
    monkeypatch.setattr("notifications.actions.digests.PARTS", parts)
    run_at("2026-12-01T08:00:00")
    (sent,) = digests_to(emil)
    assert "Popular\n\n- A post by Bo" in sent.body


def test_y116_slots_are_found_by_zone() -> None:
    now = datetime(2026, 12, 1, 0, 30, tzinfo=UTC)
    found = due_slots(now, ["UTC", "Asia/Tokyo", "America/Los_Angeles"])
    assert dict(found) == {
        date(2026, 12, 1): ["Asia/Tokyo"], date(2026, 11, 30): ["America/Los_Angeles"],
    }  # fmt: skip


def test_y116_statements_for_a_person_do_not_grow_with_what_they_missed(
    dora: User, django_assert_num_queries: Any
) -> None:
    emil = reader("emil", digest="daily")
    tell(emil, 8)
    with time_machine.travel("2026-12-01T08:00:00Z", tick=False):
        tasks.send_digests()
        for digest in Digest.objects.order_by("pk"):
            with django_assert_num_queries(6):
                tasks.send_digest(digest.pk)


def run(_: int) -> None:
    try:
        tasks.send_digests()
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_y116_t45_racing_workers_send_one_mail_each() -> None:
    people = [reader(f"reader{n}", digest="daily") for n in range(6)]
    with time_machine.travel("2026-12-01T08:00:00Z", tick=False):
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(run, range(4)))
        run_all()
    sent = sorted(message.to[0] for message in outbox.outbox if message.subject == SUBJECT)
    assert len(sent) == len(set(sent)) == len(people)
