"""The home feed by rank: what counts, what is told of it, and how its pages hold while everything moves."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from accounts.actions.audiences import add_to_audience, create_list
from accounts.actions.blocks import block_user
from accounts.actions.follows import follow_user
from accounts.models import User
from accounts.testing import Cast, UserFactory, client_of
from engagement.actions.comments import create_comment
from engagement.actions.reactions import like_thing
from engagement.models import Tag, TagFollow
from posts.actions.trash import delete_post
from posts.models import Marker, Post
from posts.tests.conftest import Write
from socialsite.lib import ids
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = pytest.mark.django_db
FEED = "/api/feed"


def read(client: ApiClient, query: str = "") -> list[dict[str, Any]]:
    answer = client.read(f"{FEED}?{query}")
    assert answer.status_code == 200, answer.content
    rows: list[dict[str, Any]] = answer.json()["results"]
    return rows


def texts(client: ApiClient, query: str = "") -> list[str]:
    return [row["object"]["content"] for row in read(client, query)]


def reasons(client: ApiClient, query: str = "") -> dict[str, dict[str, Any]]:
    return {row["object"]["content"]: row["reason"] for row in read(client, query)}


def names(reason: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(source["name"], source["tag"]) for source in reason["sources"]]


def somebody() -> User:
    made: Any = UserFactory()
    person: User = made
    return person


def followed(person: User, number: int) -> list[User]:
    people = [somebody() for _ in range(number)]
    for one in people:
        follow_user(actor=person, target=one)
    return people


def test_m60_popular_puts_more_engagement_first_and_has_no_personal_parts(
    cast: Cast, write: Write
) -> None:
    liked = write("liked", cast.bob)
    write("newer", cast.bob)
    for _ in range(2):
        like_thing(actor=somebody(), target_id=liked.pk)
    shown = reasons(cast.client(cast.alice), "mode=popular&scope=following")
    assert list(shown) == ["liked", "newer"]
    told = {name for reason in shown.values() for name, part in reason["parts"].items() if part}
    assert told == {"recency", "engagement"}


def test_m61_authors_one_interacts_with_more_rise(cast: Cast, write: Write) -> None:
    dear, other = followed(cast.alice, 2)
    old = write("old", dear)
    write("of dear", dear)
    write("of other", other)
    client = cast.client(cast.alice)
    assert texts(client).index("of other") < texts(client).index("of dear")
    like_thing(actor=cast.alice, target_id=old.pk)
    create_comment(actor=cast.alice, target_id=old.pk, content="Yes")
    shown = reasons(client)
    assert list(shown).index("of dear") < list(shown).index("of other")
    # A like, a comment and the follow: 1 + 3 + 2 = 6, and 6 / (6 + 5) of two points.
    assert shown["of dear"]["parts"]["affinity"] == pytest.approx(2 * 6 / 11, abs=0.01)


def test_b20_parts_of_each_item_add_up_to_its_score(cast: Cast, write: Write) -> None:
    like_thing(actor=cast.alice, target_id=write("one #tea", cast.bob).pk)
    write("two #tea", cast.charlie)
    like_thing(actor=cast.bob, target_id=Post.objects.get(content="two #tea").pk)
    shown = reasons(cast.client(cast.alice))
    assert len(shown) == 2
    for reason in shown.values():
        assert reason["score"] == pytest.approx(sum(reason["parts"].values()))
        assert reason["sources"]


def test_m63_followed_outrank_suggested(cast: Cast, write: Write) -> None:
    write("of bob", cast.bob)
    post = write("of charlie", cast.charlie)
    like_thing(actor=cast.carol, target_id=post.pk)
    shown = reasons(cast.client(cast.alice))
    assert [names(reason) for reason in shown.values()] == [
        [("following", None)],
        [("suggested", None)],
    ]
    assert texts(cast.client(cast.alice), "scope=following") == ["of bob"]


def test_m64_followed_tags_and_inferred_interests_bring_posts(cast: Cast, write: Write) -> None:
    write("a #jazz", cast.charlie)
    write("b #tea", cast.charlie)
    write("c #fog", cast.charlie)
    TagFollow.objects.create(user=cast.alice, tag=Tag.objects.get(tag="jazz"))
    for n in range(2):
        like_thing(actor=cast.alice, target_id=write(f"liked {n} #tea", cast.bob).pk)
    shown = reasons(cast.client(cast.alice))
    assert names(shown["a #jazz"]) == [("tag", "jazz")]
    assert names(shown["b #tea"]) == [("suggested", "tea")]
    assert "c #fog" not in shown


def test_y89_suggestions_are_kept_until_the_reader_does_something(
    cast: Cast, write: Write, settings: Any
) -> None:
    settings.FEED_ORDER_SECONDS = 0
    client = cast.client(cast.alice)

    def suggested(content: str) -> Post:
        post = write(content, cast.charlie)
        like_thing(actor=somebody(), target_id=post.pk)
        return post

    first = suggested("first")
    assert texts(client) == ["first"]
    suggested("second")
    assert texts(client) == ["first"]
    like_thing(actor=cast.alice, target_id=first.pk)
    assert set(texts(client)) == {"first", "second"}
    delete_post(actor=cast.charlie, post=first)
    assert texts(client) == ["second"]


@pytest.mark.once
@pytest.mark.parametrize(("order", "suggestions"), [(0, 0), (60, 0), (0, 60)])
def test_y89_orders_and_suggestions_are_kept_for_as_long_as_the_settings_say(
    cast: Cast, write: Write, settings: Any, order: int, suggestions: int
) -> None:
    settings.FEED_ORDER_SECONDS, settings.FEED_SUGGESTIONS_SECONDS = order, suggestions
    client = cast.client(cast.alice)
    for content in ("first", "second"):
        like_thing(actor=somebody(), target_id=write(content, cast.charlie).pk)
        found = texts(client)
    assert set(found) == ({"first"} if order or suggestions else {"first", "second"})


@pytest.mark.once
@pytest.mark.parametrize(("session", "order", "status"), [(0, 0, 410), (60, 0, 200), (0, 60, 200)])
def test_y89_a_feed_can_be_gone_on_with_for_as_long_as_the_settings_say(
    cast: Cast, write: Write, settings: Any, session: int, order: int, status: int
) -> None:
    settings.FEED_SESSION_SECONDS, settings.FEED_ORDER_SECONDS = session, order
    client = cast.client(cast.alice)
    for n in range(2):
        write(f"post {n}", cast.bob)
    first = client.read(f"{FEED}?limit=1").json()
    assert client.read(first["next"]).status_code == status


def test_m62_a_loud_author_does_not_fill_the_page(cast: Cast, write: Write) -> None:
    for person in followed(cast.alice, 8):
        write(f"one of {person.username}", person)
    for n in range(9):
        write(f"loud {n}", cast.bob)
    authors = [row["object"]["author"]["username"] for row in read(cast.client(cast.alice))]
    assert authors[:10].count("bob") == 2
    assert len(authors) == 17


def test_m28_pages_neither_repeat_nor_skip_while_ranks_move_and_others_post(
    cast: Cast, write: Write
) -> None:
    people = followed(cast.alice, 5)
    made = [write(f"old {n}", people[n % 5]) for n in range(23)]
    client, url, walked = cast.client(cast.alice), f"{FEED}?limit=4", []
    while url:
        page = client.read(url).json()
        walked += [row["object"]["content"] for row in page["results"]]
        url = page["next"]
        write(f"new {len(walked)}", people[0])
        like_thing(actor=cast.alice, target_id=made[len(walked) % 23].pk)
        like_thing(actor=cast.bob, target_id=made[-len(walked) % 23].pk)
    assert sorted(walked) == sorted(post.content for post in made)


def test_m28_what_may_not_be_seen_any_more_is_left_out_and_pages_stay_full(
    cast: Cast, write: Write
) -> None:
    gone, blocked, *people = followed(cast.alice, 6)
    for n in range(18):
        write(f"post {n}", people[n % 4])
    hidden = [write(f"gone {n}", gone) for n in range(2)]
    write("blocked", blocked)
    client = cast.client(cast.alice)
    page = client.read(f"{FEED}?limit=3").json()
    first = [row["object"]["content"] for row in page["results"]]
    for post in hidden:
        delete_post(actor=gone, post=post)
    block_user(actor=blocked, target=cast.alice)
    sizes, walked = [], first
    while page["next"]:
        page = client.read(page["next"]).json()
        sizes.append(len(page["results"]))
        walked += [row["object"]["content"] for row in page["results"]]
    rest = [text for text in walked if text.startswith("post")]
    assert sorted(rest) == sorted(f"post {n}" for n in range(18))
    assert not {"blocked", "gone 0", "gone 1"} & set(walked[3:])
    assert set(sizes[:-1]) == {3}


def test_m28_the_feed_goes_on_by_time_beyond_what_was_ranked(
    cast: Cast, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posts.feeds.candidates.MAX_HOME", 5)
    for n in range(9):
        write(f"post {n}", cast.bob)
    client, url, walked = cast.client(cast.alice), f"{FEED}?limit=4", []
    while url:
        page = client.read(url).json()
        walked += [(row["object"]["content"], row["reason"]["score"]) for row in page["results"]]
        url = page["next"]
        write(f"new {len(walked)}", cast.bob)
    assert [text for text, _ in walked] == [f"post {n}" for n in range(8, -1, -1)]
    assert [score is None for _, score in walked] == [False] * 5 + [True] * 4


def test_m28_a_feed_that_is_lost_is_410(cast: Cast, write: Write) -> None:
    for n in range(4):
        write(f"post {n}", cast.bob)
    client = cast.client(cast.alice)
    following = client.read(f"{FEED}?limit=2").json()["next"]
    assert client.read(following).status_code == 200
    cache.clear()
    answer = client.read(following)
    assert (answer.status_code, code_of(answer)) == (410, "feed_expired")


@pytest.mark.parametrize("query", ["mode=popular", "scope=network", "types=update"])
def test_m28_a_cursor_is_good_for_its_own_feed_and_reader_only(
    cast: Cast, write: Write, query: str
) -> None:
    for n in range(4):
        write(f"post {n}", cast.bob)
    following = cast.client(cast.alice).read(f"{FEED}?limit=2").json()["next"]
    cursor = following.split("cursor=")[1].split("&")[0]
    other = cast.client(cast.alice).read(f"{FEED}?{query}&cursor={cursor}")
    assert (other.status_code, code_of(other)) == (400, "invalid_cursor")
    stolen = cast.client(cast.bob).read(following)
    assert (stolen.status_code, code_of(stolen)) == (400, "invalid_cursor")


def test_m28_what_is_new_is_there_at_the_next_beginning(cast: Cast, write: Write) -> None:
    client = cast.client(cast.alice)
    assert texts(client) == []
    write("first", cast.bob)
    assert texts(client) == ["first"]
    write("second", cast.bob)
    write("own", cast.alice)
    assert set(texts(client)) == {"first", "second", "own"}


def test_b20_less_like_this_sinks_more_rises_and_dismissed_stays_away(
    cast: Cast, write: Write
) -> None:
    one, two, three = followed(cast.alice, 3)
    for person in (one, two, three):
        write(f"first of {person.pk}", person)
    posts = [write(f"of {person.pk}", person) for person in (one, two, three)]
    client = cast.client(cast.alice)
    for post, kind in zip(posts, ("more", "less", "dismiss"), strict=True):
        client.send("/api/feed/feedback", {"id": str(post.pk), "kind": kind})
    shown = reasons(client, "scope=following")
    assert f"of {three.pk}" not in shown
    order = list(shown)
    assert order[:2] == [f"of {one.pk}", f"first of {one.pk}"]
    assert set(order[2:]) == {f"first of {p.pk}" for p in (two, three)} | {f"of {two.pk}"}
    assert shown[f"of {one.pk}"]["parts"]["feedback"] == 0.75
    assert shown[f"of {two.pk}"]["parts"]["feedback"] == -0.75


def test_b20_priority_and_weights_move_the_feed(cast: Cast, write: Write) -> None:
    one, two = followed(cast.alice, 2)
    write("of one", one)
    write("of two", two)
    client = cast.client(cast.alice)
    assert texts(client) == ["of two", "of one"]
    rows = [{"user_id": str(one.pk), "priority": 2}, {"user_id": str(two.pk), "priority": "mute"}]
    client.set("/api/feed/preferences", {"authors": rows})
    shown = reasons(client)
    assert [reason["parts"]["priority"] for reason in shown.values()] == [2, -2]
    assert list(shown) == ["of one", "of two"]
    client.set("/api/feed/preferences", {"weights": {"priority": 0}})
    assert texts(client) == ["of two", "of one"]


def test_b20_ranking_off_shows_nothing_suggested(cast: Cast, write: Write) -> None:
    write("of bob", cast.bob)
    post = write("of charlie", cast.charlie)
    like_thing(actor=cast.carol, target_id=post.pk)
    client = cast.client(cast.alice)
    assert set(texts(client)) == {"of bob", "of charlie"}
    client.set("/api/feed/preferences", {"mode": "chronological"})
    for query in ("", "mode=ranked", "mode=popular", "mode=chronological"):
        assert texts(client, query) == ["of bob"]


def test_b20_catching_up_shows_what_came_since_and_the_quiet_first(
    cast: Cast, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    loud, quiet = followed(cast.alice, 2)
    now = timezone.now()
    # The process's own never goes back in time.
    monkeypatch.setattr(ids, "_minter", ids.Minter(lambda: 0))
    with time_machine.travel(now - timedelta(days=9), tick=True):
        write("long ago", quiet)
    with time_machine.travel(now - timedelta(hours=9), tick=True):
        write("quiet", quiet)
    for n in range(4):
        write(f"loud {n}", loud)
    client = client_of(cast.alice)
    since = (now - timedelta(days=1)).isoformat().replace("+00:00", "Z")
    for query in (f"since={since}", "catch_up=true"):
        shown = texts(client, query)
        assert (shown[0], len(shown)) == ("quiet", 5)
    assert "long ago" in texts(client)
    last = Post.objects.get(content="loud 2")
    Marker.objects.create(owner=cast.alice, feed="home", last_read_id=last.pk)
    assert texts(client, "catch_up=true") == ["loud 3"]
    assert client.send("/api/v1/feed/refresh").json() == {"count": 6, "new": 1}
    assert code_of(client.read(f"{FEED}?catch_up=true&mode=popular")) == "invalid_choice"


def test_y70_refresh_ranks_anew_and_counts(cast: Cast, write: Write) -> None:
    client = cast.client(cast.alice)
    first, _ = write("first", cast.bob), write("second", cast.carol)
    texts(client)
    for _ in range(9):
        like_thing(actor=somebody(), target_id=first.pk)
    answer = client.send("/api/v1/feed/refresh")
    assert answer.json() == {"count": 2, "new": 2}
    assert texts(client)[0] == "first"
    client.set("/api/feed/preferences", {"mode": "chronological"})
    assert client.send("/api/v1/feed/refresh").json()["count"] == 2


def test_y70_refresh_counts_what_the_feed_shows(cast: Cast, write: Write) -> None:
    apart = somebody()
    post = write("of one kept apart", apart)
    like_thing(actor=somebody(), target_id=post.pk)
    write("followed", cast.bob)
    kept = create_list(actor=cast.alice, name="apart", exclusive=True)
    add_to_audience(actor=cast.alice, audience=kept, member=apart)
    client = cast.client(cast.alice)
    assert client.send("/api/v1/feed/refresh").json() == {"count": 1, "new": 1}
    assert texts(client) == ["followed"]


def test_t25_statements_do_not_grow_with_follows_and_posts(
    cast: Cast, write: Write, django_assert_max_num_queries: Any
) -> None:
    client = cast.client(cast.alice)
    cold: list[int] = []
    warm: list[int] = []
    for number in (3, 9):
        for person in followed(cast.alice, number):
            post = write(f"words {person.pk} #tea", person)
            like_thing(actor=cast.alice, target_id=post.pk)
            other = write(f"else {person.pk} #tea", somebody())
            like_thing(actor=person, target_id=other.pk)
        for counts, most in ((cold, 22), (warm, 6)):
            with django_assert_max_num_queries(most) as counted:
                assert len(read(client)) > number
            counts.append(len(counted))
    assert cold[0] == cold[1]
    assert warm[0] == warm[1]
