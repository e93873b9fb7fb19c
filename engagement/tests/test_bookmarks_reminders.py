from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.testing import Cast
from engagement.actions.bookmarks import remind_of_bookmark
from engagement.models import Bookmark
from engagement.tasks import send_reminders
from engagement.tests.things import publish
from notifications.models import Notification
from socialsite.lib.api.serializers import rfc3339
from socialsite.lib.tasks.registry import SCHEDULES
from socialsite.lib.testing.client import ApiClient

pytestmark = pytest.mark.django_db
PATH = "/api/bookmarks"


@pytest.fixture
def post(cast: Cast, alice: ApiClient) -> int:
    return publish(alice)


def remind(client: ApiClient, post: int, days: int = 1) -> None:
    moment = rfc3339(timezone.now() + timedelta(days=days))
    assert client.set(f"{PATH}/{post}", {"remind_at": moment}).status_code == 200


def make_due(days: int = 2) -> None:
    past = timezone.now().replace(microsecond=5000) - timedelta(days=days)
    Bookmark.objects.update(remind_at=past)


def reminders(client: ApiClient) -> list[Any]:
    rows = client.read("/api/notifications").json()["results"]
    return [row for row in rows if row["type"] == "bookmark_reminder"]


def test_b18_a_reminder_comes_once_when_it_is_due(cast: Cast, post: int, bob: ApiClient) -> None:
    remind(bob, post)
    send_reminders()
    assert reminders(bob) == []
    make_due()
    for _ in range(2):
        send_reminders()
    [told] = reminders(bob)
    assert told["text"] == "You wanted to be reminded of a post."
    assert Notification.objects.get(type="bookmark_reminder").target_id == post
    assert bob.read(f"{PATH}/{post}").json()["reminded_at"] is not None
    assert str(SCHEDULES["engagement.send_reminders"]) == "every 60 s"


def test_b18_another_moment_reminds_anew(post: int, bob: ApiClient) -> None:
    for days in (2, 3):
        remind(bob, post, days)
        assert bob.read(f"{PATH}/{post}").json()["reminded_at"] is None
        make_due(days)
        send_reminders()
    assert len(reminders(bob)) == 2


def test_b18_a_reminder_that_was_moved_or_taken_back_meanwhile_does_not_come(
    post: int, bob: ApiClient
) -> None:
    remind(bob, post)
    make_due()
    seen = Bookmark.objects.get()
    remind(bob, post, 5)
    assert remind_of_bookmark(bookmark=seen) is False
    bob.set(f"{PATH}/{post}", {"remind_at": None})
    assert remind_of_bookmark(bookmark=seen) is False
    assert reminders(bob) == []


def test_b18_of_what_is_gone_nobody_is_reminded(
    post: int, alice: ApiClient, bob: ApiClient
) -> None:
    remind(bob, post)
    make_due()
    alice.drop(f"/api/posts/{post}")
    send_reminders()
    assert reminders(bob) == []


def test_b18_a_moment_that_has_passed_may_be_sent_again_unchanged(
    post: int, bob: ApiClient
) -> None:
    remind(bob, post)
    make_due()
    send_reminders()
    row = bob.read(f"{PATH}/{post}").json()
    again = bob.set(f"{PATH}/{post}", {"note": "Done", "remind_at": row["remind_at"]})
    assert (again.status_code, again.json()["note"]) == (200, "Done")
    send_reminders()
    assert len(reminders(bob)) == 1
