import os
import random
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from accounts.models import User
from accounts.testing import UserFactory, client_of
from moderation.actions import add_report, hold_thing
from moderation.models import COLUMNS, Action
from moderation.tests.things import act, again, posts, review, write
from socialsite.lib.invariants import violations
from socialsite.lib.testing.machines import open_block, play

STEPS = int(os.environ.get("MACHINE_STEPS", "40"))
RUNS = int(os.environ.get("MACHINE_RUNS", "5"))
MOVED = {"deleted_at", "deleted_by", "hidden_by", "removed_by"}


def columns(thing: Any) -> dict[str, Any]:
    return {field.attname: getattr(thing, field.attname) for field in thing._meta.concrete_fields}


class Standing(RuleBasedStateMachine):
    """One post over HTTP beside a model of who took it away: after each step every column and counter agrees."""

    def __init__(self) -> None:
        super().__init__()
        self.block = open_block()
        self.block.__enter__()
        people: Any = UserFactory.create_batch(2)
        self.author, self.reader = people
        moderator: Any = UserFactory(role=User.Role.MODERATOR)
        self.moderator, self.writer = client_of(moderator), client_of(self.author)
        self.thing = write(self.author, "About #this.")
        self.before = columns(self.thing)
        self.live: dict[str, int] = {}
        """Kind of action -> the live one"""
        self.is_deleted = False

    def teardown(self) -> None:
        try:
            assert list(violations()) == []
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    @rule(kind=st.sampled_from(["hide", "delete"]))
    def take(self, kind: str) -> None:
        answer = act(self.moderator, self.thing, kind)
        assert answer.status_code == (409 if kind in self.live else 201)
        self.live.setdefault(kind, int(answer.json().get("id", 0)))

    @rule()
    def hold(self) -> None:
        """As the screening does, which leaves alone what is held."""
        if "hold" not in self.live:
            thing = again(self.thing)
            case = add_report(thing=thing, reporter=None, reason="spam")
            self.live["hold"] = hold_thing(thing=thing, note="Spam.", case=case).pk

    @precondition(lambda self: self.live)
    @rule(seed=st.integers(0, 99))
    def undo(self, seed: int) -> None:
        kind = random.Random(seed).choice(sorted(self.live))
        path = f"/api/v1/moderation/actions/{self.live.pop(kind)}/undo"
        assert self.moderator.send(path).status_code == 200
        assert self.moderator.send(path).status_code == 409

    @rule(decision=st.sampled_from(["dismiss", "warn", "hide", "delete"]))
    def decide(self, decision: str) -> None:
        """A decision ends the hold; one that cannot be taken changes nothing."""
        if not self.live.get("hold"):
            return
        answer = review(self.moderator, self.thing, decision)
        if decision in self.live or answer.status_code == 409:
            assert answer.status_code == 409
            return
        assert answer.status_code == 200, answer.content
        del self.live["hold"]
        made = Action.objects.live().filter(target_id=self.thing.pk, kind=decision).first()
        if made and decision != "warn":
            self.live[decision] = made.pk

    @rule()
    def delete_own(self) -> None:
        answer = self.writer.drop(f"/api/posts/{self.thing.pk}")
        may = not self.is_deleted and "delete" not in self.live
        assert (answer.status_code < 300) == may, answer.content
        self.is_deleted |= may

    @rule()
    def restore_own(self) -> None:
        answer = self.writer.send(f"/api/me/trash/{self.thing.pk}/restore")
        may = self.is_deleted and "delete" not in self.live
        assert (answer.status_code < 300) == may, answer.content
        self.is_deleted &= not may

    @invariant()
    def every_column_agrees(self) -> None:
        now = columns(again(self.thing))
        assert now["hidden_by"] == self.cause("hidden_by")
        assert now["removed_by"] == self.cause("removed_by")
        assert (now["deleted_at"] is not None) == self.is_deleted
        assert now["deleted_by"] == (self.author.pk if self.is_deleted else None)
        still = {name: value for name, value in now.items() if name not in MOVED}
        assert still == {name: self.before[name] for name in still}

    @invariant()
    def readers_and_counters_agree(self) -> None:
        is_there = not self.live and not self.is_deleted
        assert posts().visible_to(self.reader).filter(pk=self.thing.pk).exists() == is_there
        assert again(self.author).post_count == int(is_there)
        tag = apps.get_model("engagement", "Tag")._default_manager.get(tag="this")
        assert tag.usage_count == int(is_there)

    def cause(self, column: str) -> int | None:
        live = [pk for kind, pk in self.live.items() if COLUMNS[Action.Kind(kind)] == column]
        return max(live, default=None)


@pytest.fixture(autouse=True)
def no_limits(db: None, settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1e6


def test_b11_t58_undo_is_exact_in_any_order_of_anything() -> None:
    play(Standing, runs=RUNS, steps=STEPS)
    assert list(violations()) == []
