import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.testing import Cast, UserFactory
from engagement.actions import comments
from engagement.models import Comment
from engagement.tests.threads import contents, make_post, path, thread, write
from socialsite.lib.testing.client import ApiClient, code_of


@pytest.fixture
def post(alice: ApiClient) -> Any:
    return make_post(alice)


def say(post: Any, author: User, content: str, parent: Comment | None = None) -> Comment:
    return comments.create_comment(
        actor=author, target_id=post.pk, content=content, parent_id=parent.pk if parent else None
    )


def grow(post: Any, author: User, width: int, levels: int) -> None:
    """Write a tree in which every comment has `width` replies."""
    level: list[Comment | None] = [None]
    for depth in range(levels):
        level = [say(post, author, f"{depth}.{n}", above) for above in level for n in range(width)]


def walk(client: ApiClient, url: str, way: str = "next") -> list[Any]:
    pages = [client.read(url)]
    while pages[-1].json()[way]:
        pages.append(client.read(pages[-1].json()[way]))
    return pages


def shape(rows: list[Any]) -> list[Any]:
    """Return a tree as (content, replies) pairs."""
    return [(row["content"], shape(row["replies"])) for row in rows]


def statements(client: ApiClient, url: str) -> int:
    client.read(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.read(url).status_code == 200
    return len(seen)


def test_m39_flat_lists_every_comment_newest_first(post: Any, cast: Cast, bob: ApiClient) -> None:
    first = say(post, cast.bob, "a")
    say(post, cast.carol, "b", first)
    say(post, cast.alice, "c")
    assert contents(bob.read(thread(post))) == ["c", "b", "a"]
    assert contents(bob.read(f"{thread(post)}?sort=old")) == ["a", "b", "c"]
    answer = bob.read(f"{thread(post)}?view=flat&sort=new&count=true").json()
    assert (answer["count"], answer["next"]) == (3, None)
    assert "replies" not in answer["results"][0]


def test_m39_b3_top_goes_by_likes_and_pages_never_repeat(
    post: Any, cast: Cast, bob: ApiClient
) -> None:
    made = [say(post, cast.carol, str(n)) for n in range(11)]
    for number, comment in enumerate(made):
        Comment.objects.filter(pk=comment.pk).update(like_count=number % 3)
    url = f"{thread(post)}?sort=top&limit=2"
    pages = walk(bob, url)
    found = [content for page in pages for content in contents(page)]
    assert found == sorted(map(str, range(11)), key=lambda n: (int(n) % 3, int(n)), reverse=True)
    assert 'rel="next"' not in pages[-1].headers["Link"]
    back = walk(bob, pages[-1].json()["previous"], "previous")
    assert [contents(page) for page in reversed(back)] == [contents(page) for page in pages[:-1]]


def test_b3_a_cursor_of_one_order_is_refused_by_another(
    post: Any, cast: Cast, bob: ApiClient
) -> None:
    for n in range(3):
        say(post, cast.carol, str(n))
    url = bob.read(f"{thread(post)}?limit=1&sort=new").json()["next"]
    cursor = re.findall(r"cursor=([^&]+)", url)[0]
    answer = bob.read(f"{thread(post)}?limit=1&sort=top&cursor={cursor}")
    assert (answer.status_code, code_of(answer)) == (400, "invalid_cursor")


def test_m39_a_tree_has_three_levels_of_at_most_three_replies(
    post: Any, cast: Cast, bob: ApiClient
) -> None:
    top = say(post, cast.carol, "top")
    replies = [say(post, cast.carol, f"r{n}", top) for n in range(5)]
    deep = replies[0]
    for depth in range(2, 5):
        deep = say(post, cast.carol, f"deep{depth}", deep)
    say(post, cast.carol, "other")
    rows = bob.read(f"{thread(post)}?view=tree").json()["results"]
    chain: list[Any] = [("deep2", [("deep3", [])])]
    assert shape(rows) == [
        ("other", []), ("top", [("r0", chain), ("r1", []), ("r2", [])]),
    ]  # fmt: skip
    assert (rows[1]["reply_count"], rows[1]["more"]) == (5, f"/api/comments/{top.pk}/replies")
    assert rows[0]["more"] is None
    deepest = rows[1]["replies"][0]["replies"][0]["replies"][0]
    assert (deepest["reply_count"], deepest["more"]) == (1, f"{path(deepest)}/replies")


def test_m39_the_rest_of_a_branch_is_behind_its_link(post: Any, cast: Cast, bob: ApiClient) -> None:
    top = say(post, cast.carol, "top")
    replies = [say(post, cast.carol, f"r{n}", top) for n in range(5)]
    say(post, cast.carol, "below", replies[4])
    more = bob.read(f"{thread(post)}?view=tree").json()["results"][0]["more"]
    rows = bob.read(more).json()["results"]
    assert shape(rows)[3:] == [("r3", []), ("r4", [("below", [])])]
    assert contents(bob.read(f"{more}?view=flat&sort=new&limit=2")) == ["r4", "r3"]
    assert bob.read("/api/comments/17/replies").status_code == 404


def test_m39_pages_of_a_tree_are_cut_between_the_comments_on_the_post_itself(
    post: Any, cast: Cast, bob: ApiClient
) -> None:
    grow(post, cast.carol, 4, 2)
    pages = walk(bob, f"{thread(post)}?view=tree&sort=old&limit=3")
    assert [len(page.json()["results"]) for page in pages] == [3, 1]
    assert [contents(page) for page in pages] == [["0.0", "0.1", "0.2"], ["0.3"]]


@pytest.mark.parametrize("view", ["flat", "tree"])
def test_m39_the_number_of_statements_does_not_grow_with_the_thread(
    alice: ApiClient, bob: ApiClient, view: str
) -> None:
    small, large = make_post(alice), make_post(alice)
    # The verified are not screened: many short comments look like spam.
    author: Any = UserFactory.create(is_verified=True)
    grow(small, author, 1, 4)
    grow(large, author, 2, 5)
    numbers = [statements(bob, f"{thread(post)}?view={view}&limit=100") for post in (small, large)]
    assert numbers[0] == numbers[1] <= {"flat": 6, "tree": 9}[view]


@pytest.mark.parametrize("query", ["view=web", "sort=best", "limit=0", "depth=2", "cursor=x"])
def test_m39_what_is_no_view_or_order_is_400(post: Any, bob: ApiClient, query: str) -> None:
    assert bob.read(f"{thread(post)}?{query}").status_code == 400


def test_m39_what_the_caller_likes_is_marked_in_lists_and_trees(
    post: Any, bob: ApiClient, alice: ApiClient, api: ApiClient
) -> None:
    top = write(bob, post, "top")
    reply = write(bob, post, "reply", parent_id=top["id"])
    alice.set(f"{path(reply)}/like")
    url = f"{thread(post)}?view=tree"
    rows = [client.read(url).json()["results"][0] for client in (alice, bob, api)]
    assert [row["replies"][0]["liked"] for row in rows] == [True, False, False]
    assert [row["liked"] for row in rows] == [False, False, False]


def test_m41_deleted_comments_with_replies_stay_as_tombstones(
    post: Any, cast: Cast, bob: ApiClient
) -> None:
    top, alone = say(post, cast.bob, "top"), say(post, cast.bob, "alone")
    reply = say(post, cast.carol, "reply", top)
    for comment in (top, alone):
        comments.delete_comment(actor=cast.bob, comment=comment)
    rows = bob.read(f"{thread(post)}?view=tree").json()["results"]
    assert shape(rows) == [("", [("reply", [])])]
    stone = rows[0]
    assert (stone["is_deleted"], stone["author"], stone["mentions"]) == (True, None, [])
    assert (stone["id"], stone["reply_count"]) == (str(top.pk), 1)
    assert contents(bob.read(thread(post))) == ["reply", ""]
    assert contents(bob.read(f"/api/comments/{top.pk}/replies")) == ["reply"]
    comments.delete_comment(actor=cast.carol, comment=reply)
    assert contents(bob.read(thread(post))) == []


def test_m41_a_branch_hangs_on_below_several_tombstones(
    post: Any, cast: Cast, bob: ApiClient
) -> None:
    chain: list[Comment] = []
    for n in range(4):
        above = chain[-1] if chain else None
        chain.append(say(post, cast.bob, str(n), above))
    for comment in chain[:3]:
        comments.delete_comment(actor=cast.bob, comment=comment)
    rows = bob.read(f"{thread(post)}?view=tree").json()["results"]
    assert shape(rows) == [("", [("", [("", [("3", [])])])])]


@pytest.mark.parametrize("view", ["flat", "tree"])
def test_m52_a_person_whom_the_reader_blocks_is_a_tombstone_or_nothing(
    post: Any, cast: Cast, bob: ApiClient, view: str
) -> None:
    top, alone = say(post, cast.charlie, "top"), say(post, cast.charlie, "alone")
    reply = say(post, cast.carol, "reply", top)
    bob.set(f"/api/users/{cast.charlie.pk}/block")
    rows = bob.read(f"{thread(post)}?view={view}&sort=old").json()["results"]
    ids = [row["id"] for row in rows]
    assert ids == [str(top.pk), *([str(reply.pk)] if view == "flat" else [])]
    assert (rows[0]["author"], rows[0]["content"], rows[0]["is_deleted"]) == (None, "", True)
    assert str(alone.pk) not in ids
    assert bob.read(f"/api/comments/{top.pk}").status_code == 404


def test_m39_the_suspended_are_gone_from_threads_and_counters_stay(
    post: Any, cast: Cast, bob: ApiClient
) -> None:
    say(post, cast.carol, "x")
    User.objects.filter(pk=cast.carol.pk).update(suspended_by=1)
    assert contents(bob.read(thread(post))) == []
    post.refresh_from_db()
    assert post.comment_count == 1
