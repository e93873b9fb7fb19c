"""The index says what things say: at once, when it is made anew, and when both happen together."""

import threading
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections, transaction
from django.utils import timezone

from accounts.actions.versions import any_version
from accounts.testing import Cast, console_of, make_cast
from engagement.actions.comments import create_comment, delete_comment, edit_comment
from posts.actions.publish import edit_post, publish_post
from posts.actions.quotes import withdraw_quote
from posts.actions.trash import delete_post, restore_post
from search import indexing
from search.indexing import reindex, wrong_documents
from search.models import Document, IndexState, NameGram
from socialsite.lib.ids import Kind
from socialsite.lib.tasks import run_all
from socialsite.lib.testing.client import ApiClient
from tests.search.conftest import Find, Write, ask

pytestmark = pytest.mark.django_db


def test_m16_a_post_is_found_in_the_request_after_its_201(cast: Cast) -> None:
    made = cast.client(cast.alice).send("/api/posts", {"content": "A quetzal!"})
    assert made.status_code == 201
    for client in (cast.client(cast.bob), ApiClient()):
        found = ask(client, "quetzal", type="posts").json()["results"]
        assert [row["id"] for row in found] == [made.json()["id"]]


def test_m16_an_edit_and_a_comment_too(cast: Cast, write: Write, find: Find) -> None:
    post = write("A quetzal!")
    path = f"/api/posts/{post.pk}"
    assert cast.client(cast.alice).set(path, {"content": "A toucan!"}).status_code == 200
    assert (find("quetzal"), len(find("toucan"))) == ([], 1)
    comment = cast.client(cast.bob).send(f"{path}/comments", {"content": "A hoopoe!"})
    assert [row["id"] for row in find("hoopoe", type="comments")] == [comment.json()["id"]]


def test_m16_what_is_taken_back_leaves_the_index_as_it_was(cast: Cast, write: Write) -> None:
    with transaction.atomic():
        write("quetzal")
        transaction.set_rollback(True)
    assert not Document.objects.filter(kind=Kind.POST).exists()
    assert ask(cast.client(cast.bob), "quetzal", type="posts").json()["results"] == []


def mark_made() -> None:
    IndexState.objects.update(finished_at=timezone.now())


def test_m42_every_document_says_what_its_thing_says(indexed_cast: Cast, write: Write) -> None:
    mark_made()
    post = write("quetzal https://a.example/x #birds", lang="pt-BR", content_warning="feathers")
    quote = write("My quetzal @bob", indexed_cast.carol, quote_of=post.pk)
    comment = create_comment(actor=indexed_cast.bob, target_id=post.pk, content="Yes @alice")
    edit_comment(actor=indexed_cast.bob, comment=comment, content="No", check=any_version)
    edit_post(actor=indexed_cast.alice, post=post, changes={"content": "toucan"}, check=any_version)
    withdraw_quote(actor=indexed_cast.alice, post=post, quote=quote)
    assert list(wrong_documents()) == []
    Document.objects.filter(pk=post.pk).update(body="something else")
    Document.objects.filter(pk=comment.pk).delete()
    Document.objects.filter(pk=quote.pk).update(id=quote.pk + 1024)
    found = " ".join(wrong_documents())
    for text in (
        f"document {post.pk} says",
        f"{comment.pk} has no",
        f"document {quote.pk + 1024} is of nothing",
    ):
        assert text in found


def test_m42_reindex_makes_it_whole_again(indexed_cast: Cast, write: Write, find: Find) -> None:
    posts = [write(f"quetzal {n}") for n in range(5)]
    create_comment(actor=indexed_cast.bob, target_id=posts[0].pk, content="quetzal")
    before = list(Document.objects.order_by("pk").values())
    grams = set(NameGram.objects.values_list("gram", "user"))
    Document.objects.filter(pk=posts[0].pk).update(body="other")
    Document.objects.exclude(pk=posts[0].pk).delete()
    NameGram.objects.all().delete()
    Document.objects.create(pk=posts[4].pk + (1 << 22), kind=Kind.POST, author=indexed_cast.bob)
    call_command("search_reindex")
    assert list(Document.objects.order_by("pk").values()) == before
    assert set(NameGram.objects.values_list("gram", "user")) == grams
    assert len(find("quetzal")) == 5
    assert not IndexState.objects.filter(finished_at=None).exists()


def test_m42_a_run_that_was_stopped_goes_on(cast: Cast, write: Write, monkeypatch: Any) -> None:
    posts = [write(f"quetzal {n}") for n in range(5)]
    Document.objects.all().delete()
    monkeypatch.setattr(indexing, "BATCH", 2)

    def stop(number: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reindex(Kind.POST, stop)
    state = IndexState.objects.get(kind=Kind.POST)
    assert (state.position, state.written) == (posts[1].pk, 2)
    advanced: list[int] = []
    assert reindex(Kind.POST, advanced.append).written == 5
    assert advanced == [2, 1]


def test_m42_a_deleted_comment_is_forgotten(cast: Cast, write: Write) -> None:
    comment = create_comment(actor=cast.bob, target_id=write("harbour").pk, content="quetzal")
    assert Document.objects.get(pk=comment.pk).container_id == comment.target_id
    delete_comment(actor=cast.bob, comment=comment)
    assert not Document.objects.filter(pk=comment.pk).exists()


def test_m42_comments_are_found_again_once_their_post_is_back(
    indexed_cast: Cast, write: Write, find: Find
) -> None:
    mark_made()
    post = write("quetzal")
    create_comment(actor=indexed_cast.bob, target_id=post.pk, content="hoopoe")
    delete_post(actor=indexed_cast.alice, post=post)
    assert find("hoopoe", type="comments") == []
    restore_post(actor=indexed_cast.alice, post=post)
    assert len(find("hoopoe", type="comments")) == 1
    assert list(wrong_documents()) == []


def test_m42_the_console_shows_the_index_and_makes_it_anew(cast: Cast, write: Write) -> None:
    write("quetzal")
    Document.objects.all().delete()
    browser = console_of(cast.admin)
    page = browser.get("/admin/search/indexstate/")
    assert "post" in page.content.decode()
    state = IndexState.objects.get(kind=Kind.POST)
    path = f"/admin/search/indexstate/{state.pk}"
    shown = browser.get(f"{path}/change/").content.decode()
    assert "Things without a document" in shown
    assert browser.post(f"{path}/act/reindex/").status_code == 302
    run_all()
    assert Document.objects.filter(kind=Kind.POST).count() == 1
    assert console_of(cast.moderator).get("/admin/search/indexstate/").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_m42_an_edit_while_the_index_is_made_anew_has_the_last_word() -> None:
    cast = make_cast()
    posts = [publish_post(actor=cast.alice, content=f"quetzal {n}") for n in range(30)]
    errors: list[Exception] = []

    def edit() -> None:
        try:
            for n, post in enumerate(posts):
                changes = {"content": f"toucan {n}"}
                edit_post(actor=cast.alice, post=post, changes=changes, check=any_version)
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    writer = threading.Thread(target=edit)
    writer.start()
    while writer.is_alive():
        reindex(Kind.POST)
    writer.join()
    assert errors == []
    assert list(wrong_documents()) == []
    assert (
        len(ask(cast.client(cast.bob), "toucan", type="posts", limit=100).json()["results"]) == 30
    )
