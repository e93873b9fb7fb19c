import os
import random
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from accounts.models import User
from accounts.testing import UserFactory, client_of
from engagement.actions import comments
from engagement.models import Comment
from engagement.reads import LEVELS
from engagement.tests.threads import make_post, path, thread
from socialsite.lib.invariants import violations
from socialsite.lib.testing.machines import open_block, play

STEPS = int(os.environ.get("MACHINE_STEPS", "40"))
RUNS = int(os.environ.get("MACHINE_RUNS", "3"))
"""STEPS × RUNS is 120 in CI; a release takes 200 000 (T58)."""
OWNER, WRITERS = 0, (0, 1, 2)
MODERATION = "/api/v1/moderation/actions"


@dataclass
class Known:
    """What the model knows of a comment."""

    id: str
    author: int
    parent: "Known | None"
    standing: str
    is_deleted: bool = False
    is_changed: bool = False
    undo: dict[str, str] = field(default_factory=dict)
    fans: set[int] = field(default_factory=set)

    @property
    def counts(self) -> bool:
        return self.standing == "shown" and not self.is_deleted and not self.undo

    def is_seen_by(self, viewer: int) -> bool:
        if self.is_deleted or "delete" in self.undo:
            return False
        return self.counts or viewer == self.author or (viewer == OWNER and not self.undo)


class Threads(RuleBasedStateMachine):
    """Comments on one post over HTTP beside a model of them: each answer and every counter must agree."""

    def __init__(self) -> None:
        super().__init__()
        self.block = open_block()
        self.block.__enter__()
        made: Any = UserFactory.create_batch(3, is_verified=True)
        self.clients = [client_of(user) for user in made]
        moderator: Any = UserFactory.create(role=User.Role.MODERATOR)
        self.moderator = client_of(moderator)
        self.post = make_post(self.clients[OWNER])
        self.comments: list[Known] = []
        self.asks_leave = False

    def teardown(self) -> None:
        try:
            assert list(violations()) == []
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    @rule(seed=st.integers(0, 2**32 - 1))
    def step(self, seed: int) -> None:
        """Do one thing, by weight."""
        dice = random.Random(seed)
        known = dice.choice(self.comments) if self.comments else None
        actor = dice.choice(WRITERS)
        acts = {self.write: 4, self.delete: 2, self.decide: 3, self.moderate: 2, self.restore: 3}
        acts |= {self.like: 3, self.change_policy: 1, self.edit: 1}
        dice.choices(list(acts), list(acts.values()))[0](dice, actor, known)

    def write(self, dice: random.Random, actor: int, above: Known | None) -> None:
        body = {"content": str(dice.random()), **({"parent_id": above.id} if above else {})}
        answer = self.clients[actor].send(thread(self.post), body)
        if above and not above.is_seen_by(actor):
            assert answer.status_code == 404
        elif above and not above.counts:
            assert answer.status_code == 409
        else:
            assert answer.status_code == 201
            waits = self.asks_leave and actor != OWNER
            standing = "pending" if waits else "shown"
            self.comments.append(Known(answer.json()["id"], actor, above, standing))

    def edit(self, dice: random.Random, actor: int, known: Known | None) -> None:
        if known:
            allowed = 200 if actor == known.author else 403
            answer = self.clients[actor].set(path({"id": known.id}), {"content": "changed"})
            assert answer.status_code == (allowed if known.is_seen_by(actor) else 404)
            if answer.status_code == 200 and not known.is_changed:
                waits_again = self.asks_leave and actor != OWNER and known.standing == "shown"
                known.standing = "pending" if waits_again else known.standing
                known.is_changed = True

    def delete(self, dice: random.Random, actor: int, known: Known | None) -> None:
        if known:
            allowed = 204 if actor in {OWNER, known.author} else 403
            status = self.clients[actor].drop(path({"id": known.id})).status_code
            assert status == (allowed if known.is_seen_by(actor) else 404)
            known.is_deleted |= status == 204

    def decide(self, dice: random.Random, actor: int, known: Known | None) -> None:
        if known is None:
            return
        verb, standing = dice.choice([("approve", "shown"), ("hide", "turned_away")])
        status = self.clients[actor].send(f"/api/comments/{known.id}/{verb}").status_code
        allowed = 200 if actor == OWNER else 403
        assert status == (allowed if known.is_seen_by(actor) else 404)
        if status == 200:
            known.standing = standing

    def moderate(self, dice: random.Random, actor: int, known: Known | None) -> None:
        verb = dice.choice(["hide", "delete"])
        if known is None or verb in known.undo:
            return
        body = {"target_id": known.id, "action": verb, "note": "Beyond the rules."}
        answer = self.moderator.send(MODERATION, body)
        assert answer.status_code in {200, 201}
        known.undo[verb] = f"{MODERATION}/{answer.json()['id']}/undo"

    def restore(self, dice: random.Random, actor: int, known: Known | None) -> None:
        acted_on = [comment for comment in self.comments if comment.undo]
        if acted_on:
            undo = dice.choice(acted_on).undo
            path = undo.pop(dice.choice(sorted(undo)))
            assert self.moderator.send(path).status_code == 200

    def like(self, dice: random.Random, actor: int, known: Known | None) -> None:
        if known is None:
            return
        status = self.clients[actor].set(f"/api/comments/{known.id}/like").status_code
        assert status == ((200 if known.counts else 409) if known.is_seen_by(actor) else 404)
        if status == 200:
            known.fans.add(actor)

    def change_policy(self, dice: random.Random, actor: int, known: Known | None) -> None:
        self.asks_leave = not self.asks_leave
        body = {"approve_comments": self.asks_leave}
        answer = self.clients[OWNER].set(f"/api/posts/{self.post.pk}/policy", body)
        assert answer.status_code == 200

    @invariant()
    def counters_agree(self) -> None:
        self.post.refresh_from_db()
        assert self.post.comment_count == sum(known.counts for known in self.comments)
        rows = Comment.objects.in_bulk([int(known.id) for known in self.comments])
        for known in self.comments:
            row = rows[int(known.id)]
            replies = sum(below.counts for below in self.comments if below.parent is known)
            assert (row.reply_count, row.like_count) == (replies, len(known.fans))

    @invariant()
    def lists_agree(self) -> None:
        for viewer in (OWNER, 1 + len(self.comments) % 2):
            answer = self.clients[viewer].read(f"{thread(self.post)}?limit=100&sort=old")
            rows = answer.json()["results"]
            seen = {known.id: known.is_seen_by(viewer) for known in self.comments}
            stones = {known.id for known in self.comments if self.has_branch(known, LEVELS)}
            expected = {pk for pk, is_seen in seen.items() if is_seen} | stones
            assert {row["id"]: not row["is_deleted"] for row in rows} == {
                pk: seen[pk] for pk in expected
            }

    def has_branch(self, known: Known, levels: int) -> bool:
        """Tell whether something that counts hangs on a comment, this many levels below its replies or above."""
        below = [reply for reply in self.comments if reply.parent is known]
        if any(reply.counts for reply in below):
            return True
        return levels > 0 and any(self.has_branch(reply, levels - 1) for reply in below)


@pytest.fixture(autouse=True)
def no_limits(db: None, settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1e6


def test_m15_m38_m41_t58_comments_agree_with_a_model_of_them_after_every_step() -> None:
    play(Threads, runs=RUNS, steps=STEPS, shrinks=False)
    assert list(violations()) == []


def test_t58_a_count_of_comments_that_is_not_lowered_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    true_count = comments._count

    def count_up_only(comment: Comment, by: int) -> None:
        if by > 0:
            true_count(comment, by)

    monkeypatch.setattr(comments, "_count", count_up_only)
    with pytest.raises(AssertionError):
        # It ends at the first that is wrong.
        play(Threads, runs=50, steps=STEPS, shrinks=False)
