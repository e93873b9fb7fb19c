import random
import time
from typing import Any

import pytest
from django.db import connection

from accounts.actions import blocks
from accounts.models import User
from accounts.testing import UserFactory, client_of
from accounts.tests.racing import Act, race
from engagement.actions import comments, emoji, reactions, shares
from engagement.models import Comment, Reaction, Share
from engagement.tests.things import publish
from moderation.actions import content, undo
from moderation.models import Action
from posts.actions import trash
from posts.models import Post
from socialsite.lib.invariants import violations

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]

CALLS, THREADS = 5_000, 16
EMOJI = ("🎉", "👍", "❤️")


@pytest.fixture(autouse=True)
def no_limits(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1e6


class Thread:
    """What one thread of the race does, by its own dice, to a few posts and the comments on them."""

    def __init__(self, seed: int, people: list[User], moderator: User, posts: list[Post]) -> None:
        self.dice = random.Random(seed)
        self.people, self.moderator, self.posts = people, moderator, posts

    def acts(self, number: int) -> list[Act]:
        kinds = (
            [self.like] * 6 + [self.mark] * 4 + [self.like_comment] * 3 + [self.share] * 3 + [self.comment] * 4
            + [self.uncomment] * 2 + [self.delete, self.restore, self.restore, self.hide, self.undo, self.undo]
            + [self.block]
        )  # fmt: skip
        return [self.dice.choice(kinds) for _ in range(number)]

    def actor(self) -> User:
        return self.dice.choice(self.people)

    def post(self) -> Post:
        return self.dice.choice(self.posts)

    def like(self) -> None:
        acts = [reactions.like_thing, reactions.unlike_thing, reactions.toggle_like]
        self.dice.choice(acts)(actor=self.actor(), target_id=self.post().pk)

    def mark(self) -> None:
        act: Any = self.dice.choice([emoji.add_emoji, emoji.remove_emoji])
        act(actor=self.actor(), target_id=self.post().pk, emoji=self.dice.choice(EMOJI))

    def like_comment(self) -> None:
        if found := Comment.objects.filter(target_id=self.post().pk).order_by("-pk").first():
            reactions.toggle_like(actor=self.actor(), target_id=found.pk)

    def share(self) -> None:
        act: Any = self.dice.choice([shares.share_thing, shares.unshare_thing])
        act(actor=self.actor(), target_id=self.post().pk)

    def comment(self) -> None:
        post = self.post()
        above = Comment.objects.filter(target_id=post.pk).order_by("-pk").first()
        parent_id = above.pk if above and above.depth < 3 and self.dice.random() < 0.5 else None
        text = f"Word {self.dice.random()}"
        comments.create_comment(
            actor=self.actor(), target_id=post.pk, content=text, parent_id=parent_id
        )

    def uncomment(self) -> None:
        rows = Comment.objects.filter(target_id=self.post().pk, deleted_at=None)
        if found := rows.select_related("author").order_by("-pk").first():
            comments.delete_comment(actor=found.author, comment=found)

    def delete(self) -> None:
        rows = Post.objects.select_related("author")
        share = rows.filter(shared=self.post().pk).first()
        post = share or rows.get(pk=self.post().pk)
        trash.delete_post(actor=post.author, post=post)

    def restore(self) -> None:
        post = Post.objects.select_related("author").get(pk=self.post().pk)
        trash.restore_post(actor=post.author, post=post)

    def hide(self) -> None:
        thing: Any = self.post()
        if self.dice.random() < 0.5:
            rows = Comment.objects.filter(target_id=thing.pk).select_related("author")
            thing = rows.order_by("pk").first() or thing
        content.hide_thing(actor=self.moderator, thing=thing, note="A race.")

    def undo(self) -> None:
        if action := Action.objects.filter(undone_at=None).order_by("pk").first():
            undo.undo_action(actor=self.moderator, action=action)

    def block(self) -> None:
        pair = self.dice.sample(self.people, 2)
        act: Any = self.dice.choice([blocks.block_user, blocks.unblock_user, blocks.unblock_user])
        act(actor=pair[0], target=pair[1])


def test_m14_t8_t45_5000_racing_deeds_leave_no_drift() -> None:
    people: Any = UserFactory.create_batch(10)
    moderator: User = UserFactory.create(role=User.Role.MODERATOR)
    ids = [publish(client_of(person)) for person in people[:6]]
    posts = list(Post.objects.filter(pk__in=ids).select_related("author"))
    threads = [Thread(seed, people, moderator, posts) for seed in range(THREADS)]
    started = time.monotonic()
    failures = race(*(thread.acts(CALLS // THREADS + 1) for thread in threads))
    wrongs = [f"{name}: {sentence}" for name, sentence in violations()]
    assert (failures, wrongs) == ([], []), connection.vendor
    assert time.monotonic() - started < 300
    assert min(model.objects.count() for model in (Reaction, Share, Comment)) > 0
