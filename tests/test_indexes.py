"""What the database keeps in order: indexes, unique constraints, and rows that are forgotten in time."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from accounts.models import User
from engagement.models import TagFollow
from engagement.tests.things import publish
from socialsite.lib.tasks.registry import SCHEDULES
from socialsite.lib.testing.client import ApiClient

pytestmark = pytest.mark.django_db
OURS = (
    *("accounts", "analytics", "chat", "engagement", "lib", "moderation"),
    *("network", "notifications", "posts", "search"),
)
FORGOTTEN = {
    "accounts.forget_guests", "accounts.purge_credentials", "accounts.purge_tickets", "chat.purge_old_messages",
    "chat.purge_old_rooms", "engagement.purge_views",
    "lib.purge_idempotency_keys", "lib.purge_limits", "lib.purge_stream_events", "lib.purge_tasks",
    "notifications.purge", "posts.purge_old_posts",
}  # fmt: skip
"""The jobs that take rows away when their time is over"""


def indexes() -> dict[str, Any]:
    """Return the indexes of our tables as the database has them, primary keys left out."""
    found: dict[str, Any] = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if model._meta.app_label in OURS:
                table = model._meta.db_table
                known = connection.introspection.get_constraints(cursor, table)
                for name, one in known.items():
                    if one["index"] or (one["unique"] and not one["primary_key"]):
                        found[f"{table}.{name}"] = one
    return found


def test_y90_there_are_more_indexes_than_were_asked_for() -> None:
    known = indexes()
    compound = [name for name, one in known.items() if len(one["columns"]) > 1]
    assert len(known) >= 33
    assert len(compound) >= 20


def test_y90_what_is_unique_is_so_in_the_database() -> None:
    unique = {tuple(one["columns"]) for one in indexes().values() if one["unique"]}
    once = {
        ("username",), ("email",), ("tag",), ("user_id", "target_id", "name"), ("follower_id", "followed_id"),
        ("user_id", "tag_id"), ("range", "kind", "object_id"),
    }  # fmt: skip
    assert once <= unique
    for model in (User, TagFollow):
        assert any(known.name for known in model._meta.constraints)


def test_y90_texts_are_found_by_an_index_of_words(alice: ApiClient, api: ApiClient) -> None:
    post = publish(alice, content="A rhinoceros in the garden.")
    found = api.read("/api/search?q=rhinoceros&type=posts")
    assert found.status_code == 200
    assert str(post) in found.content.decode()


def test_y90_rows_whose_time_is_over_are_taken_away_by_jobs() -> None:
    assert set(SCHEDULES) >= FORGOTTEN
