"""Who may see what is decided before anything is ranked or counted."""

from typing import Any

import pytest

from accounts.actions import blocks
from accounts.models import User
from accounts.models.filters import Filter, FilterTerm
from accounts.testing import Cast
from engagement.actions.comments import create_comment, hide_comment
from moderation.actions import hide_thing, remove_thing, suspend_user, undo_action
from posts.actions.trash import delete_post, purge_post, restore_post
from posts.models import Post
from search.models import Document
from socialsite.lib.testing.client import ApiClient
from tests.search.conftest import Find, Write, ask

pytestmark = pytest.mark.django_db
READERS: dict[str, set[str]] = {
    "public": {"alice", "bob", "carol", "charlie", "nobody"},
    "unlisted": set(),
    "followers": {"alice", "bob", "carol"},
    "connections": {"alice", "carol"},
    "mentioned": {"alice", "charlie"},
    "private": {"alice"},
}


def who_find(cast: Cast, find: Find, q: str, **more: Any) -> set[str]:
    """Return who of the cast finds anything."""
    people = {name: getattr(cast, name) for name in ("alice", "bob", "carol", "charlie", "mallory")}
    return {name for name, user in (people | {"nobody": None}).items() if find(q, user, **more)}


@pytest.mark.parametrize("visibility", READERS)
def test_m42_a_post_is_found_by_those_it_is_meant_for(
    cast: Cast, write: Write, find: Find, visibility: str
) -> None:
    write("quetzal @charlie", visibility=visibility)
    assert who_find(cast, find, "quetzal") == READERS[visibility]


def test_m42_posts_of_a_private_account_are_found_by_those_it_lets_in(
    cast: Cast, write: Write, find: Find
) -> None:
    write("quetzal")
    User.objects.filter(pk=cast.alice.pk).update(private_account=True)
    assert who_find(cast, find, "quetzal") == {"alice", "bob", "carol"}


def test_m42_what_is_hidden_removed_deleted_or_of_suspended_people_is_not_found(
    cast: Cast, write: Write, find: Find
) -> None:
    post = write("quetzal")
    assert find("quetzal")
    hidden = hide_thing(actor=cast.moderator, thing=post, note="no")
    assert not find("quetzal")
    undo_action(actor=cast.moderator, action=hidden)
    delete_post(actor=cast.alice, post=post)
    assert not find("quetzal")
    assert not Document.objects.filter(pk=post.pk).exists()
    restore_post(actor=cast.alice, post=post)
    assert find("quetzal")
    suspend_user(actor=cast.moderator, user=cast.alice, note="no")
    assert not find("quetzal")
    User.objects.filter(pk=cast.alice.pk).update(suspended_by=None)
    remove_thing(actor=cast.moderator, thing=post, note="no")
    assert not find("quetzal")
    assert not find("quetzal", cast.alice)


def test_m42_a_held_post_is_found_by_nobody_until_it_is_let_through(
    cast: Cast, find: Find, settings: Any
) -> None:
    settings.SPAM_SCORER = "moderation.scoring.score"
    client = cast.client(cast.alice)
    text = "BUY CHEAP QUETZAL NOW http://a.example http://b.example http://c.example " * 3
    client.send("/api/posts", {"content": text})
    post = Post.objects.latest("pk")
    Post.objects.filter(pk=post.pk).update(hidden_by=1)
    assert not find("quetzal")
    assert not find("quetzal", cast.alice)
    Post.objects.filter(pk=post.pk).update(hidden_by=None)
    assert find("quetzal")


def test_m42_purged_posts_leave_nothing_in_the_index(cast: Cast, write: Write) -> None:
    post = write("quetzal")
    create_comment(actor=cast.bob, target_id=post.pk, content="What a quetzal")
    delete_post(actor=cast.alice, post=post)
    purge_post(actor=cast.alice, post=post)
    assert not Document.objects.filter(body__contains="quetzal").exists()


def test_m42_muted_people_are_left_out_and_nobody_else(
    cast: Cast, write: Write, find: Find
) -> None:
    muted = write("quetzal")
    other = write("quetzal", cast.carol)
    blocks.mute_user(actor=cast.bob, target=cast.alice)
    assert [int(row["id"]) for row in find("quetzal")] == [other.pk]
    assert len(find("quetzal", cast.charlie)) == 2
    blocks.unmute_user(actor=cast.bob, target=cast.alice)
    assert {int(row["id"]) for row in find("quetzal")} == {muted.pk, other.pk}


def filtering(owner: User, action: str, kind: str, value: str) -> None:
    made = Filter.objects.create(owner=owner, title="Enough", action=action, scopes=["search"])
    FilterTerm.objects.create(filter=made, kind=kind, value=value)
    User.objects.filter(pk=owner.pk).update(filter_count=1)


def test_b7_filters_hide_and_mark_what_a_search_finds(cast: Cast, write: Write, find: Find) -> None:
    plain = write("quetzal at noon")
    write("quetzal with spoiler")
    filtering(cast.bob, "hide", "keyword", "spoiler")
    assert [int(row["id"]) for row in find("quetzal")] == [plain.pk]
    assert len(find("quetzal", cast.charlie)) == 2
    filtering(cast.charlie, "warn", "keyword", "noon")
    marks = {
        row["content"]: [mark["term"] for mark in row["filtered"]]
        for row in find("quetzal", cast.charlie)
    }
    assert marks == {"quetzal at noon": ["noon"], "quetzal with spoiler": []}


def names_found(cast: Cast, q: str) -> set[str]:
    found = ask(cast.client(cast.bob), q, type="users").json()["results"]
    return {row["username"] for row in found}


def test_b7_filters_hide_people_also_in_spite_of_a_typing_error(indexed_cast: Cast) -> None:
    cast = indexed_cast
    assert (names_found(cast, "charlie"), names_found(cast, "chralie")) == (
        {"charlie"},
        {"charlie"},
    )
    filtering(cast.bob, "hide", "user", str(cast.charlie.pk))
    assert (names_found(cast, "charlie"), names_found(cast, "chralie")) == (set(), set())


def test_m70_b7_filters_do_not_tell_what_a_private_account_says_of_itself(
    indexed_cast: Cast,
) -> None:
    cast = indexed_cast
    User.objects.filter(pk=cast.charlie.pk).update(bio="Loves quetzals", headline="A quetzal")
    filtering(cast.bob, "hide", "keyword", "quetzal")
    assert names_found(cast, "charlie") == set()
    User.objects.filter(pk=cast.charlie.pk).update(private_account=True)
    assert names_found(cast, "charlie") == {"charlie"}


def test_m42_comments_are_found_by_those_who_see_both(cast: Cast, write: Write, find: Find) -> None:
    post = write("harbour", visibility="followers")
    comment = create_comment(actor=cast.bob, target_id=post.pk, content="quetzal")
    assert who_find(cast, find, "quetzal", type="comments") == {"alice", "bob", "carol"}
    hide_comment(actor=cast.alice, comment=comment)
    assert who_find(cast, find, "quetzal", type="comments") == set()


def test_m42_a_held_comment_is_found_once_it_is_let_through(
    cast: Cast, write: Write, find: Find
) -> None:
    post = write("harbour")
    comment = create_comment(actor=cast.bob, target_id=post.pk, content="quetzal")
    action = hide_thing(actor=cast.moderator, thing=comment, note="no")
    assert not find("quetzal", type="comments")
    assert (
        cast.client(cast.moderator)
        .send(f"/api/v1/moderation/actions/{action.pk}/undo", {})
        .status_code
        == 200
    )
    assert find("quetzal", type="comments")


def test_m42_anybody_may_search_what_is_public_and_errors_are_clear(
    cast: Cast, write: Write
) -> None:
    write("quetzal #quetzals")
    groups = ask(ApiClient(), "quetzal").json()
    assert list(groups) == ["query", "posts", "users", "hashtags", "comments"]
    assert (len(groups["posts"]), groups["hashtags"][0]["tag"]) == (1, "quetzals")
    assert ask(ApiClient(), "x" * 501).status_code == 400
    assert ask(ApiClient(), "x", type="planets").json()["errors"][0]["attr"] == "type"
    assert ask(ApiClient(), "x", nosuch=1).status_code == 400
    assert ask(ApiClient(), "x\0y").status_code == 400
    assert ask(ApiClient(), "x", limit=0).status_code == 400
    assert ApiClient().read("/api/search").json()["errors"][0]["code"] == "required"
    assert ApiClient().read("/api/search?query=quetzal").json()["posts"] == groups["posts"]


def test_m42_hashtags_by_their_beginning_the_most_used_first(
    cast: Cast, write: Write, find: Find
) -> None:
    for text in ("#quetzals #quetzal", "#quetzals", "#quiet"):
        write(text)
    assert [row["tag"] for row in find("quetz", type="hashtags")] == ["quetzals", "quetzal"]
    assert [row["tag"] for row in find("#quetzal", type="hashtags")] == ["quetzal", "quetzals"]
    assert find("from:alice", type="hashtags") == []


def test_m42_searches_have_a_limit_of_their_own(cast: Cast, settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1 / 300
    answers = [ask(cast.client(cast.bob), "x") for _ in range(2)]
    assert 429 in [answer.status_code for answer in answers]
