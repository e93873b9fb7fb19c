from typing import Any

import pytest
import time_machine

from accounts.testing import Cast
from posts.models import Post
from posts.tests.conftest import Write
from socialsite.lib import ids
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = pytest.mark.django_db
POSTS = "/api/posts"


def found(client: ApiClient, query: str = "") -> list[str]:
    answer = client.read(f"{POSTS}?{query}")
    assert answer.status_code == 200, answer.content
    return [row["content"] for row in answer.json()["results"]]


@pytest.fixture
def shelf(cast: Cast, write: Write, monkeypatch: pytest.MonkeyPatch) -> dict[str, Post]:
    """Four posts, one a day, newest last."""
    # The process's own never goes back in time.
    monkeypatch.setattr(ids, "_minter", ids.Minter(lambda: 0))
    made = {}
    rows: list[tuple[str, Any, dict[str, Any]]] = [
        ("one", cast.alice, {"hashtags": ["blue"], "lang": "en"}),
        ("two", cast.bob, {"post_type": "article"}),
        ("three", cast.alice, {"media": [{"url": "https://a.org/b", "alt": ""}]}),
        ("four", cast.carol, {"hashtags": ["blue"], "visibility": "connections"}),
    ]
    for day, (name, actor, more) in enumerate(rows, start=1):
        with time_machine.travel(f"2026-01-0{day}T12:00:00Z", tick=False):
            made[name] = write(name, actor, **more)
    return made


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["three", "two", "one"]),
        ("order=asc", ["one", "two", "three"]),
        ("user=@alice", ["three", "one"]),
        ("hashtag=blue", ["one"]),
        ("hashtag=%23BLUE", ["one"]),
        ("hashtag=neverused", []),
        ("created_after=2026-01-02", ["three", "two"]),
        ("created_before=2026-01-02T12:00:00Z", ["one"]),
        ("created_after=2026-01-02&created_before=2026-01-03", ["two"]),
        ("post_type=article", ["two"]),
        ("visibility=connections", []),
        ("has_media=true", ["three"]),
        ("has_media=false", ["two", "one"]),
        ("lang=en", ["one"]),
        ("user=@alice&hashtag=blue", ["one"]),
    ],
)
@pytest.mark.usefixtures("shelf")
def test_m23_each_filter_finds_what_it_should(
    api: ApiClient, query: str, expected: list[str]
) -> None:
    assert found(api, query) == expected


@pytest.mark.usefixtures("shelf")
def test_m23_anonymous_sees_public_only_and_a_connection_more(cast: Cast, api: ApiClient) -> None:
    assert "four" not in found(api)
    assert found(cast.client(cast.alice))[0] == "four"
    assert found(cast.client(cast.alice), "visibility=connections") == ["four"]


def test_m23_filter_by_id_of_a_person(cast: Cast, api: ApiClient, shelf: dict[str, Post]) -> None:
    assert found(api, f"user={cast.bob.pk}") == ["two"]
    assert api.read(f"{POSTS}?user=@nobody_here").status_code == 404


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("popularity", ["two", "one", "three"]),
        ("engagement", ["one", "two", "three"]),
        ("popularity&order=asc", ["three", "one", "two"]),
    ],
)
def test_m23_each_sort_has_its_order_over_pages(
    api: ApiClient, shelf: dict[str, Post], sort: str, expected: list[str]
) -> None:
    Post.objects.filter(pk=shelf["two"].pk).update(like_count=3)
    Post.objects.filter(pk=shelf["one"].pk).update(like_count=1, comment_count=9)
    walked, url = [], f"{POSTS}?sort={sort}&limit=1"
    while url:
        page = api.read(url).json()
        walked += [row["content"] for row in page["results"]]
        url = page["next"]
    assert walked == expected


def test_m23_b3_walk_sees_each_post_once_while_new_ones_arrive(
    api: ApiClient, write: Write
) -> None:
    for n in range(7):
        write(f"old {n}")
    walked, url, n = [], f"{POSTS}?limit=2", 0
    while url:
        page = api.read(url)
        assert ('rel="next"' in page.headers.get("Link", "")) == (page.json()["next"] is not None)
        walked += [row["content"] for row in page.json()["results"]]
        url, n = page.json()["next"], n + 1
        write(f"new {n}")
    assert [text for text in walked if text.startswith("old")] == [
        f"old {n}" for n in range(6, -1, -1)
    ]
    assert len(walked) == len(set(walked)) == 7


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("nonsense=1", "unknown_field"),
        ("sort=random", "invalid_choice"),
        ("order=up", "invalid_choice"),
        ("created_after=yesterday", "invalid"),
        ("post_type=share", "invalid_choice"),
        ("has_media=perhaps", "invalid"),
        ("hashtag=two+words", "invalid"),
        ("user=nobody", "invalid"),
        ("cursor=abc", "invalid_cursor"),
        ("limit=101", "invalid"),
        ("lang=%00", "invalid_text"),
    ],
)
def test_m66_t22_bad_parameters_are_named(api: ApiClient, query: str, code: str) -> None:
    answer = api.read(f"{POSTS}?{query}")
    assert (answer.status_code, code_of(answer)) == (400, code)


def test_m31_page_of_a_person_by_type(cast: Cast, api: ApiClient, write: Write) -> None:
    written = {kind: write(kind, post_type=kind) for kind in ("update", "article", "achievement")}
    write("media", media=[{"url": "https://a.org/b", "alt": ""}], post_type="article")
    other = write("of bob", cast.bob)
    cast.client(cast.alice).send(f"{POSTS}/{other.pk}/share")
    path = f"/api/users/{cast.alice.pk}/posts"
    for kind in written:
        texts = [row["content"] for row in api.read(f"{path}?type={kind}").json()["results"]]
        assert kind in texts
        assert {"update", "article", "achievement"} & set(texts) == {kind}
    [shown] = api.read(f"{path}?type=media").json()["results"]
    assert shown["content"] == "media"
    [shared] = api.read(f"{path}?type=share").json()["results"]
    assert shared["shared"]["content"] == "of bob"
    assert api.read(f"/api/users/{cast.alice.pk}").json()["post_count"] == 4


@pytest.mark.parametrize("path", [POSTS, "/api/users/@alice/posts"])
def test_t25_pages_cost_the_same_whatever_is_on_them(
    cast: Cast, write: Write, django_assert_max_num_queries: Any, path: str
) -> None:
    quoted = write("quoted", cast.bob)
    for n in range(12):
        write(f"post {n}", quote_of=quoted.pk if n % 2 else None)
    client = cast.client(cast.alice)
    client.read(path)
    with django_assert_max_num_queries(4):
        assert len(client.read(path).json()["results"]) >= 12


def test_t25_counting_ends_somewhere(
    api: ApiClient, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(4):
        write(f"post {n}")
    assert api.read(f"{POSTS}?count=true").json()["count"] == 4
    monkeypatch.setattr("socialsite.lib.api.cursors.MAX_COUNT", 3)
    assert api.read(f"{POSTS}?count=true").json()["count"] == 3
