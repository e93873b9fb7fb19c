"""Two things in one call that do not belong together (RELIABILITY T2): the child is missing where its parent is another."""

from typing import Any

import pytest

from accounts.actions.versions import any_version
from accounts.testing import Cast
from engagement.actions.bookmarks import create_folder, set_bookmark
from engagement.actions.comments import create_comment, edit_comment
from engagement.models import Bookmark, BookmarkFolder, Comment, Revision
from posts.actions.publish import edit_post, publish_post
from posts.actions.quotes import withdraw_quote
from posts.models import Post
from socialsite.lib.ids import Kind, mint
from socialsite.lib.testing.client import ApiClient, code_of
from socialsite.lib.testing.matrix import masked

pytestmark = pytest.mark.django_db


def make_post(author: Any, content: str = "Hello.", **columns: Any) -> Post:
    return publish_post(actor=author, content=content, **columns)


def make_comment(author: Any, post: Post, content: str = "Well said.") -> Comment:
    return create_comment(actor=author, target_id=post.pk, content=content)


def same(one: Any, other: Any) -> bool:
    return masked(one) == masked(other)


def test_t2_an_answer_to_a_comment_on_another_post_is_refused(cast: Cast, alice: ApiClient) -> None:
    one, other = make_post(cast.alice), make_post(cast.alice)
    comment = make_comment(cast.bob, other)
    body = {"content": "Yes.", "parent_id": str(comment.pk)}
    answer = alice.send(f"/api/posts/{one.pk}/comments", body)
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "parent_id")
    assert Comment.objects.count() == 1


def test_t2_an_answer_to_a_comment_on_a_hidden_post_is_as_to_none(
    cast: Cast, alice: ApiClient
) -> None:
    open_post, hidden = make_post(cast.bob), make_post(cast.bob, visibility="private")
    comment, path = make_comment(cast.bob, hidden), f"/api/posts/{open_post.pk}/comments"
    answers = [
        alice.send(path, {"content": "Yes.", "parent_id": str(pk)})
        for pk in (comment.pk, mint(Kind.COMMENT))
    ]
    assert answers[0].status_code == 404
    assert same(*answers)


def test_t2_a_post_that_does_not_quote_is_no_quote_of_it(cast: Cast, alice: ApiClient) -> None:
    mine, other = make_post(cast.alice), make_post(cast.carol)
    quote = make_post(cast.bob, quote_of=other.pk)
    missing = alice.drop(f"/api/posts/{mine.pk}/quotes/{mint(Kind.POST)}")
    for pk in (quote.pk, other.pk, mine.pk):
        assert same(alice.drop(f"/api/posts/{mine.pk}/quotes/{pk}"), missing)
    assert missing.status_code == 404
    assert Post.objects.get(pk=quote.pk).quote_state == Post.QuoteState.GIVEN


def test_t2_only_the_quoted_author_takes_consent_back(cast: Cast, bob: ApiClient) -> None:
    quoted = make_post(cast.alice)
    quote = make_post(cast.bob, quote_of=quoted.pk)
    assert bob.drop(f"/api/posts/{quoted.pk}/quotes/{quote.pk}").status_code == 403
    assert (
        cast.client(cast.mallory).drop(f"/api/posts/{quoted.pk}/quotes/{quote.pk}").status_code
        == 404
    )


def test_t2_b9_a_quote_shows_nothing_once_the_consent_is_withdrawn(
    cast: Cast, bob: ApiClient
) -> None:
    quoted = make_post(cast.alice, "Words of mine.")
    quote = make_post(cast.bob, "Look.", quote_of=quoted.pk)
    withdraw_quote(actor=cast.alice, post=quoted, quote=quote)
    for path in ("", "/thread", "/history"):
        answer = bob.read(f"/api/posts/{quote.pk}{path}").content.decode()
        assert "Look." in answer
        assert "Words of mine." not in answer
        assert str(quoted.pk) not in answer
    assert bob.read(f"/api/posts/{quoted.pk}/quotes").json()["results"] == []


@pytest.mark.parametrize("columns", [{"visibility": "private"}, {"visibility": "followers"}])
def test_t2_a_hidden_post_cannot_be_quoted_or_shared(
    cast: Cast, columns: dict[str, str], alice: ApiClient
) -> None:
    hidden = make_post(cast.charlie, **columns)
    for pk in (hidden.pk, mint(Kind.COMMENT), mint(Kind.USER)):
        answer = alice.send("/api/posts", {"content": "Look.", "quote_of": str(pk)})
        missing = alice.send("/api/posts", {"content": "Look.", "quote_of": str(mint(Kind.POST))})
        assert same(answer, missing)
    shared = (
        alice.send(f"/api/posts/{pk}/share", {"content": text})
        for pk in (hidden.pk, mint(Kind.POST))
        for text in ("", "Look.")
    )
    assert {answer.status_code for answer in shared} == {404}
    assert Post.objects.count() == 1


def edited(cast: Cast, words: str, **columns: Any) -> tuple[Post, Comment]:
    """Return a post of alice's and a comment of hers below it, each with one earlier version."""
    post = make_post(cast.alice, words, **columns)
    comment = make_comment(cast.alice, post, words)
    edit_post(actor=cast.alice, post=post, changes={"content": "Said better."}, check=any_version)
    edit_comment(actor=cast.alice, comment=comment, content="Said better.", check=any_version)
    return post, comment


def test_t2_b5_the_history_of_another_is_read_as_far_as_the_thing_is(
    cast: Cast, bob: ApiClient
) -> None:
    post, comment = edited(cast, "First words.", visibility="private")
    for path, kind in ((f"posts/{post.pk}", "posts"), (f"comments/{comment.pk}", "comments")):
        nothing = mint(Kind.POST if kind == "posts" else Kind.COMMENT)
        hidden, missing = (bob.read(f"/api/{p}/history") for p in (path, f"{kind}/{nothing}"))
        assert hidden.status_code == 404
        assert same(hidden, missing)
        assert same(
            bob.drop(f"/api/{path}/history/1"), bob.drop(f"/api/{kind}/{nothing}/history/1")
        )
    assert (
        "First words."
        in cast.client(cast.alice)
        .read(f"/api/posts/{post.pk}/history")
        .json()["versions"][1]["content"]
    )


def test_t2_b5_a_version_is_taken_out_of_its_own_history_only(cast: Cast, bob: ApiClient) -> None:
    post, comment = edited(cast, "First words.")
    mine = make_post(cast.bob, "Bob's.")
    for path in (f"posts/{post.pk}", f"comments/{comment.pk}"):
        assert bob.drop(f"/api/{path}/history/1").status_code == 403
    for path in (f"posts/{mine.pk}/history/1", f"posts/{mine.pk}/history/2"):
        assert bob.drop(f"/api/{path}").status_code == 404
    assert cast.client(cast.alice).drop(f"/api/posts/{post.pk}/history/7").status_code == 404
    assert not Revision.objects.filter(removed_at__isnull=False).exists()


def test_t2_b18_a_folder_of_another_is_no_folder(cast: Cast, bob: ApiClient) -> None:
    post, folder = make_post(cast.alice), create_folder(actor=cast.alice, name="Recipes")
    set_bookmark(actor=cast.bob, target_id=post.pk, changes={})
    for pk in (folder.pk, mint(Kind.BOOKMARK_FOLDER), post.pk):
        body = {"folder_id": str(pk)}
        created = bob.send("/api/bookmarks", {"target_id": str(post.pk), **body})
        changed = bob.set(f"/api/bookmarks/{post.pk}", body)
        listed = bob.read(f"/api/bookmarks?folder={pk}")
        statuses = {answer.status_code for answer in (created, changed, listed)}
        assert statuses == {404}
        assert "Recipes" not in f"{created.content}{changed.content}{listed.content}"
    assert Bookmark.objects.get().folder is None
    assert BookmarkFolder.objects.get().bookmark_count == 0


def test_t2_b18_two_people_keep_one_thing_each_for_themselves(cast: Cast, bob: ApiClient) -> None:
    post = make_post(cast.alice)
    set_bookmark(actor=cast.alice, target_id=post.pk, changes={"note": "Alice's note"})
    assert bob.read(f"/api/bookmarks/{post.pk}").status_code == 404
    assert bob.drop(f"/api/bookmarks/{post.pk}").status_code == 204
    assert (
        bob.set(f"/api/bookmarks/{post.pk}", {"note": "Bob's note"}).json()["note"] == "Bob's note"
    )
    assert Bookmark.objects.get(owner=cast.alice).note == "Alice's note"


@pytest.mark.parametrize("path", ["posts/{comment}", "comments/{post}", "posts/{user}", "comments/{user}/like",
    "posts/{comment}/like", "posts/{comment}/comments", "comments/{post}/replies", "me/trash/{comment}",
    "posts/{comment}/history", "comments/{post}/history", "bookmarks/folders/{post}", "posts/{comment}/quotes",
    "v1/moderation/cases/{post}", "v1/moderation/reports/{comment}/review"])  # fmt: skip
def test_t2_an_id_of_another_kind_names_nothing(cast: Cast, path: str) -> None:
    post = make_post(cast.charlie)
    ids = {"post": post.pk, "comment": make_comment(cast.charlie, post).pk, "user": cast.charlie.pk}
    client = cast.client(cast.charlie)
    for method in ("GET", "POST", "PUT", "DELETE"):
        assert client.call(method, f"/api/{path.format(**ids)}").status_code == 404


def test_t2_a_bookmark_is_of_a_kind_that_lists_show(cast: Cast, alice: ApiClient) -> None:
    folder = create_folder(actor=cast.bob, name="Recipes")
    for pk in (folder.pk, mint(Kind.CASE), mint(Kind.MODERATION_ACTION), mint(Kind.SESSION)):
        assert alice.send("/api/bookmarks", {"target_id": str(pk)}).status_code == 404


def test_t2_the_type_of_a_report_agrees_with_its_id(cast: Cast, bob: ApiClient) -> None:
    post = make_post(cast.alice)
    body = {"target_id": str(post.pk), "target_type": "comment", "reason": "spam"}
    answer = bob.send("/api/v1/moderation/report", body)
    assert (answer.status_code, code_of(answer)) == (400, "invalid")
    assert bob.send("/api/v1/moderation/report", body | {"target_type": "post"}).status_code == 201


def test_t2_nobody_restores_or_purges_from_the_trash_of_another(
    cast: Cast, alice: ApiClient, bob: ApiClient
) -> None:
    post = make_post(cast.alice)
    assert alice.drop(f"/api/posts/{post.pk}").status_code == 204
    for client in (bob, cast.client(cast.moderator), cast.client(cast.admin)):
        assert client.send(f"/api/me/trash/{post.pk}/restore").status_code == 404
        assert client.drop(f"/api/me/trash/{post.pk}").status_code == 404
    assert alice.send(f"/api/me/trash/{post.pk}/restore").status_code == 200
