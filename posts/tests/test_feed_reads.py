import random
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.actions.audiences import add_to_audience, create_list
from accounts.actions.filters import Wanted, create_filter
from accounts.actions.follows import follow_user
from accounts.models import Anonymous, Mute, User
from accounts.testing import Cast, UserFactory
from engagement.actions.emoji import add_emoji
from engagement.actions.shares import share_thing
from engagement.actions.tags import follow_tag
from posts.actions.feeds import give_feedback
from posts.feeds import chronological, reach
from posts.feeds.chronological import Feed, timeline
from posts.feeds.pages import public_page, public_rows
from posts.feeds.sources import SCOPES, Item, Scope, feed_rows, reasons_for
from posts.models import Post
from posts.serializers.feeds import FeedItem
from posts.serializers.posts import PostAnswer, whole
from posts.tests.conftest import Write
from socialsite.lib.ids import EPOCH_MS, Kind, compose

pytestmark = pytest.mark.django_db
VIEWERS = ("bob", "alice", "carol", "mallory", "moderator")
Fetch = Callable[..., list[Item]]


@pytest.fixture
def crowd(cast: Cast, write: Write) -> Cast:
    """Posts in every state by people of every kind, and a reader's every way not to hear of some."""
    people: list[Any] = [UserFactory() for _ in range(3)]
    muted, apart, tagger = people
    for person in (muted, apart, cast.charlie):
        follow_user(actor=cast.bob, target=person)
    follow_tag(actor=cast.bob, tag="boats")
    follow_tag(actor=cast.bob, tag="trains")
    follow_tag(actor=cast.alice, tag="boats")
    writers = (cast.alice, cast.bob, cast.carol, cast.charlie, cast.mallory, muted, apart, tagger)
    for person in writers:
        for visibility in ("public", "unlisted", "followers", "connections"):
            write(f"of {person.username} #boats", person, visibility=visibility)
        write("#boats and #trains", person, post_type="article")
    for state in ({"hidden_by": 1}, {"removed_by": 1}, {"deleted_at": timezone.now()}):
        for person in (cast.alice, cast.charlie):
            Post.objects.filter(pk=write("gone #boats", person).pk).update(**state)
    for person, owner in ((cast.charlie, muted), (cast.charlie, tagger), (cast.alice, cast.bob)):
        shared = Post.objects.filter(author=owner, visibility="public").latest("pk")
        share_thing(actor=person, target_id=shared.pk)
        add_emoji(actor=person, target_id=shared.pk, emoji="🎉")
    Mute.objects.create(muter=cast.bob, muted=muted)
    add_to_audience(
        actor=cast.bob,
        audience=create_list(actor=cast.bob, name="apart", exclusive=True),
        member=apart,
    )
    seen = Post.objects.filter(author=cast.alice, visibility="public").first()
    assert seen
    give_feedback(actor=cast.bob, post=seen, kind="dismiss")
    return cast


def pages(fetch: Fetch, *, descending: bool, number: int = 5) -> list[Item]:
    found: list[Item] = []
    position = None
    while page := fetch(position, descending, number):
        found += page
        position = page[-1].id
    return found


def shown(rows: Any, viewer: Any) -> list[dict[str, Any]]:
    found = list(rows)
    PostAnswer.complete(found, viewer)
    return [whole(post) for post in found]


def ids(rows: Any, *, descending: bool) -> list[int]:
    return list(rows.order_by("-pk" if descending else "pk").values_list("pk", flat=True))


@pytest.mark.parametrize("many", [400, 1])
def test_m13_b20_prepared_feed_is_that_of_the_orm_for_every_reader(
    crowd: Cast, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(chronological, "MANY", many)
    monkeypatch.setattr(chronological, "BITES", (4, 9))
    for name in VIEWERS:
        viewer = User.objects.get(pk=getattr(crowd, name).pk)
        for scope in SCOPES:
            for types, descending in (((), True), ((), False), (("article", "share"), True)):
                rows = feed_rows(viewer, scope)
                rows = rows.filter(post_type__in=types) if types else rows
                found = pages(timeline(viewer, Feed(scope, types)), descending=descending)
                expected = ids(rows, descending=descending)
                assert [item.id for item in found] == expected, (name, scope, types)


@pytest.mark.parametrize("distance", [None, 1, 2**24, 2**50])
def test_m13_where_a_feed_is_looked_for_first_does_not_change_it(
    crowd: Cast, monkeypatch: pytest.MonkeyPatch, distance: int | None
) -> None:
    monkeypatch.setattr(chronological, "find_reach", lambda *_: distance)
    monkeypatch.setattr(chronological, "BITES", (4, 9))
    viewer = User.objects.get(pk=crowd.bob.pk)
    for scope in SCOPES:
        found = pages(timeline(viewer, Feed(scope)), descending=True)
        assert [item.id for item in found] == ids(feed_rows(viewer, scope), descending=True)


def scatter(authors: list[Any], dice: random.Random, number: int) -> list[int]:
    """Write posts days, minutes and milliseconds apart, every third of them gone; return their ids, the newest first."""
    moment, posts = int(time.time() * 1000) - EPOCH_MS, []
    for n in range(number):
        moment -= int(10 ** dice.uniform(0, 8))
        state = dice.choice([{}, {}, {"deleted_at": timezone.now()}])
        pk = compose(moment, 0, n, Kind.POST)
        visibility = dice.choice(["public", "public", "followers", "private"])
        author = dice.choice(authors)
        posts.append(Post(pk=pk, author=author, content="Far", visibility=visibility, **state))
    Post.objects.bulk_create(posts)
    return [post.pk for post in posts]


@pytest.mark.parametrize("seed", range(3))
def test_m13_a_page_from_anywhere_is_that_of_the_rule_however_far_one_has_looked(
    crowd: Cast, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(chronological, "BITES", (4, 9, 20))
    monkeypatch.setattr(reach, "_kept", {})
    dice = random.Random(seed)
    viewer, near = User.objects.get(pk=crowd.bob.pk), 0
    followed = User.objects.filter(followed_by__follower=viewer)
    places = scatter([*followed, viewer, crowd.carol, crowd.mallory], dice, 90)
    for _ in range(60):
        scope, descending = dice.choice(SCOPES), dice.random() < 0.8
        position, number = dice.choice([None, *places]), dice.randint(1, 12)
        near += descending and reach.find_reach(viewer.pk, Feed(scope)) is not None
        found = timeline(viewer, Feed(scope))(position, descending, number)
        beyond = {} if position is None else {f"pk__{'lt' if descending else 'gt'}": position}
        rows = feed_rows(viewer, scope).filter(**beyond)
        assert [item.id for item in found] == ids(rows, descending=descending)[:number]
    assert near > 10


@pytest.mark.once
def test_m73_only_so_many_feeds_are_kept_in_mind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "MAX_KEPT", 2)
    monkeypatch.setattr(reach, "_kept", {})
    for person in (1, 2, 3):
        reach.keep_reach(person, "feed", person)
    assert [reach.find_reach(person, "feed") for person in (1, 2, 3)] == [None, 2, 3]


def test_m13_feed_shows_its_posts_as_the_orm_does(crowd: Cast) -> None:
    for name in VIEWERS:
        viewer = User.objects.get(pk=getattr(crowd, name).pk)
        found = timeline(viewer, Feed("all"))(None, True, 100)
        rows = feed_rows(viewer, "all").for_api(viewer).order_by("-pk")
        assert found or name in {"mallory", "moderator"}
        assert shown([item.post for item in found], viewer) == shown(rows, viewer)
        reasons = reasons_for([item.post for item in found], viewer)
        assert {item.id: item.sources for item in found} == reasons
        assert all(item.sources for item in found)


def test_b7_feed_with_filters_is_that_of_the_orm(
    crowd: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chronological, "BITES", (4, 9))
    create_filter(
        actor=crowd.bob, title="no charlie", action="hide", scopes=["feed"],
        terms=[Wanted("user", str(crowd.charlie.pk)), Wanted("keyword", "trains")],
    )  # fmt: skip
    viewer = User.objects.get(pk=crowd.bob.pk)
    found = pages(timeline(viewer, Feed("all")), descending=True)
    assert found
    assert [item.id for item in found] == ids(feed_rows(viewer, "all"), descending=True)
    assert crowd.charlie.pk not in {item.post.author_id for item in found}
    others = [item.post for item in found if item.post.author_id != viewer.pk]
    assert not any("trains" in post.content for post in others)


def test_y69_page_of_everybody_is_that_of_the_orm_for_every_reader(crowd: Cast) -> None:
    readers = [User.objects.get(pk=getattr(crowd, name).pk) for name in VIEWERS]
    for viewer in [*readers, Anonymous()]:
        for types in ((), ("article",)):
            fetch = public_page(viewer, types).fetch
            assert fetch
            for descending in (True, False):
                found = [item.id for item in pages(fetch, descending=descending)]
                assert found == ids(public_rows(viewer, types), descending=descending)


@pytest.mark.parametrize("scope", SCOPES)
def test_m28_rendered_page_is_the_one_that_is_declared(crowd: Cast, scope: Scope) -> None:
    viewer = User.objects.get(pk=crowd.alice.pk)
    items = timeline(viewer, Feed(scope))(None, True, 100)
    FeedItem.complete(items, viewer)
    from_fields = [FeedItem().to_representation(item) for item in items]
    assert set(from_fields[0]) == set(FeedItem().fields)
    assert from_fields[0]["object"].keys() == PostAnswer().fields.keys()
