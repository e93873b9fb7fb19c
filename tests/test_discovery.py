"""No feed, search, trending or suggestion shows what its reader may not see, whatever people do to each other (issue T1, M28)."""

import os
import random
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings as site
from django.utils import timezone

from accounts.actions import blocks, connections, follows
from accounts.actions.profiles import edit_profile
from accounts.actions.versions import any_version
from accounts.models import Anonymous, Connection, Follow, User, Viewer
from accounts.testing import UserFactory, client_of
from engagement.actions.reactions import like_thing
from engagement.actions.shares import share_thing
from posts.actions.publish import publish_post
from posts.actions.trash import delete_post
from posts.models import Post
from socialsite.lib.errors import AppError
from socialsite.lib.ids import Kind, kind_of
from socialsite.lib.testing.client import ApiClient

pytestmark = pytest.mark.django_db

WORLDS = int(os.environ.get("WORLDS", "2" if site.SQLITE else "1"))
"""How many are invented; a release takes a hundred"""
PEOPLE, READERS, POSTS, DEEDS = 7, 4, 40, 80
WORDS = ("harbour", "trains", "bread", "rain", "chess")
FEEDS = (
    "/api/feed?mode=chronological&limit=7",
    "/api/feed?mode=chronological&scope=following&limit=7",
    "/api/feed?mode=chronological&scope=network&limit=7",
    "/api/feed?mode=ranked&limit=7",
    "/api/feed?mode=popular&limit=7",
    "/api/v1/feed",
    "/api/v1/feed/discovery",
    "/api/recommendations/posts",
)
"""What a person gets without asking for anything in particular: whom they mute is not in it"""
PUBLIC = (
    "/api/v1/feed/global",
    "/api/v1/feed/trending",
    "/api/v1/analytics/trending",
    "/api/trending?range=1h",
    "/api/trending?range=24h",
    *(f"/api/search?q={word}" for word in WORDS[:2]),
    "/api/search?type=posts&limit=5&q=harbour",
    "/api/search?type=users&q=person",
    "/api/search?type=comments&q=harbour",
    f"/api/search?type=posts&q={quote('#trains -bread')}",
)
SUGGESTIONS = (
    "/api/v1/users/leaderboard?by=points",
    "/api/recommendations/users",
    "/api/v1/follow/suggestions",
    "/api/connections/suggestions",
    "/api/v1/users/search?q=person",
    "/api/notifications?grouped=1",
)


def attempt(act: Any, **said: Any) -> None:
    """Do a thing, unless the site refuses it."""
    with suppress(AppError):
        act(**said)


def make_world(dice: random.Random) -> list[User]:
    """Return people who did all kinds of things to each other, by the actions."""
    people = [UserFactory.create(is_verified=True) for _ in range(PEOPLE)]
    for person in people:
        settings = {
            "private_account": dice.random() < 0.2,
            "search_opt_out": dice.random() < 0.2,
            "hide_following": dice.random() < 0.2,
        }
        edit_profile(actor=person, user=person, changes=settings, check=any_version)
    for _ in range(DEEDS // 2):
        one, other = dice.sample(people, 2)
        act = dice.choice([follows.follow_user] * 4 + [connections.request_connection])
        attempt(act, actor=one, target=other)
    for connection in Connection.objects.all():
        other = connection.high if connection.requester_id == connection.low_id else connection.low
        attempt(connections.accept_connection, actor=other, connection=connection)
    posts = [write(dice, dice.choice(people), people) for _ in range(POSTS)]
    for _ in range(DEEDS):
        person, post = dice.choice(people), dice.choice(posts)
        attempt(dice.choice([like_thing, like_thing, share_thing]), actor=person, target_id=post.pk)
    for _ in range(3):
        one, other = dice.sample(people, 2)
        attempt(dice.choice([blocks.block_user, blocks.mute_user]), actor=one, target=other)
    for post in dice.sample(posts, 5):
        attempt(delete_post, actor=post.author, post=post)
    hidden = dice.choice(posts)
    Post.objects.filter(pk=hidden.pk).update(hidden_by=1)
    gone = dice.choice(people)
    User.objects.filter(pk=gone.pk).update(suspended_by=1)
    return [User.objects.get(pk=person.pk) for person in people if person != gone]


def write(dice: random.Random, author: User, people: list[User]) -> Post:
    text = " ".join(dice.choices(WORDS, k=6))
    return publish_post(
        actor=author,
        content=f"{text} #{dice.choice(WORDS)} @{dice.choice(people).username} {dice.random()}",
        visibility=dice.choice(
            ["public"] * 4 + ["unlisted", "followers", "connections", "mentioned", "private"]
        ),
    )


def pages(client: ApiClient, path: str) -> Iterator[Any]:
    """Yield the pages of a list, or the one answer that is none."""
    while path:
        answer = client.read(path)
        assert answer.status_code == 200, (path, answer.content)
        yield answer.json()
        path = answer.json().get("next") or ""


def ids_in(found: Any) -> Iterator[int]:
    """Yield every id of an answer, but of those whom a text names for all who read it."""
    if isinstance(found, dict):
        for name, value in found.items():
            if name not in {"mentions", "next", "previous"}:
                yield from ids_in(value)
    elif isinstance(found, list):
        for value in found:
            yield from ids_in(value)
    elif isinstance(found, str) and found.isascii() and found.isdigit() and 12 < len(found) < 20:
        yield int(found)


def of_kind(kind: Kind, ids: set[int]) -> set[int]:
    return {pk for pk in ids if kind_of(pk) is kind}


def shown(client: ApiClient, path: str) -> set[int]:
    return {pk for page in pages(client, path) for pk in ids_in(page)}


def leaks(viewer: Viewer, client: ApiClient, path: str) -> list[str]:
    found = shown(client, path)
    posts = set(Post.objects.visible_to(viewer).values_list("pk", flat=True))
    people = set(User.objects.visible_to(viewer).values_list("pk", flat=True))
    leaked = (of_kind(Kind.POST, found) - posts) | (of_kind(Kind.USER, found) - people)
    return [f"{path} shows {viewer} {pk}" for pk in leaked]


@pytest.mark.parametrize("seed", range(WORLDS))
def test_m28_m42_m43_m56_t1_nothing_shows_what_its_reader_may_not_see(seed: int) -> None:
    people = make_world(random.Random(seed))
    wrong = []
    for viewer in people[:READERS]:
        client = client_of(viewer)
        for path in (*FEEDS, *PUBLIC, *SUGGESTIONS):
            wrong += leaks(viewer, client, path)
    for path in PUBLIC:
        wrong += leaks(Anonymous(), ApiClient(), path)
    assert wrong == []


@pytest.mark.parametrize("seed", range(WORLDS))
def test_m28_whom_one_mutes_is_in_no_feed(seed: int) -> None:
    dice = random.Random(seed)
    people = make_world(dice)
    viewer, *others = people
    muted = [other for other in others if Follow.objects.filter(follower=viewer, followed=other)]
    muted = muted[:1] or others[:1]
    attempt(blocks.mute_user, actor=viewer, target=muted[0])
    client = client_of(viewer)
    for path in FEEDS:
        for page in pages(client, path):
            authors = {item.get("object", item)["author"]["id"] for item in page["results"]}
            assert str(muted[0].pk) not in authors, path


@pytest.mark.parametrize("mode", ["chronological", "ranked", "popular"])
def test_m28_b3_all_pages_show_each_item_once_while_others_post(mode: str) -> None:
    dice = random.Random(7)
    people = make_world(dice)
    viewer = people[0]
    client = client_of(viewer)
    before = timezone.now()
    path, seen = f"/api/feed?mode={mode}&scope=following&limit=3", []
    allowed: set[int] | None = None
    while path:
        page = client.read(path).json()
        seen += [int(item["id"]) for item in page["results"]]
        if allowed is None:
            followed = Follow.objects.filter(follower=viewer).values("followed")
            rows = Post.objects.visible_to(viewer).filter(created_at__lt=before)
            muted = viewer.mutes.values("muted")
            rows = rows.filter(author__in=followed) | rows.filter(author=viewer)
            allowed = set(rows.exclude(author__in=muted).values_list("pk", flat=True))
        path = page["next"] or ""
        author = dice.choice(people[1:])
        attempt(like_thing, actor=author, target_id=dice.choice(seen))
        write(dice, author, people)
    assert len(seen) == len(set(seen))
    old = {pk for pk in seen if Post.objects.get(pk=pk).created_at < before}
    assert old == allowed
    if mode == "chronological":
        assert seen == sorted(seen, reverse=True)
