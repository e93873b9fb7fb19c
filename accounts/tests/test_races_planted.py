"""Defects planted on purpose: each must be caught by the checks that the races rely on."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.db import connection, connections

from accounts.actions import blocks, follows
from accounts.models import Connection, Follow, User
from accounts.testing import UserFactory
from accounts.tests.racing import across_blocks, duel, race, wrongs
from socialsite.lib.sqlite.queue import WriterQueue

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 40


def couples() -> list[tuple[User, User]]:
    people: Any = UserFactory.create_batch(2 * ROUNDS)
    return list(zip(people[:ROUNDS], people[ROUNDS:], strict=True))


def test_a_dropped_counter_update_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follows, "_count", lambda *people, by: None)
    [(alice, bob), *_] = couples()
    follows.follow_user(actor=alice, target=bob)
    names = {sentence.partition(":")[0] for sentence in wrongs()}
    assert names == {"accounts.user.follower_count", "accounts.user.following_count"}


def unlocked(actor: User, target: User) -> tuple[User, User]:
    people = User.objects.in_bulk([actor.pk, target.pk])
    return people[actor.pk], people[target.pk]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_a_dropped_row_lock_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.actions.pairs.lock_pair", unlocked)
    monkeypatch.setattr(blocks, "lock_pair", unlocked)
    pairs = couples()
    contacts = [partial(follows.follow_user, actor=bob, target=alice) for alice, bob in pairs]
    shut = [partial(blocks.block_user, actor=alice, target=bob) for alice, bob in pairs]
    failures = duel(contacts, shut)
    assert failures or across_blocks()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has row locks")
def test_a_dropped_immediate_mode_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    options = connections.settings["default"]["OPTIONS"]
    monkeypatch.setitem(options, "transaction_mode", "DEFERRED")
    # In one process the queue alone would do; between processes there is none.
    monkeypatch.setattr(WriterQueue, "acquire", lambda queue, timeout_s: True)
    monkeypatch.setattr(WriterQueue, "release", lambda queue: None)
    people: Any = UserFactory.create_batch(8)
    sides = [
        [partial(follows.toggle_follow, actor=actor, target=target) for target in people]
        for actor in people
    ]
    assert any("locked" in failure for failure in race(*sides))


@pytest.fixture
def without_one_live() -> Iterator[None]:
    unique = next(c for c in Connection._meta.constraints if c.name == "connection_one_live")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Connection, unique)
    yield
    Connection.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(Connection, unique)


@pytest.mark.usefixtures("without_one_live")
def test_a_dropped_constraint_is_seen() -> None:
    [(low, high), *_] = couples()
    for requester in (low, high):
        Connection.objects.create(low=low, high=high, requester=requester)
    assert wrongs() == [f"twice: ({low.pk}, {high.pk})"]


def test_an_edge_across_a_block_is_seen_by_the_site_and_by_the_tests() -> None:
    [(alice, bob), *_] = couples()
    blocks.block_user(actor=alice, target=bob)
    Follow.objects.create(follower=bob, followed=alice)
    User.objects.filter(pk=bob.pk).update(following_count=1)
    User.objects.filter(pk=alice.pk).update(follower_count=1)
    assert len(wrongs()) == 2
