"""Fill a database with a feed: `python -m bench.inside.feed_seed POSTS`; prints who calls as JSON.

10 000 people with 200 000 follows, posts by skewed authors over a year, and 300 000 likes; 64 viewers follow 100 people each.
"""

import itertools
import json
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.inside.seed import (
    PEERS_TABLES,
    WORDS,
    copy_for_peers,
    person,
)  # first: it sets Django up

# isort: split
from django.core.management import call_command
from django.db import connection, models
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from accounts import secrets
from accounts.actions.sessions import Origin, open_session
from accounts.models import AudienceMember, Block, Connection, Follow, Mute, User
from engagement.models import LIKE, Bookmark, Reaction, Share, Tag, TagFollow, Tagging
from posts.models import Feedback, Post
from socialsite.lib.ids import BackdatedMinter, Kind

PEOPLE, FOLLOWS, LIKES, TAGS = 10_000, 200_000, 300_000, 200
VIEWERS, FOLLOWS_EACH, CONNECTIONS_EACH, TAGS_EACH = 64, 100, 10, 3
EXTREMES = {"few": 30, "many": 2_000}
"""People who follow so many, whose pages must take as many statements as those of others"""
VISIBILITIES = {"public": 88, "followers": 6, "connections": 3, "unlisted": 2, "private": 1}
PER_AUTHOR_SKEW = 1.2
TABLES = PEERS_TABLES | {
    model._meta.db_table
    for model in (AudienceMember, Bookmark, Feedback, Mute, Post, Reaction, Share, Tag, TagFollow, Tagging)
}  # fmt: skip


def main(number: int) -> None:
    call_command("migrate", verbosity=0, interactive=False)
    dice = random.Random(1)
    users = User.objects.bulk_create([person(n, dice) for n in range(PEOPLE)])
    viewers = users[:VIEWERS]
    add_edges(users, dict(zip(EXTREMES, users[VIEWERS:], strict=False)), dice)
    add_posts(users, number, dice)
    add_likes(users, number, dice)
    count_up()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    # The run is longer than the life of an access token.
    secrets.ACCESS_LIFETIME = timedelta(days=1)
    opened = [open_session(actor=u, origin=Origin("127.0.0.1"), is_first=True) for u in viewers]
    if connection.vendor == "sqlite":
        copy_for_peers(TABLES)
    pairs = [(n, "") for n in range(VIEWERS)]
    found = [{"token": o.access_token, "secret": o.cookie} for o in opened]
    print(json.dumps({"viewers": found, "pairs": pairs, "open_pairs": pairs}))


def in_batches(model: type[models.Model], rows: Iterator[Any]) -> None:
    while batch := list(itertools.islice(rows, 5000)):
        model._default_manager.bulk_create(batch)


def count_up() -> None:
    """Store the counts that the feed reads and shows."""

    def number(rows: Any, column: str) -> Any:
        counted = rows.filter(**{column: OuterRef("pk")}).order_by().values(column)
        return Coalesce(Subquery(counted.values(number=Count("pk"))), 0)

    accepted = Connection.objects.accepted()
    User.objects.update(
        following_count=number(Follow.objects.all(), "follower"),
        follower_count=number(Follow.objects.all(), "followed"),
        connection_count=number(accepted, "low") + number(accepted, "high"),
    )
    Post.objects.update(like_count=number(Reaction.objects.all(), "target_id"))


def skewed(users: list[User], number: int, dice: random.Random) -> list[User]:
    """Draw people, few of them often and most of them seldom."""
    weights = [dice.paretovariate(PER_AUTHOR_SKEW) for _ in users]
    return dice.choices(users, weights, k=number)


def add_edges(users: list[User], extremes: dict[str, User], dice: random.Random) -> None:
    pairs: set[tuple[int, int]] = set()
    for n, user in enumerate(users[:VIEWERS]):
        pairs |= {(user.pk, other.pk) for other in dice.sample(users, FOLLOWS_EACH)}
        peers = dice.sample(users, CONNECTIONS_EACH + 2)
        Block.objects.create(blocker=user, blocked=peers.pop())
        Mute.objects.create(muter=user, muted=peers.pop())
        Connection.objects.bulk_create(
            Connection(low=min(user, other, key=_pk), high=max(user, other, key=_pk), requester=user, status="accepted")
            for other in peers if other.pk not in {u.pk for u in users[: n + 1]}
        )  # fmt: skip
    for name, user in extremes.items():
        pairs |= {(user.pk, other.pk) for other in dice.sample(users, EXTREMES[name])}
    followed = iter(skewed(users, 2 * FOLLOWS, dice))
    while len(pairs) < FOLLOWS:
        pairs.add((dice.choice(users[VIEWERS + 2 :]).pk, next(followed).pk))
    edges = (Follow(follower_id=a, followed_id=b) for a, b in sorted(pairs) if a != b)
    in_batches(Follow, edges)


def _pk(user: User) -> int:
    return user.pk


def add_posts(users: list[User], number: int, dice: random.Random) -> None:
    minter, end = BackdatedMinter(lambda: 1), datetime.now(UTC) - timedelta(minutes=1)
    start, authors = end - timedelta(days=365), skewed(users, number, dice)
    tags = Tag.objects.bulk_create([Tag(tag=f"tag{n}") for n in range(TAGS)])
    names, weights = list(VISIBILITIES), list(VISIBILITIES.values())
    taggings: list[Tagging] = []
    earlier: list[int] = []

    def posts() -> Iterator[Post]:
        for n, author in enumerate(authors):
            at = start + (end - start) * n / number
            pk = minter.mint(Kind.POST, at)
            visibility = dice.choices(names, weights)[0]
            carried = dice.sample(tags, 2) if dice.random() < 0.2 else []
            taggings.extend(Tagging(tag=tag, target_id=pk) for tag in carried)
            post = Post(
                id=pk, author=author, content=" ".join(dice.choices(WORDS, k=25)), created_at=at,
                visibility=visibility, hashtags=[tag.tag for tag in carried],
                media=[{"url": f"https://example.org/{n}.jpg", "alt": ""}] if dice.random() < 0.3 else [],
            )  # fmt: skip
            kind = dice.random()
            if earlier and kind < 0.02:
                post.quote_of_id, post.quote_state = dice.choice(earlier[-500:]), "given"
            elif earlier and kind < 0.04:
                post.post_type, post.shared_id = "share", dice.choice(earlier[-500:])
                post.content, post.visibility = "", "public"
            elif visibility == "public" and not author.private_account:
                earlier.append(pk)
            yield post

    in_batches(Post, _once(posts()))
    in_batches(Tagging, iter(taggings))
    mine = [
        TagFollow(user=user, tag=tag)
        for user in users[: VIEWERS + 2]
        for tag in dice.sample(tags, TAGS_EACH)
    ]
    TagFollow.objects.bulk_create(mine)


def _once(posts: Iterator[Post]) -> Iterator[Post]:
    """Leave out who passes the same post on a second time."""
    seen: set[tuple[int, int]] = set()
    for post in posts:
        pair = (post.author_id, post.shared_id or post.pk)
        if pair not in seen:
            seen.add(pair)
            yield post


def add_likes(users: list[User], number: int, dice: random.Random) -> None:
    """The newest posts are liked the most, some of them by the viewers."""
    newest = list(Post.objects.order_by("-pk").values_list("pk", flat=True)[: number // 2])
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < min(LIKES, number * 3):
        pk = newest[int(len(newest) * dice.random() ** 2)]
        liker = dice.choice(users[:VIEWERS]) if dice.random() < 0.05 else dice.choice(users)
        pairs.add((liker.pk, pk))
    rows = (Reaction(user_id=user, target_id=pk, name=LIKE) for user, pk in sorted(pairs))
    in_batches(Reaction, rows)


if __name__ == "__main__":
    main(int(sys.argv[1]))
