from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.testing import Cast
from moderation.tests.things import MINE, NOTE, act, undo, write
from notifications.models import Notification
from socialsite.lib.api.serializers import rfc3339
from socialsite.lib.testing.client import ApiClient


def test_b13_the_affected_person_reads_the_statement_of_reasons(
    cast: Cast, moderator: ApiClient, bob: ApiClient
) -> None:
    thing, until = write(cast.bob), timezone.now() + timedelta(days=2)
    more = {"reason": "spam", "statement": "No advertising.", "until": until.isoformat()}
    done = act(moderator, thing, "delete", **more).json()
    (row,) = bob.read(MINE).json()["results"]
    assert (row["id"], row["action"], row["reason"]) == (done["id"], "delete", "spam")
    assert (row["target_id"], row["target_type"]) == (str(thing.pk), "post")
    assert (row["evidence"], row["statement"]) == (thing.content, "No advertising.")
    assert (row["until"], row["undone_at"]) == (rfc3339(until), None)
    undo(moderator, done)
    assert bob.read(MINE).json()["results"][0]["undone_at"] is not None


def test_b13_neither_the_moderator_nor_the_note_is_told(
    cast: Cast, moderator: ApiClient, bob: ApiClient
) -> None:
    act(moderator, write(cast.bob), "hide")
    answer = bob.read(MINE)
    assert set(answer.json()["results"][0]) == {
        "id", "action", "target_id", "target_type", "reason", "evidence", "statement", "until", "created_at", "undone_at",
    }  # fmt: skip
    for secret in (NOTE, "moderator1", str(cast.moderator.pk)):
        assert secret not in answer.content.decode()


def test_b13_nobody_reads_what_was_done_to_others(
    cast: Cast, moderator: ApiClient, alice: ApiClient, api: ApiClient
) -> None:
    act(moderator, write(cast.bob), "hide")
    assert api.read(MINE).status_code == 401
    for client in (alice, moderator):
        assert client.read(MINE).json()["results"] == []


def test_b13_the_notification_points_at_the_action(
    cast: Cast, moderator: ApiClient, bob: ApiClient
) -> None:
    done = act(moderator, write(cast.bob), "delete").json()
    row = Notification.objects.visible_to(cast.bob).get(type="moderated")
    assert (row.target_id, row.actor_id) == (int(done["id"]), None)


def test_b13_the_list_costs_the_same_for_any_number(
    cast: Cast, moderator: ApiClient, bob: ApiClient, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        act(moderator, cast.bob, "warn")
    with django_assert_max_num_queries(2):
        assert len(bob.read(MINE).json()["results"]) == 3
