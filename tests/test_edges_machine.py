import os
import random
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from accounts.actions import follows
from accounts.models import Block, Connection, Follow, FollowRequest, User
from accounts.testing import UserFactory, client_of
from socialsite.lib.invariants import violations
from socialsite.lib.testing.machines import open_block, play

STEPS = int(os.environ.get("MACHINE_STEPS", "50"))
RUNS = int(os.environ.get("MACHINE_RUNS", "6"))
"""STEPS × RUNS is 300 in CI; a release takes 200 000 (T58)."""

Pair = tuple[int, int]
MODERATION = "/api/v1/moderation/actions"


class Edges(RuleBasedStateMachine):
    """The site over HTTP beside a model of it in sets: each answer and every row and counter must agree."""

    def __init__(self) -> None:
        super().__init__()
        self.block = open_block()
        self.block.__enter__()
        made: Any = UserFactory.create_batch(3)
        self.users: list[User] = made
        self.clients = [client_of(user) for user in self.users]
        moderator: Any = UserFactory(role=User.Role.MODERATOR)
        self.moderator = client_of(moderator)
        self.follows: set[Pair] = set()
        self.requests: set[Pair] = set()
        self.blocks: set[Pair] = set()
        self.live: dict[Pair, tuple[int, bool]] = {}
        """(lower, higher) -> (who asked, whether it was accepted)"""
        self.ids: dict[Pair, str] = {}
        self.declined: set[Pair] = set()
        self.private: set[int] = set()
        self.suspended: dict[int, str] = {}

    def teardown(self) -> None:
        try:
            assert list(violations()) == []
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    def status(self, actor: int, method: str, path: str, body: Any = None) -> int:
        return int(self.clients[actor].call(method, f"/api{path}", body).status_code)

    def path(self, user: int, end: str) -> str:
        return f"/users/{self.users[user].pk}/{end}"

    def address(self, actor: int, other: int) -> int:
        """Return what stands in the way of acting on a person at all, or 0."""
        if actor in self.suspended:
            return 401
        if other in self.suspended or (other, actor) in self.blocks:
            return 404
        return 400 if actor == other else 0

    def contact(self, actor: int, other: int) -> int:
        """Return what stands in the way of getting in touch, or 0."""
        return self.address(actor, other) or (403 if (actor, other) in self.blocks else 0)

    def sight(self, actor: int, other: int) -> int:
        """Return what stands in the way of seeing a person, or 0."""
        found = self.address(actor, other)
        return found or (404 if (actor, other) in self.blocks else 0)

    @rule(seed=st.integers(0, 2**32 - 1))
    def step(self, seed: int) -> None:
        """Do one thing, by weight: what ends edges must come as often as what makes them."""
        dice = random.Random(seed)
        one, other = dice.sample(range(3), 2)
        acts: list[tuple[int, Callable[[], None]]] = [
            (5, partial(self.follow, (one, other))),
            (2, partial(self.unfollow, (one, other))),
            (2, partial(self.drop_follower, (one, other))),
            (4, partial(self.answer_follow, (one, other), accepts=dice.random() < 0.7)),
            (4, partial(self.connect, (one, other))),
            (4, partial(self.answer_request, (one, other), accepts=dice.random() < 0.7)),
            (2, partial(self.disconnect, (one, other))),
            (2, partial(self.turn_private, one, is_private=dice.random() < 0.5)),
            (2, partial(self.shut_out, (one, other))),
            (2, partial(self.let_in, (one, other))),
            (3, self.let_everybody_in),
            (1, partial(self.suspend, one)),
            (2, self.restore),
        ]
        act = dice.choices([act for _, act in acts], [weight for weight, _ in acts])[0]
        act()

    def follow(self, pair: Pair) -> None:
        actor, other = pair
        status = self.status(actor, "POST", self.path(other, "follow"))
        refusal = self.contact(actor, other) or 200
        assert status == refusal
        if refusal != 200 or (actor, other) in self.follows:
            return
        if other in self.private:
            self.requests.add((actor, other))
        else:
            self.add_follow(actor, other)

    def add_follow(self, actor: int, other: int) -> None:
        self.follows.add((actor, other))
        self.requests.discard((actor, other))

    def unfollow(self, pair: Pair) -> None:
        actor, other = pair
        status = self.status(actor, "DELETE", self.path(other, "follow"))
        refusal = self.address(actor, other) or 200
        assert status == refusal
        if refusal == 200:
            self.follows.discard((actor, other))
            self.requests.discard((actor, other))

    def drop_follower(self, pair: Pair) -> None:
        actor, other = pair
        path = f"/me/followers/{self.users[other].pk}"
        status = self.status(actor, "DELETE", path)
        refusal = self.address(actor, other) or 200
        assert status == refusal
        if refusal == 200:
            self.follows.discard((other, actor))

    def turn_private(self, actor: int, is_private: bool) -> None:
        status = self.status(actor, "PUT", "/settings", {"private_account": is_private})
        assert status == (401 if actor in self.suspended else 200)
        if status == 200:
            self.private = self.private - {actor} | ({actor} if is_private else set())

    def answer_follow(self, pair: Pair, accepts: bool) -> None:
        actor, other = pair
        path = f"/follow-requests/{self.users[other].pk}/{'accept' if accepts else 'reject'}"
        asked = (other, actor) in self.requests
        status = self.status(actor, "POST", path)
        refusal = self.sight(actor, other) or (200 if asked else 404)
        assert status == refusal
        if refusal == 200:
            self.requests.discard((other, actor))
            self.follows |= {(other, actor)} if accepts else set()

    def shut_out(self, pair: Pair) -> None:
        actor, other = pair
        status = self.status(actor, "PUT", self.path(other, "block"))
        refusal = self.address(actor, other) or 200
        assert status == refusal
        if refusal == 200:
            both = {(actor, other), (other, actor)}
            self.follows -= both
            self.requests -= both
            self.live.pop(ordered(actor, other), None)
            self.blocks.add((actor, other))

    def let_in(self, pair: Pair) -> None:
        actor, other = pair
        status = self.status(actor, "DELETE", self.path(other, "block"))
        refusal = self.address(actor, other) or 200
        assert status == refusal
        if refusal == 200:
            self.blocks.discard((actor, other))

    def let_everybody_in(self) -> None:
        for pair in sorted(self.blocks):
            self.let_in(pair)

    def connect(self, pair: Pair) -> None:
        actor, other = pair
        key, body = ordered(actor, other), {"target_user_id": self.users[other].pk}
        answer = self.clients[actor].send("/api/connections/request", body)
        expected = self.contact(actor, other) or self.state_conflict(actor, other) or 201
        assert answer.status_code == expected
        if expected == 201:
            self.ids[key] = answer.json()["id"]
            if key in self.live:
                self.accept(key)
            else:
                self.live[key] = actor, False

    def state_conflict(self, actor: int, other: int) -> int:
        asker, is_accepted = self.live.get(ordered(actor, other), (None, False))
        if asker is None:
            return 409 if (actor, other) in self.declined else 0
        return 409 if is_accepted or asker == actor else 0

    def accept(self, pair: Pair) -> None:
        self.live[pair] = self.live[pair][0], True
        self.add_follow(*pair)
        self.add_follow(*reversed(pair))

    def answer_request(self, pair: Pair, accepts: bool) -> None:
        actor, other = pair
        key = ordered(actor, other)
        if key not in self.live:
            return
        asker, is_accepted = self.live[key]
        path = f"/connections/{self.ids[key]}/{'accept' if accepts else 'decline'}"
        done = 200 if accepts else 204
        refusal = self.sight(actor, other) or (403 if asker == actor else 409 if is_accepted else 0)
        assert self.status(actor, "PUT", path) == (refusal or done)
        if not refusal and accepts:
            self.accept(key)
        elif not refusal:
            del self.live[key]
            self.declined.add((asker, actor))

    def disconnect(self, pair: Pair) -> None:
        actor, other = pair
        key = ordered(actor, other)
        if key not in self.live:
            return
        asker, is_accepted = self.live[key]
        refusal = self.sight(actor, other) or (0 if is_accepted or asker == actor else 403)
        status = self.status(actor, "DELETE", f"/connections/{self.ids[key]}")
        assert status == (refusal or 204)
        if not refusal:
            del self.live[key]

    def suspend(self, other: int) -> None:
        body = {"target_id": self.users[other].pk, "action": "suspend", "note": "spam"}
        answer = self.moderator.send(MODERATION, body)
        assert answer.status_code == (409 if other in self.suspended else 201)
        if answer.status_code == 201:
            self.suspended[other] = answer.json()["id"]

    def restore(self) -> None:
        if self.suspended:
            _, action = self.suspended.popitem()
            assert self.moderator.send(f"{MODERATION}/{action}/undo").status_code == 200

    @invariant()
    def rows_agree(self) -> None:
        number = {user.pk: n for n, user in enumerate(self.users)}
        live = Connection.objects.live()
        for model, rows, names in (
            (self.follows, Follow.objects.all(), ("follower", "followed")),
            (self.requests, FollowRequest.objects.all(), ("requester", "target")),
            (self.blocks, Block.objects.all(), ("blocker", "blocked")),
            (set(self.live), live, ("low", "high")),
        ):
            stored = [(number[a], number[b]) for a, b in rows.values_list(*names)]
            assert sorted(stored) == sorted(model)

    @invariant()
    def counters_agree(self) -> None:
        accepted = [pair for pair, (_, is_accepted) in self.live.items() if is_accepted]
        followers = Counter(other for _, other in self.follows)
        following = Counter(actor for actor, _ in self.follows)
        connections = Counter(person for pair in accepted for person in pair)
        names = ("follower_count", "following_count", "connection_count")
        stored = User.objects.filter(pk__in=[user.pk for user in self.users]).order_by("pk")
        expected = [(followers[n], following[n], connections[n]) for n in range(3)]
        assert list(stored.values_list(*names)) == expected


def ordered(one: int, other: int) -> Pair:
    return (min(one, other), max(one, other))


@pytest.fixture(autouse=True)
def no_limits(db: None, settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1e6


def test_m15_t58_edges_and_counters_follow_their_model_step_by_step() -> None:
    play(Edges, runs=RUNS, steps=STEPS)
    assert list(violations()) == []


def test_t58_a_counter_that_is_not_lowered_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    true_count = follows._count

    def count_up_only(*people: Any, by: int) -> None:
        if by > 0:
            true_count(*people, by=by)

    monkeypatch.setattr(follows, "_count", count_up_only)
    with pytest.raises(AssertionError):
        play(Edges, runs=50, steps=STEPS, shrinks=False)
