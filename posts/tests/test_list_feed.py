"""The feed of a list: its members, tags and words."""

from typing import Any

import pytest

from accounts.actions.blocks import block_user, mute_user
from accounts.testing import Cast, UserFactory
from engagement.actions.shares import share_thing
from posts.models import Feedback, Post
from posts.testing import PostFactory
from posts.tests.conftest import Write

pytestmark = pytest.mark.django_db
LISTS = "/api/lists"


@pytest.fixture
def make(cast: Cast) -> Any:
    """Make a list of alice's with people in it; returns its path."""

    def make(*members: Any, **fields: Any) -> str:
        alice = cast.client(cast.alice)
        answer = alice.send(LISTS, {"name": "A list"} | fields)
        assert answer.status_code == 201, answer.json()
        path = f"{LISTS}/{answer.json()['id']}"
        for person in members:
            assert alice.set(f"{path}/members/{person.pk}").status_code == 204
        return path

    return make


def texts(cast: Cast, path: str, query: str = "") -> list[str]:
    answer = cast.client(cast.alice).read(f"{path}/feed{query}")
    assert answer.status_code == 200, answer.json()
    return [item["object"]["content"] for item in answer.json()["results"]]


def test_b19_a_list_shows_what_its_members_publish_newest_first(
    cast: Cast, make: Any, write: Write
) -> None:
    path = make(cast.bob, cast.charlie)
    for text, author in (("one", cast.bob), ("two", cast.charlie), ("three", cast.carol)):
        write(text, author)
    write("for few", cast.charlie, visibility="followers")
    write("for some", cast.bob, visibility="followers")
    assert texts(cast, path) == ["for some", "two", "one"]


def test_b19_an_item_says_why_it_stands_there(cast: Cast, make: Any, write: Write) -> None:
    path = make(cast.bob, tags=["art"], keywords=["rain"])
    for text, author in (("by bob", cast.bob), ("#Art", cast.carol), ("Rain!", cast.charlie)):
        write(text, author)
    write("by bob #art in rain", cast.bob)
    rows = cast.client(cast.alice).read(f"{path}/feed").json()["results"]
    sources = [[(why["name"], why["tag"]) for why in row["reason"]["sources"]] for row in rows]
    assert sources == [
        [("list", None), ("tag", "art")],
        [("list", None)],
        [("tag", "art")],
        [("list", None)],
    ]
    assert [row["reason"]["score"] for row in rows] == [None] * 4


def test_b19_tags_and_words_bring_public_posts_alone(cast: Cast, make: Any, write: Write) -> None:
    path = make(tags=["#Art"], keywords=["rain", "bad news"])
    for visibility in ("unlisted", "followers", "connections"):
        write("#art rain", cast.bob, visibility=visibility)
    private = UserFactory(private_account=True)
    write("#art in rain", private)
    write("Rain and #ART", cast.bob)
    write("BAD\n news", cast.bob)
    write("rainy, bad old news, #artful", cast.bob)
    assert texts(cast, path) == ["BAD\n news", "Rain and #ART"]


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("音乐", "我喜欢音乐吗"),
        ("猫", "白猫"),
        ("ไทย", "ภาษาไทยดี"),
        ("café", "CAFE"),
        ("c++", "I like C++."),
        ("🍕", "pizza 🍕"),
        ("naïve art", "Naive  ART!"),
    ],
)
def test_b19_words_are_found_whole_in_every_script(
    cast: Cast, make: Any, write: Write, keyword: str, text: str
) -> None:
    path = make(keywords=[keyword])
    write(text, cast.bob)
    write("c, naive, cafes, 乐音", cast.bob)
    assert texts(cast, path) == [text]


def test_b19_shares_are_left_out_when_asked_for(cast: Cast, make: Any, write: Write) -> None:
    path = make(cast.bob)
    share_thing(actor=cast.bob, target_id=write("of carol", cast.carol).pk)
    write("own", cast.bob)
    assert texts(cast, path) == ["own", ""]
    cast.client(cast.alice).set(path, {"with_shares": False})
    assert texts(cast, path) == ["own"]
    assert texts(cast, path, "?count=true") == ["own"]


def test_b19_who_is_muted_blocked_or_dismissed_is_not_heard(
    cast: Cast, make: Any, write: Write
) -> None:
    path = make(cast.bob, cast.carol, cast.charlie, tags=["art"])
    write("muted #art", cast.bob)
    write("blocked #art", cast.carol)
    dismissed = write("dismissed #art", cast.charlie)
    write("left", cast.charlie)
    mute_user(actor=cast.alice, target=cast.bob)
    block_user(actor=cast.alice, target=cast.carol)
    Feedback.objects.create(user=cast.alice, target_id=dismissed.pk, kind=Feedback.Kind.DISMISS)
    assert texts(cast, path) == ["left"]


def test_b7_filters_hide_and_mark_in_the_feed_of_a_list(
    cast: Cast, make: Any, write: Write
) -> None:
    path, alice = make(cast.bob, tags=["art"]), cast.client(cast.alice)
    for action, word in (("hide", "storm"), ("warn", "rain")):
        terms = [{"kind": "keyword", "value": word}]
        alice.send("/api/filters", {"title": word, "action": action, "terms": terms})
    write("a storm", cast.bob)
    write("the rain", cast.bob)
    write("sun", cast.bob)
    rows = alice.read(f"{path}/feed").json()["results"]
    marks = [[mark["term"] for mark in row["filtered"]] for row in rows]
    assert ([row["object"]["content"] for row in rows], marks) == (
        ["sun", "the rain"],
        [[], ["rain"]],
    )


def test_b19_an_exclusive_list_keeps_its_members_out_of_home(
    cast: Cast, make: Any, write: Write
) -> None:
    path = make(cast.bob, exclusive=True)
    write("of bob", cast.bob)
    home = "/api/feed?mode=chronological"
    alice = cast.client(cast.alice)
    assert alice.read(home).json()["results"] == []
    assert texts(cast, path) == ["of bob"]
    alice.set(path, {"exclusive": False})
    assert len(alice.read(home).json()["results"]) == 1


def test_b19_pages_hold_every_post_once_whatever_is_hidden(
    cast: Cast, make: Any, write: Write
) -> None:
    path = make(cast.bob, cast.charlie, tags=["art"], keywords=["rain"])
    made = []
    for n in range(40):
        author = (cast.bob, cast.carol, cast.charlie)[n % 3]
        is_hidden = n % 4 == 0
        post = write(f"#art rain {n}", author, visibility="private" if is_hidden else "public")
        made += [post.pk] if post.is_live and not is_hidden else []
    alice, address, found = cast.client(cast.alice), f"{path}/feed?limit=7", []
    while address:
        page = alice.read(address).json()
        found += [int(row["id"]) for row in page["results"]]
        assert len(page["results"]) == 7 or not page["next"]
        write("#art in between", cast.bob)
        address, last = page["next"], page
    assert found == made[::-1]
    back = alice.read(last["previous"]).json()
    assert [int(row["id"]) for row in back["results"]] == found[-9:-2] or back["next"]


def test_b19_posts_of_a_list_are_read_by_their_ids_and_counted(
    cast: Cast, make: Any, write: Write
) -> None:
    path = make(cast.bob, tags=["art"], keywords=["rain"])
    mine = [write(text, cast.bob).pk for text in ("one", "#art", "rain")]
    other = write("raining", cast.carol).pk
    ids = ",".join(map(str, [*mine, other]))
    answer = cast.client(cast.alice).read(f"{path}/feed?ids={ids}").json()
    assert [int(row["id"]) for row in answer["results"]] == mine
    assert answer["missing"] == [str(other)]
    assert cast.client(cast.alice).read(f"{path}/feed?count=true").json()["count"] == 3


def test_b19_an_empty_list_is_an_empty_page_and_anothers_is_404(cast: Cast, make: Any) -> None:
    path = make()
    assert texts(cast, path) == []
    assert cast.client(cast.bob).read(f"{path}/feed").status_code == 404


def test_b19_a_page_takes_as_many_statements_for_many_posts(
    cast: Cast, make: Any, write: Write, django_assert_num_queries: Any
) -> None:
    path = make(cast.bob, tags=["art"], keywords=["rain"])
    alice, numbers = cast.client(cast.alice), []
    write("#art rain", cast.bob)
    alice.read(f"{path}/feed")
    for number in (1, 30):
        PostFactory.create_batch(number, author=cast.bob)
        with django_assert_num_queries(9):
            numbers.append(len(alice.read(f"{path}/feed").json()["results"]))
    assert numbers == [2, 20]
    assert Post.objects.count() == 32
