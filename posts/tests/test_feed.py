from typing import Any

import pytest
from django.db import DatabaseError

from accounts.actions.audiences import add_to_audience, create_list
from accounts.actions.blocks import block_user
from accounts.actions.filters import Wanted, create_filter
from accounts.actions.follows import follow_user, unfollow_user
from accounts.models import Mute, User
from accounts.testing import Cast, UserFactory
from engagement.actions.shares import share_thing
from engagement.actions.tags import follow_tag
from moderation.actions import suspend_user
from posts.feeds import chronological
from posts.models import Post
from posts.testing import PostFactory
from posts.tests.conftest import Write
from posts.viewsets import feeds
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = pytest.mark.django_db
FEED = "/api/feed?mode=chronological"


def items(client: ApiClient, path: str = FEED) -> list[dict[str, Any]]:
    answer = client.read(path)
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def texts(client: ApiClient, path: str = FEED) -> list[str]:
    return [item["object"]["content"] for item in items(client, path)]


def walk(client: ApiClient, path: str) -> list[str]:
    found, url = [], path
    while url:
        page = client.read(url).json()
        found += [item["id"] for item in page["results"]]
        url = page["next"]
    return found


def test_m13_two_people_with_different_follows_read_different_feeds(
    cast: Cast, write: Write
) -> None:
    write("of alice")
    write("of bob", cast.bob)
    write("of charlie", cast.charlie)
    assert texts(cast.client(cast.bob)) == ["of bob", "of alice"]
    assert texts(cast.client(cast.charlie)) == ["of charlie"]


def test_m28_feed_needs_a_sign_in(api: ApiClient) -> None:
    for path in (FEED, "/api/feed", "/api/v1/feed/"):
        assert api.read(path).status_code == 401


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("mode=random", "invalid_choice"),
        ("scope=world", "invalid_choice"),
        ("types=update,nonsense", "invalid_choice"),
        ("nonsense=1", "unknown_field"),
        ("mode=chronological&cursor=abc", "invalid_cursor"),
    ],
)
def test_m28_bad_parameters_are_named(cast: Cast, query: str, code: str) -> None:
    answer = cast.client(cast.alice).read(f"/api/feed?{query}")
    assert (answer.status_code, code_of(answer)) == (400, code)


def test_m59_b20_mode_of_the_settings_is_the_one_that_is_not_said(cast: Cast, write: Write) -> None:
    write("one", cast.bob)
    User.objects.filter(pk=cast.alice.pk).update(feed_mode="chronological")
    [item] = items(cast.client(cast.alice), "/api/feed")
    assert item["reason"]["score"] is None
    User.objects.filter(pk=cast.alice.pk).update(feed_mode="ranked")
    assert items(cast.client(cast.alice), "/api/feed")[0]["reason"]["score"] is not None


def test_m59_chronological_is_strictly_newest_first_and_walks_to_the_end_while_others_post(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chronological, "BITES", (4, 8))
    made: list[Any] = [
        PostFactory(author=cast.bob, visibility="private" if n % 3 else "public") for n in range(24)
    ]
    seen = [str(post.pk) for post in made[::-1] if post.visibility == "public"]
    reader, url = cast.client(cast.alice), f"{FEED}&limit=2"
    found: list[str] = []
    while url:
        page = reader.read(url).json()
        found += [item["id"] for item in page["results"]]
        url = page["next"]
        PostFactory(author=cast.bob)
    assert found == seen == sorted(seen, key=int, reverse=True)


def test_m28_the_way_back_is_the_way_there(cast: Cast, write: Write) -> None:
    for n in range(5):
        write(f"{n}", cast.bob)
    reader = cast.client(cast.alice)
    first = reader.read(f"{FEED}&limit=2").json()
    second = reader.read(first["next"]).json()
    back = reader.read(second["previous"]).json()
    assert back["results"] == first["results"]
    assert (first["previous"], back["previous"]) == (None, None)


def test_n40_network_shows_connections_alone(cast: Cast, write: Write) -> None:
    unfollow_user(actor=cast.alice, target=cast.carol)
    write("of alice")
    write("of bob, whom she follows", cast.bob)
    write("of carol", cast.carol, visibility="connections")
    client = cast.client(cast.alice)
    assert texts(client, f"{FEED}&scope=network") == ["of carol"]
    assert texts(client, f"{FEED}&scope=following") == ["of bob, whom she follows", "of alice"]
    assert len(texts(client, f"{FEED}&scope=all")) == 3


def test_n40_y68_types_narrow_a_feed(cast: Cast, write: Write) -> None:
    write("update", cast.bob)
    write("article", cast.bob, post_type="article")
    write("achievement", cast.bob, post_type="achievement")
    found = items(cast.client(cast.alice), f"{FEED}&types=article,achievement")
    assert [item["type"] for item in found] == ["achievement", "article"]
    for item in found:
        assert item["id"] == item["object"]["id"]


def test_y68_planner_path_is_the_same_feed(cast: Cast, write: Write) -> None:
    write("one", cast.bob)
    client = cast.client(cast.alice)
    assert items(client, "/api/v1/feed/?mode=chronological") == items(client)


def test_b20_items_say_why_they_are_there(cast: Cast, write: Write) -> None:
    unfollow_user(actor=cast.alice, target=cast.carol)
    Post.objects.filter(pk=write("first #boats", cast.charlie).pk).delete()
    follow_tag(actor=cast.alice, tag="boats")
    write("of alice #boats")
    write("of bob", cast.bob)
    write("of carol", cast.carol)
    write("#boats of charlie", cast.charlie)
    write("nothing of charlie", cast.charlie)
    found = {
        item["object"]["content"]: [(s["name"], s["tag"]) for s in item["reason"]["sources"]]
        for item in items(cast.client(cast.alice))
    }
    assert found == {
        "of alice #boats": [("own", None), ("tag", "boats")],
        "of bob": [("following", None)],
        "of carol": [("connection", None)],
        "#boats of charlie": [("tag", "boats")],
    }


def test_m28_muted_dismissed_kept_apart_and_blocked_never_appear(cast: Cast, write: Write) -> None:
    people: list[Any] = [UserFactory() for _ in range(4)]
    muted, apart, blocked, shown = people
    for person in (muted, apart, blocked, shown):
        follow_user(actor=cast.alice, target=person)
        write(f"of {person.username}", person)
    passed_on = Post.objects.get(author=muted)
    share_thing(actor=shown, target_id=passed_on.pk)
    write("quotes who is muted", shown, quote_of=passed_on.pk)
    Mute.objects.create(muter=cast.alice, muted=muted)
    block_user(actor=blocked, target=cast.alice)
    kept = create_list(actor=cast.alice, name="apart", exclusive=True)
    add_to_audience(actor=cast.alice, audience=kept, member=apart)
    dismissed = write("dismissed", shown)
    client = cast.client(cast.alice)
    assert texts(client) == ["dismissed", f"of {shown.username}"]
    sent = {"id": str(dismissed.pk), "kind": "dismiss"}
    assert client.send("/api/feed/feedback", sent).status_code == 200
    assert texts(client) == [f"of {shown.username}"]


def test_m18_hidden_deleted_and_suspended_leave_the_feed(cast: Cast, write: Write) -> None:
    shown, hidden, deleted = (write(name, cast.bob) for name in ("shown", "hidden", "deleted"))
    Post.objects.filter(pk=hidden.pk).update(hidden_by=1)
    cast.client(cast.bob).drop(f"/api/posts/{deleted.pk}")
    client = cast.client(cast.alice)
    assert texts(client) == [shown.content]
    suspend_user(actor=cast.moderator, user=cast.bob, reason="spam", note="spam")
    assert texts(client) == []


def test_t9_feed_shows_narrow_posts_to_those_they_are_for(cast: Cast, write: Write) -> None:
    for visibility in ("public", "unlisted", "followers", "connections", "private"):
        write(visibility, visibility=visibility)
    User.objects.filter(pk=cast.alice.pk).update(private_account=True)
    assert texts(cast.client(cast.bob)) == ["followers", "unlisted", "public"]
    assert texts(cast.client(cast.carol)) == ["connections", "followers", "unlisted", "public"]
    assert "private" in texts(cast.client(cast.alice))


def test_b7_filters_hide_and_warn_in_the_feed(cast: Cast, write: Write) -> None:
    write("about the weather", cast.bob)
    write("about spoilers", cast.bob)
    write("about sports", cast.bob)
    for word, action in (("spoilers", "hide"), ("sports", "warn")):
        terms = [Wanted("keyword", word)]
        create_filter(actor=cast.alice, title=word, action=action, scopes=["feed"], terms=terms)
    found = items(cast.client(cast.alice))
    assert [item["object"]["content"] for item in found] == ["about sports", "about the weather"]
    assert [mark["action"] for mark in found[0]["filtered"]] == ["warn"]
    assert found[1]["filtered"] == []


@pytest.mark.parametrize("path", [FEED, "/api/feed?mode=ranked", "/api/v1/feed/global"])
def test_m28_moderators_read_what_is_quoted_as_members_do(
    cast: Cast, write: Write, path: str
) -> None:
    quoted = write("hidden", cast.charlie)
    write("quotes it", cast.bob, quote_of=quoted.pk)
    follow_user(actor=cast.moderator, target=cast.bob)
    Post.objects.filter(pk=quoted.pk).update(hidden_by=1)
    [item] = items(cast.client(cast.moderator), path)
    assert item["object"]["quote"] == {"id": None, "state": "gone", "post": None}


@pytest.mark.parametrize("mode", ["chronological", "ranked"])
def test_b7_filters_look_into_what_is_passed_on_or_quoted(
    cast: Cast, write: Write, mode: str
) -> None:
    for word, action in (("spoilers", "hide"), ("sports", "warn")):
        post = write(f"about {word}", cast.charlie)
        share_thing(actor=cast.bob, target_id=post.pk)
        write(f"quotes {word}", cast.bob, quote_of=post.pk)
        terms = [Wanted("phrase", f"about {word}")]
        create_filter(actor=cast.alice, title=word, action=action, scopes=["feed"], terms=terms)
    found = items(cast.client(cast.alice), f"/api/feed?mode={mode}&scope=following")
    terms_of = {
        item["object"]["content"]: [mark["term"] for mark in item["filtered"]] for item in found
    }
    assert terms_of == {"quotes sports": ["about sports"], "": ["about sports"]}


def test_b7_a_filter_does_not_tell_what_a_quoted_post_says_that_is_hidden(
    cast: Cast, write: Write
) -> None:
    secret = write("about the secret", cast.charlie)
    write("quotes it", cast.bob, quote_of=secret.pk)
    Post.objects.filter(pk=secret.pk).update(visibility=Post.Visibility.PRIVATE)
    terms = [Wanted("keyword", "secret"), Wanted("user", str(cast.charlie.pk))]
    create_filter(actor=cast.alice, title="A", action="hide", scopes=["feed"], terms=terms)
    assert texts(cast.client(cast.alice)) == ["quotes it"]


def test_m73_page_takes_three_statements_for_30_and_for_2000_follows(
    cast: Cast, write: Write, django_assert_num_queries: Any
) -> None:
    PostFactory.create_batch(25, author=cast.bob)
    write("quoting", cast.bob, quote_of=write("quoted", cast.bob).pk)
    client = cast.client(cast.alice)
    for number in (30, 2000):
        User.objects.filter(pk=cast.alice.pk).update(following_count=number)
        items(client)
        with django_assert_num_queries(3):
            assert len(items(client)) == 20


def test_m73_posting_writes_nothing_for_followers(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    cast.client(cast.bob).send("/api/posts", {"content": "first"})
    path, counts = "/api/posts", []
    for n in range(2):
        with django_assert_num_queries(100, exact=False) as captured:
            assert cast.client(cast.bob).send(path, {"content": f"post {n}"}).status_code == 201
        counts.append(len(captured))
        readers: list[Any] = [UserFactory() for _ in range(20)]
        for person in readers:
            follow_user(actor=person, target=cast.bob)
    assert counts[0] == counts[1]


def test_m75_a_page_that_was_rendered_before_shows_every_change_at_once(
    cast: Cast, write: Write
) -> None:
    post, client = write("before", cast.bob), cast.client(cast.alice)
    assert texts(client) == ["before"]
    cast.client(cast.bob).set(f"/api/posts/{post.pk}", {"content": "after"})
    client.set(f"/api/posts/{post.pk}/like")
    User.objects.filter(pk=cast.bob.pk).update(display_name="Robert")
    [item] = items(client)
    shown = item["object"]
    assert (shown["content"], shown["like_count"], shown["liked"]) == ("after", 1, True)
    assert shown["author"]["display_name"] == "Robert"
    assert items(cast.client(cast.bob))[0]["object"]["liked"] is False


def test_y69_everybody_reads_public_posts_newest_first(
    cast: Cast, api: ApiClient, write: Write
) -> None:
    for visibility in ("public", "unlisted", "followers"):
        write(visibility, visibility=visibility)
    write("of bob", cast.bob, post_type="article")
    path = "/api/v1/feed/global"
    assert texts(api, path) == ["of bob", "public"]
    assert texts(api, f"{path}?types=article") == ["of bob"]
    assert texts(cast.client(cast.mallory), path) == ["of bob"]
    assert [item["reason"]["sources"] for item in items(api, path)] == [[], []]
    assert items(cast.client(cast.alice), path)[0]["reason"]["sources"][0]["name"] == "following"
    Mute.objects.create(muter=cast.charlie, muted=cast.bob)
    assert texts(cast.client(cast.charlie), path) == ["public"]


def test_y109_health_gathers_a_page(
    api: ApiClient, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write()
    found = api.read("/api/v1/feed/health")
    assert (found.status_code, found.json()["status"], found.json()["items"]) == (200, "ok", 1)
    monkeypatch.setattr(feeds, "PROBE_LIMIT_S", 0)
    assert api.read("/api/v1/feed/health").status_code == 503

    def broken() -> None:
        raise DatabaseError

    monkeypatch.setattr(feeds, "probe", broken)
    answer = api.read("/api/v1/feed/health")
    assert (answer.status_code, answer.json()["status"]) == (503, "failing")


def test_m28_batch_and_count_hold_what_the_feed_holds(cast: Cast, write: Write) -> None:
    seen, unseen = write("of bob", cast.bob), write("of charlie", cast.charlie)
    client = cast.client(cast.alice)
    page = client.read(f"{FEED}&ids={seen.pk},{unseen.pk}").json()
    assert [item["id"] for item in page["results"]] == [str(seen.pk)]
    assert page["missing"] == [str(unseen.pk)]
    assert client.read(f"{FEED}&count=true").json()["count"] == 1


def test_m59_long_lists_of_hidden_posts_do_not_end_a_page_early(cast: Cast) -> None:
    shown: list[Any] = [PostFactory(author=cast.bob) for _ in range(2)]
    PostFactory.create_batch(60, author=cast.bob, visibility="private")
    found = [item["id"] for item in items(cast.client(cast.alice))]
    assert found == [str(post.pk) for post in reversed(shown)]
