"""What strangers publish: discovery and recommendations."""

from typing import Any

import pytest

from accounts.actions.blocks import mute_user
from accounts.actions.filters import Wanted, create_filter
from accounts.models import User
from accounts.testing import Cast, UserFactory
from engagement.actions.reactions import like_thing
from engagement.actions.views import flush_views
from engagement.models import Tag, TagFollow, Trend
from posts.actions.feeds import give_feedback
from posts.feeds.candidates import SUGGESTIONS, reads_for, reads_of, strangers
from posts.models import Post
from posts.tests.conftest import Write
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = pytest.mark.django_db
DISCOVERY, RECOMMENDED = "/api/v1/feed/discovery", "/api/recommendations/posts"


def found(client: ApiClient, path: str) -> dict[str, Any]:
    answer = client.read(path)
    assert answer.status_code == 200, answer.content
    return {row["object"]["content"]: row["reason"] for row in answer.json()["results"]}


def somebody() -> User:
    made: Any = UserFactory()
    person: User = made
    return person


def named(reason: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(source["name"], source["tag"]) for source in reason["sources"]]


def test_y71_only_people_not_followed_nor_connected_are_discovered(
    cast: Cast, write: Write
) -> None:
    write("own")
    write("followed", cast.bob)
    write("connected", cast.carol)
    write("blocked", cast.mallory)
    write("stranger", cast.charlie)
    write("narrow", cast.charlie, visibility="followers")
    write("unlisted", cast.charlie, visibility="unlisted")
    assert found(cast.client(cast.alice), DISCOVERY).keys() == {"stranger"}


def test_y71_discovery_goes_on_beyond_what_is_ranked(
    cast: Cast, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(9):
        write(f"post {n}", cast.charlie)
    monkeypatch.setattr("posts.feeds.candidates.MAX_HOME", 4)
    client, url, walked = cast.client(cast.alice), f"{DISCOVERY}?limit=3", []
    while url:
        page = client.read(url).json()
        walked += [(row["object"]["content"], row["reason"]["score"]) for row in page["results"]]
        url = page["next"]
    assert [text for text, _ in walked] == [f"post {n}" for n in range(8, -1, -1)]
    assert [score is None for _, score in walked] == [False] * 4 + [True] * 5


def test_m55_each_recommendation_is_unseen_and_has_a_reason(cast: Cast, write: Write) -> None:
    looked_at, liked = write("looked at", cast.charlie), write("liked", cast.charlie)
    dismissed = write("dismissed", cast.charlie)
    write("unseen", cast.charlie)
    client = cast.client(cast.alice)
    assert len(found(client, RECOMMENDED)) == 4
    client.read(f"/api/posts/{looked_at.pk}")
    flush_views()
    like_thing(actor=cast.alice, target_id=liked.pk)
    client.send("/api/feed/feedback", {"id": str(dismissed.pk), "kind": "dismiss"})
    for _ in range(2):
        shown = found(client, RECOMMENDED)
        assert list(shown) == ["unseen"]
        assert named(shown["unseen"]) == [("newest", None)]


def test_m55_liking_a_topic_raises_it(cast: Cast, write: Write) -> None:
    liked = [write(f"tea {n} #tea", UserFactory()) for n in range(5)]
    write("more #tea", cast.charlie)
    write("more #coffee", cast.charlie)
    client = cast.client(cast.alice)
    before = list(found(client, RECOMMENDED))
    assert before.index("more #coffee") < before.index("more #tea")
    for post in liked:
        like_thing(actor=cast.alice, target_id=post.pk)
    after = found(client, RECOMMENDED)
    assert list(after) == ["more #tea", "more #coffee"]
    assert named(after["more #tea"]) == [("suggested", "tea")]
    # Five likes just now: 5 / (5 + 3).
    assert after["more #tea"]["parts"]["interest"] == pytest.approx(0.625, abs=0.001)


def test_m55_who_is_new_gets_followed_tags_first_and_then_what_trends(
    cast: Cast, write: Write
) -> None:
    write("on tea #tea", cast.charlie)
    trending = write("talk of the town", cast.bob)
    write("anything", cast.bob)
    newcomer = somebody()
    TagFollow.objects.create(user=newcomer, tag=Tag.objects.get(tag="tea"))
    for _ in range(3):
        like_thing(actor=somebody(), target_id=trending.pk)
    Trend.objects.create(
        range="24h", kind="posts", object_id=trending.pk, rank=1, score=3, people=3,
        made_at=trending.created_at,
    )  # fmt: skip
    shown = found(cast.client(newcomer), RECOMMENDED)
    assert list(shown) == ["on tea #tea", "talk of the town", "anything"]
    assert [named(reason)[0] for reason in shown.values()] == [
        ("tag", "tea"),
        ("trending", None),
        ("newest", None),
    ]


@pytest.mark.parametrize("path", [DISCOVERY, RECOMMENDED])
def test_b20_without_ranking_the_newest_come_first(cast: Cast, write: Write, path: str) -> None:
    for n in range(4):
        post = write(f"post {n}", UserFactory())
    like_thing(actor=cast.bob, target_id=Post.objects.get(content="post 0").pk)
    client = cast.client(cast.alice)
    client.set("/api/feed/preferences", {"mode": "chronological"})
    shown = found(client, path)
    assert list(shown) == [f"post {n}" for n in range(3, -1, -1)]
    assert {reason["score"] for reason in shown.values()} == {None}
    assert {name for reason in shown.values() for name in named(reason)} == {("newest", None)}
    page = client.read(f"{path}?limit=3").json()
    assert [row["object"]["content"] for row in client.read(page["next"]).json()["results"]] == [
        "post 0"
    ]
    assert client.read(f"{path}?ids={post.pk},1").json()["missing"] == ["1"]


@pytest.mark.parametrize("path", [DISCOVERY, RECOMMENDED])
def test_t25_statements_do_not_grow_with_what_is_there(
    cast: Cast, write: Write, django_assert_max_num_queries: Any, path: str
) -> None:
    client, numbers = cast.client(cast.alice), []
    client.read(path)
    for _ in range(2):
        for n in range(6):
            post = write(f"post {n} #tea #t{n}", UserFactory())
            like_thing(actor=cast.alice, target_id=write("liked #tea", UserFactory()).pk)
            like_thing(actor=cast.bob, target_id=post.pk)
        with django_assert_max_num_queries(22) as counted:
            client.read(path)
        numbers.append(len(counted))
    assert numbers[0] == numbers[1]


@pytest.mark.parametrize("which", SUGGESTIONS)
def test_compiled_suggestions_are_those_of_the_orm(cast: Cast, write: Write, which: str) -> None:
    write("own #tea")
    write("followed #tea", cast.bob)
    write("connected #tea", cast.carol)
    write("blocked #tea", cast.mallory)
    write("narrow #tea", cast.charlie, visibility="followers")
    write("plain", cast.charlie)
    rows = [write(f"stranger {n} #tea", somebody()) for n in range(3)]
    for post in Post.objects.all():
        Post.objects.filter(pk=post.pk).update(like_count=1)
        Trend.objects.create(
            range="24h", kind="posts", object_id=post.pk, rank=1, score=1, people=1,
            made_at=post.created_at,
        )  # fmt: skip
    give_feedback(actor=cast.alice, post=rows[0], kind="dismiss")
    mute_user(actor=cast.alice, target=rows[1].author)
    compiled = list(reads_for(cast.alice)(which, ["tea", "fog"]))
    assert compiled == list(reads_of(strangers(cast.alice))(which, ["tea", "fog"]))
    assert compiled[0][0] == rows[2].pk
    assert len(compiled) == (1 if which == "tags" else 2)


@pytest.mark.parametrize("path", [DISCOVERY, RECOMMENDED])
def test_b7_filters_warn_among_strangers_without_ranking_and_by_ids(
    cast: Cast, write: Write, path: str
) -> None:
    post = write("about sports", cast.charlie)
    terms = [Wanted("keyword", "sports")]
    create_filter(actor=cast.alice, title="A", action="warn", scopes=["feed"], terms=terms)
    client = cast.client(cast.alice)
    for mode in ("ranked", "chronological"):
        client.set("/api/feed/preferences", {"mode": mode})
        for query in ("", f"?ids={post.pk}"):
            [row] = client.read(f"{path}{query}").json()["results"]
            assert [mark["term"] for mark in row["filtered"]] == ["sports"], (mode, query)


def test_b20_who_switches_ranking_off_begins_discovery_anew(cast: Cast, write: Write) -> None:
    for n in range(4):
        write(f"post {n}", cast.charlie)
    client = cast.client(cast.alice)
    begun = client.read(f"{DISCOVERY}?limit=2").json()["next"]
    client.set("/api/feed/preferences", {"mode": "chronological"})
    answer = client.read(begun)
    assert (answer.status_code, code_of(answer)) == (410, "feed_expired")
