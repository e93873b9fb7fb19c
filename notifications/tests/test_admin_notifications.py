from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions import follows
from accounts.testing import Cast, UserFactory, console_of
from notifications.admin import digests_by_day
from notifications.models import Digest, Notification

PAGE = "/admin/notifications/notification/"


@pytest.fixture
def mod(cast: Cast) -> Client:
    return console_of(cast.moderator)


@pytest.mark.django_db
def test_moderators_read_type_and_state_but_neither_who_nor_what(cast: Cast, mod: Client) -> None:
    stranger = UserFactory.create(username="canary_actor", display_name="Canary")
    follows.follow_user(actor=stranger, target=cast.charlie)
    row = Notification.objects.get(recipient=cast.charlie)
    Notification.objects.filter(pk=row.pk).update(params={"word": "canary"})
    for page in (PAGE, f"{PAGE}{row.pk}/change/", f"{PAGE}export/", f"{PAGE}?q=charlie"):
        answer = mod.get(page)
        assert answer.status_code == 200
        assert row.type.encode() in answer.content
        assert b"canary" not in answer.content.lower()
        assert str(stranger.pk).encode() not in answer.content


@pytest.mark.django_db
def test_the_list_is_filtered_by_type_and_state(cast: Cast, mod: Client) -> None:
    row = Notification.objects.filter(recipient=cast.bob).latest("pk")
    reader, change = f"@{cast.bob.username}", f"{row.pk}/change/"
    assert change in mod.get(f"{PAGE}?type={row.type}").content.decode()
    assert change not in mod.get(f"{PAGE}?type=connection_declined").content.decode()
    assert change in mod.get(f"{PAGE}?state=unread").content.decode()
    assert change not in mod.get(f"{PAGE}?state=read").content.decode()
    assert reader in mod.get(f"{PAGE}?q=bob").content.decode()


@pytest.mark.django_db
def test_the_list_costs_the_same_queries_however_long_it_is(cast: Cast, mod: Client) -> None:
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as caught:
            assert mod.get(PAGE).status_code == 200
        counts.append(len(caught))
        for person in UserFactory.create_batch(6):
            follows.follow_user(actor=person, target=cast.charlie)
    assert counts[0] == counts[1] <= 6


@pytest.mark.django_db
def test_y116_the_first_page_shows_the_digests_that_went_out(cast: Cast, mod: Client) -> None:
    now = timezone.now()
    for user, sent in ((cast.alice, now), (cast.bob, now), (cast.carol, None)):
        Digest.objects.create(user=user, slot=now.date(), claim=uuid4(), sent_at=sent)
    assert list(digests_by_day().values())[-1] == 2
    assert b"Digests" in mod.get("/admin/").content


@pytest.mark.django_db
def test_b16_what_is_held_is_said_to_be(cast: Cast, mod: Client) -> None:
    row = Notification.objects.filter(recipient=cast.bob).latest("pk")
    Notification.objects.filter(pk=row.pk).update(is_held=True)
    page = mod.get(f"{PAGE}?state=held").content.decode()
    assert f"{row.pk}/change/" in page
    assert "held" in page
