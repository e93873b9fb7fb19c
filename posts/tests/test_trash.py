from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from accounts.testing import Cast
from engagement.actions.reactions import like_thing
from engagement.models import Mention, Reaction, Revision, Share, Tag, Tagging
from posts.actions.trash import purge_old_posts
from posts.models import Post
from posts.tests.conftest import Write
from socialsite.lib.invariants import violations
from socialsite.lib.testing.client import code_of

pytestmark = pytest.mark.django_db
TRASH = "/api/me/trash"


def path(post: Post) -> str:
    return f"/api/posts/{post.pk}"


def test_m27_delete_lets_everything_vanish_and_lowers_the_counts(cast: Cast, write: Write) -> None:
    post, bob = write("@bob #tag"), cast.client(cast.bob)
    bob.set(f"{path(post)}/like")
    bob.send(f"{path(post)}/share")
    assert cast.client(cast.alice).drop(path(post)).status_code == 204
    for tail in ("", "/likes", "/shares", "/quotes", "/comments"):
        assert bob.read(f"{path(post)}{tail}").status_code == 404
    assert bob.read("/api/users/@bob/posts").json()["results"] == []
    told = bob.read("/api/v1/notifications").json()["results"]
    assert [row for row in told if row["type"] == "mention"] == []
    assert Tag.objects.get(tag="tag").usage_count == 0
    assert User.objects.get(pk=cast.alice.pk).post_count == 0
    assert list(violations()) == []


def test_m27_only_the_author_deletes_and_once(cast: Cast, write: Write) -> None:
    post = write()
    for person in (cast.bob, cast.moderator):
        assert cast.client(person).drop(path(post)).status_code == 403
    assert cast.client(cast.mallory).drop(path(post)).status_code == 404
    alice = cast.client(cast.alice)
    assert [alice.drop(path(post)).status_code for _ in range(2)] == [204, 404]
    assert alice.set(path(post), {"content": "x"}).status_code == 404


def test_m27_restored_post_is_as_it_was_with_what_people_did(cast: Cast, write: Write) -> None:
    post, alice, bob = write("#tag"), cast.client(cast.alice), cast.client(cast.bob)
    bob.set(f"{path(post)}/like")
    bob.send(f"{path(post)}/share")
    before = Post.objects.filter(pk=post.pk).values().get()
    alice.drop(path(post))
    [shown] = alice.read(TRASH).json()["results"]
    assert (shown["id"], shown["content"]) == (str(post.pk), "#tag")
    assert shown["restorable_until"] > shown["deleted_at"]
    assert alice.send(f"{TRASH}/{post.pk}/restore").json()["like_count"] == 1
    assert Post.objects.filter(pk=post.pk).values().get() == before
    assert Tag.objects.get(tag="tag").usage_count == 1
    assert len(bob.read("/api/users/@bob/posts").json()["results"]) == 1
    assert alice.read(TRASH).json()["results"] == []
    assert list(violations()) == []


def test_m27_trash_is_ones_own(cast: Cast, write: Write) -> None:
    post = write()
    cast.client(cast.alice).drop(path(post))
    for person in (cast.bob, cast.moderator):
        client = cast.client(person)
        assert client.read(TRASH).json()["results"] == []
        assert client.send(f"{TRASH}/{post.pk}/restore").status_code == 404
        assert client.drop(f"{TRASH}/{post.pk}").status_code == 404


def test_m27_purged_post_leaves_no_row_behind(cast: Cast, write: Write) -> None:
    post, alice, bob = write("@bob #tag"), cast.client(cast.alice), cast.client(cast.bob)
    alice.set(path(post), {"content": "@bob #tag!"})
    bob.set(f"{path(post)}/like")
    bob.send(f"{path(post)}/share")
    quote = write("quote", cast.bob, quote_of=post.pk)
    alice.drop(path(post))
    assert alice.drop(f"{TRASH}/{post.pk}").status_code == 204
    for model in (Reaction, Share, Mention, Revision, Tagging):
        assert not model._default_manager.filter(target_id=post.pk).exists(), model
    assert list(Post.objects.values_list("pk", flat=True)) == [quote.pk]
    assert bob.read(path(quote)).json()["quote"] == {"id": None, "state": "gone", "post": None}
    assert list(violations()) == []


def test_m27_trash_is_emptied_after_thirty_days_but_for_evidence(cast: Cast, write: Write) -> None:
    old, new, evidence = write("old"), write("new"), write("evidence")
    alice = cast.client(cast.alice)
    alice.drop(path(old))
    alice.drop(path(evidence))
    Post.objects.filter(pk=evidence.pk).update(hidden_by=1)
    with time_machine.travel(timezone.now() + timedelta(days=29), tick=False):
        assert purge_old_posts() == 0
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        Post.objects.filter(pk=new.pk).update(deleted_at=timezone.now() - timedelta(days=1))
        assert purge_old_posts() == 1
    assert not Post.objects.filter(pk=old.pk).exists()
    assert Post.objects.count() == 2


def test_b11_what_a_moderator_hid_is_still_hidden_after_a_restore(cast: Cast, write: Write) -> None:
    post, alice = write("#tag"), cast.client(cast.alice)
    alice.drop(path(post))
    Post.objects.filter(pk=post.pk).update(hidden_by=1)
    assert alice.send(f"{TRASH}/{post.pk}/restore").json()["state"] == "hidden"
    assert cast.client(cast.bob).read(path(post)).status_code == 404
    assert Tag.objects.get(tag="tag").usage_count == 0


def test_b11_what_moderators_look_at_cannot_be_purged(cast: Cast, write: Write) -> None:
    post, alice = write(), cast.client(cast.alice)
    body = {"target_id": str(post.pk), "reason": "spam"}
    assert cast.client(cast.bob).send("/api/v1/moderation/report", body).status_code == 201
    alice.drop(path(post))
    refused = alice.drop(f"{TRASH}/{post.pk}")
    assert (refused.status_code, code_of(refused)) == (403, "permission_denied")
    assert alice.send(f"{TRASH}/{post.pk}/restore").status_code == 200


def test_m27_like_that_waits_for_a_deletion_finds_nothing(cast: Cast, write: Write) -> None:
    post = write()
    cast.client(cast.alice).drop(path(post))
    with pytest.raises(Exception, match="Not found"):
        like_thing(actor=cast.bob, target_id=post.pk)


def test_b11_a_post_stays_while_a_comment_on_it_is_judged(cast: Cast, write: Write) -> None:
    post, alice = write(), cast.client(cast.alice)
    bad = cast.client(cast.bob).send(f"{path(post)}/comments", {"content": "Evil."}).json()
    report = {"target_id": bad["id"], "reason": "hate"}
    told = cast.client(cast.carol).send("/api/v1/moderation/report", report).json()
    alice.drop(path(post))
    assert alice.drop(f"{TRASH}/{post.pk}").status_code == 403
    review = f"/api/v1/moderation/reports/{told['id']}/review"
    assert cast.client(cast.moderator).send(review, {"actions": ["dismiss"]}).status_code == 200
    assert alice.drop(f"{TRASH}/{post.pk}").status_code == 204
