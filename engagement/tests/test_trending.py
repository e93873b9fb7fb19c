"""What trends: the ranking, and its shapes."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from accounts.testing import Cast, UserFactory, client_of
from engagement.models import Trend, TrendTable
from engagement.tests.things import publish
from engagement.trending import making, reading
from engagement.trending.making import GIVEN_UP, make_all
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = pytest.mark.django_db
PATH = "/api/trending"
RANGES = ["1h", "24h", "7d", "30d"]


@pytest.fixture
def people() -> list[User]:
    made: Any = [UserFactory() for _ in range(4)]
    return list(made)


@pytest.fixture
def crowd(people: list[User]) -> list[ApiClient]:
    return [client_of(person) for person in people]


def like(client: ApiClient, post: int) -> None:
    assert client.set(f"/api/posts/{post}/like").status_code == 200


def posts(client: ApiClient, query: str = "") -> list[int]:
    return [int(row["id"]) for row in client.read(f"{PATH}?{query}").json()["posts"]]


def tags(client: ApiClient, query: str = "") -> list[tuple[str, int]]:
    answer = client.read(f"{PATH}?{query}")
    return [(row["tag"], row["people"]) for row in answer.json()["hashtags"]]


@pytest.mark.parametrize("name", RANGES)
def test_m43_y89_a_burst_shows_at_once_without_a_job(
    alice: ApiClient, api: ApiClient, crowd: list[ApiClient], name: str
) -> None:
    first, second = publish(alice), publish(alice)
    like(crowd[0], first)
    assert posts(api, f"range={name}") == [first]
    for client in crowd[1:3]:
        like(client, second)
    assert posts(api, f"range={name}") == [second, first]


@pytest.mark.parametrize(("name", "hours"), [("24h", 20), ("7d", 150), ("30d", 600)])
def test_m43_a_burst_of_the_last_hour_outranks_an_older_larger_total(
    people: list[User], api: ApiClient, time_machine: Any, name: str, hours: int
) -> None:
    first, *others = map(client_of, people)
    old = publish(first, content="#old")
    for client in others:
        like(client, old)
        publish(client, content="#old")
    time_machine.move_to(timezone.now() + timedelta(hours=hours))
    first, *others = map(client_of, people)
    new = publish(first, content="#new")
    for client in others[:2]:
        like(client, new)
    assert posts(api, f"range={name}") == [new, old]
    assert tags(api, f"range={name}") == [("new", 1), ("old", 4)]


def test_m43_what_is_older_than_its_range_is_not_there(
    people: list[User], api: ApiClient, time_machine: Any
) -> None:
    post = publish(client_of(people[0]), content="#old")
    like(client_of(people[1]), post)
    time_machine.move_to(timezone.now() + timedelta(hours=2))
    publish(client_of(people[0]), content="#new")
    assert posts(api, "range=1h") == []
    assert tags(api, "range=1h") == [("new", 1)]
    assert posts(api, "range=24h") == [post]


def test_m43_one_person_counts_once_however_often_they_use_a_tag(
    alice: ApiClient, bob: ApiClient, carol: ApiClient, settings: Any
) -> None:
    settings.RATE_LIMIT_SCALE = 1000
    for number in range(50):
        publish(alice, content=f"#mine {number}")
    publish(bob, content="#ours")
    publish(carol, content="#ours")
    for name in RANGES:
        assert tags(bob, f"range={name}") == [("ours", 2), ("mine", 1)]


def test_m43_a_person_counts_once_for_a_post_by_the_most_they_did(
    alice: ApiClient, bob: ApiClient, carol: ApiClient
) -> None:
    post = publish(alice)
    like(bob, post)
    bob.send(f"/api/posts/{post}/comments", {"content": "Well."})
    bob.send(f"/api/posts/{post}/comments", {"content": "Well, well."})
    like(carol, post)
    [row] = carol.read(PATH).json()["posts"]
    assert (row["people"], row["rank"]) == (2, 1)
    assert row["score"] == pytest.approx(3.0, abs=0.05)
    trend = Trend.objects.get(range="24h", kind="posts")
    assert trend.parts == {"new_accounts": 2, "like": 2, "comment": 1, "quote": 0, "share": 0}


def test_m43_what_authors_do_to_their_own_posts_does_not_count(alice: ApiClient) -> None:
    post = publish(alice)
    like(alice, post)
    alice.send(f"/api/posts/{post}/comments", {"content": "See me."})
    assert posts(alice) == []


def test_m43_each_deed_counts(alice: ApiClient, crowd: list[ApiClient]) -> None:
    liked, said, quoted, passed = (publish(alice) for _ in range(4))
    like(crowd[0], liked)
    crowd[1].send(f"/api/posts/{said}/comments", {"content": "Well."})
    publish(crowd[2], content="See.", quote_of=str(quoted))
    crowd[3].send(f"/api/posts/{passed}/share")
    shown = posts(alice)
    assert set(shown) == {liked, said, quoted, passed}
    assert shown[2:] == [said, liked]


def test_m43_the_suspended_do_not_count(
    alice: ApiClient, crowd: list[ApiClient], cast: Cast
) -> None:
    brigaded, honest = publish(alice), publish(alice)
    for client in crowd[:3]:
        like(client, brigaded)
    like(crowd[3], honest)
    brigade = [row["id"] for row in alice.read(f"/api/posts/{brigaded}/likes").json()["results"]]
    User.objects.filter(pk__in=brigade).update(suspended_by=1)
    make_all()
    assert posts(alice) == [honest]


def test_m43_what_not_everybody_may_find_neither_counts_nor_shows(
    alice: ApiClient, bob: ApiClient, carol: ApiClient, cast: Cast
) -> None:
    for visibility in ("followers", "connections", "unlisted", "private"):
        post = publish(alice, content=f"#{visibility}", visibility=visibility)
        bob.set(f"/api/posts/{post}/like")
        carol.set(f"/api/posts/{post}/like")
    assert posts(alice) == posts(bob) == posts(carol) == []
    assert tags(alice) == []
    open_post = publish(bob, content="#open")
    like(alice, open_post)
    assert posts(carol) == [open_post]
    bob.set("/api/settings", {"private_account": True})
    assert posts(carol) == []
    assert tags(carol) == []


def test_m43_a_hidden_post_leaves_no_gap_in_the_list(
    alice: ApiClient, bob: ApiClient, cast: Cast, crowd: list[ApiClient]
) -> None:
    hidden, other, last = publish(alice), publish(bob), publish(bob)
    for client in crowd[:3]:
        like(client, hidden)
    for client in crowd[:2]:
        like(client, other)
    like(crowd[0], last)
    mallory = cast.client(cast.mallory)
    assert posts(bob, "limit=2") == [hidden, other]
    answer = mallory.read(f"{PATH}?limit=2&kinds=posts").json()
    assert [int(row["id"]) for row in answer["posts"]] == [other, last]
    assert [row["rank"] for row in answer["posts"]] == [1, 2]
    alice.drop(f"/api/posts/{hidden}")
    assert posts(bob) == [other, last]


def test_m43_a_rank_of_before_stays_until_the_next_job(
    alice: ApiClient, crowd: list[ApiClient]
) -> None:
    first, second = publish(alice), publish(alice)
    like(crowd[0], first)
    make_all()
    for client in crowd[1:3]:
        like(client, second)
    assert posts(alice) == [second, first]
    ranks = Trend.objects.filter(range="24h", kind="posts").order_by("rank")
    assert list(ranks.values_list("previous_rank", flat=True)) == [None, None]
    make_all()
    assert list(ranks.values_list("previous_rank", flat=True)) == [1, 2]


def test_m43_kinds_and_limits(alice: ApiClient, bob: ApiClient, api: ApiClient) -> None:
    for number in range(3):
        like(bob, publish(alice, content=f"#tag{number}"))
    answer = api.read(f"{PATH}?kinds=hashtags&limit=2").json()
    assert set(answer) == {"range", "hashtags"}
    assert len(answer["hashtags"]) == 2
    assert set(api.read(PATH).json()) == {"range", "posts", "hashtags"}
    assert len(posts(api, "limit=2")) == 2


@pytest.mark.parametrize(
    "query", ["range=2h", "range=", "kinds=plants", "limit=0", "limit=101", "sort=new"]
)
def test_m43_other_parameters_are_400(api: ApiClient, query: str) -> None:
    for path in (PATH, "/api/v1/analytics/trending"):
        assert api.read(f"{path}?{query}").status_code == 400


def test_y50_all_kinds_in_one_ranking(alice: ApiClient, crowd: list[ApiClient]) -> None:
    post = publish(alice, content="#music")
    for client in crowd[:2]:
        like(client, post)
    results = alice.read("/api/v1/analytics/trending?range=1h").json()["results"]
    assert [(row["type"], row["rank"], row["people"]) for row in results] == [
        ("post", 1, 2), ("hashtag", 2, 1),
    ]  # fmt: skip
    assert results[0]["id"] == results[0]["object"]["id"] == str(post)
    assert results[1]["object"]["tag"] == "music"
    [only] = alice.read("/api/v1/analytics/trending?limit=1").json()["results"]
    assert only["type"] == "post"


@pytest.fixture
def slow(alice: ApiClient, bob: ApiClient) -> int:
    """A table of very many deeds, and a post that came into it."""
    post = publish(alice)
    like(bob, post)
    make_all()
    TrendTable.objects.update(deeds=60 * reading.RATE)
    return post


def test_m43_what_is_slow_to_make_rests_and_is_left_to_the_job(
    slow: int, alice: ApiClient, carol: ApiClient, api: ApiClient, time_machine: Any
) -> None:
    new = publish(alice)
    like(carol, new)
    assert posts(api, "range=30d") == posts(api, "range=1h") == [slow]
    time_machine.move_to(timezone.now() + timedelta(seconds=61))
    assert posts(api, "range=30d") == [slow]
    assert new in posts(api, "range=1h")
    make_all()
    assert new in posts(api, "range=30d")


def test_m43_one_at_a_time_makes_a_table(slow: int, alice: ApiClient, carol: ApiClient) -> None:
    now = timezone.now()
    TrendTable.objects.update(busy_since=now, deeds=1)
    new = publish(alice)
    like(carol, new)
    assert posts(alice) == [slow]
    TrendTable.objects.update(busy_since=now - GIVEN_UP - timedelta(seconds=1))
    assert set(posts(alice)) == {slow, new}


@pytest.mark.parametrize("name", RANGES)
def test_m43_deeds_of_a_clock_that_ran_ahead_count_as_those_of_now(
    people: list[User], api: ApiClient, time_machine: Any, name: str
) -> None:
    now = timezone.now()
    time_machine.move_to(now + timedelta(days=4000))
    author, *others = map(client_of, people)
    post = publish(author, content="#ahead")
    for client in others:
        like(client, post)
    make_all()
    TrendTable.objects.update(busy_since=timezone.now())
    time_machine.move_to(now)
    [row] = api.read(f"{PATH}?range={name}").json()["posts"]
    assert (int(row["id"]), row["score"], row["people"]) == (post, 3, 3)


def test_m43_a_making_that_fails_lets_the_next_one_try(
    slow: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engagement.trending.making.counted", lambda *_: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        make_all()
    assert not TrendTable.objects.filter(busy_since__isnull=False).exists()


def test_m43_reading_costs_the_same_for_many(
    alice: ApiClient, bob: ApiClient, django_assert_num_queries: Any
) -> None:
    for number in range(6):
        like(bob, publish(alice, content=f"#tag{number}"))
    alice.read(PATH)
    for limit in (1, 6):
        with django_assert_num_queries(8):
            alice.read(f"{PATH}?limit={limit}")


def test_m43_a_table_that_nobody_made_yet_is_empty(api: ApiClient) -> None:
    assert api.read(PATH).json() == {"range": "24h", "posts": [], "hashtags": []}
    assert code_of(api.read(f"{PATH}?kinds=")) == "blank"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads the plans of SQLite")
@pytest.mark.parametrize("kind", ["posts", "hashtags"])
def test_m43_a_table_is_made_of_ranges_of_ids(kind: str) -> None:
    sql, values = making._statement("24h", kind, timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", values)
        plan = [str(row[-1]) for row in cursor.fetchall()]
    tables = ("engagement_", "posts_", "accounts_")
    assert not [line for line in plan if line.startswith(tuple(f"SCAN {name}" for name in tables))]
    assert any("id>?" in line for line in plan)
