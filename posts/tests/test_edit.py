import pytest

from accounts.testing import Cast
from engagement.models import Mention, Revision, Tag
from moderation.actions import Grounds, act_on
from notifications.models import Notification
from posts.models import Post
from posts.tests.conftest import Write
from socialsite.lib.invariants import violations
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = pytest.mark.django_db


def path(post: Post, tail: str = "") -> str:
    return f"/api/posts/{post.pk}{tail}"


def test_m26_others_get_403_and_nothing_changes(cast: Cast, write: Write) -> None:
    post = write("Mine")
    for person in (cast.bob, cast.charlie, cast.moderator, cast.admin):
        answer = cast.client(person).set(path(post), {"content": "Yours"})
        assert (answer.status_code, code_of(answer)) == (403, "permission_denied")
    post.refresh_from_db()
    assert (post.content, post.version, post.edited_at) == ("Mine", 1, None)


def test_m26_fields_not_sent_are_unchanged(cast: Cast, write: Write) -> None:
    post = write("Words #tag", lang="en", sensitive=True, content_warning="w", hashtags=["more"])
    answer = cast.client(cast.alice).set(path(post), {"lang": "de"}).json()
    assert (answer["lang"], answer["sensitive"], answer["content_warning"]) == ("de", True, "w")
    assert (answer["content"], answer["hashtags"]) == ("Words #tag", ["tag", "more"])
    assert answer["edited_at"] is not None
    assert answer["version"] == 2


def test_m26_b5_each_edit_keeps_the_version_before_with_time_and_editor(
    cast: Cast, write: Write
) -> None:
    post = write("one")
    for text in ("two", "three"):
        cast.client(cast.alice).set(path(post), {"content": text})
    kept = Revision.objects.of(post.pk).order_by("number")
    assert list(kept.values_list("number", "content", "editor__username")) == [
        (1, "one", "alice"),
        (2, "two", "alice"),
    ]
    assert kept[0].created_at == post.created_at
    assert kept[0].created_at < kept[1].created_at


def test_m26_tags_and_mentions_are_processed_anew_and_only_new_ones_told(
    cast: Cast, write: Write
) -> None:
    post = write("@bob #old #both", hashtags=["field"])
    cast.client(cast.alice).set(path(post), {"content": "@bob @carol #both #new"})
    post.refresh_from_db()
    assert post.hashtags == ["both", "new", "field"]
    assert dict(Tag.objects.values_list("tag", "usage_count")) == {
        "old": 0, "both": 1, "new": 1, "field": 1,
    }  # fmt: skip
    told = Notification.objects.filter(type="mention").values_list("recipient__username", flat=True)
    assert sorted(told) == ["bob", "carol"]
    assert Mention.objects.filter(target_id=post.pk).count() == 2
    assert list(violations()) == []


def test_m26_tags_of_the_field_can_be_taken_away(cast: Cast, write: Write) -> None:
    post = write("#text", hashtags=["field"])
    answer = cast.client(cast.alice).set(path(post), {"hashtags": []}).json()
    assert answer["hashtags"] == ["text"]


def test_m26_changing_who_may_read_it_moves_the_counts(cast: Cast, write: Write) -> None:
    post, alice = write("#tag"), cast.client(cast.alice)

    def counts() -> tuple[int, int]:
        cast.alice.refresh_from_db()
        return cast.alice.post_count, Tag.objects.get(tag="tag").usage_count

    assert counts() == (1, 1)
    for visibility, expected in (
        ("followers", (1, 0)),
        ("private", (0, 0)),
        ("public", (1, 1)),
        ("unlisted", (1, 0)),
    ):
        alice.set(path(post), {"visibility": visibility})
        assert counts() == expected
        assert list(violations()) == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"content": ""}, "blank"),
        ({"quote_of": "1"}, "unknown_field"),
        ({"author": "1"}, "unknown_field"),
        ({"version": 5}, "unknown_field"),
        ({"content": None}, "null"),
        ({"post_type": "plan"}, "invalid_choice"),
    ],
)
def test_m66_bad_edit_is_refused(cast: Cast, write: Write, body: object, code: str) -> None:
    post = write("Words")
    answer = cast.client(cast.alice).set(path(post), body)
    assert (answer.status_code, code_of(answer)) == (400, code)
    post.refresh_from_db()
    assert post.version == 1


def test_b23_edit_of_another_version_is_412_and_a_like_does_not_break_one(
    cast: Cast, write: Write
) -> None:
    post, alice = write("one"), cast.client(cast.alice)
    tag = alice.read(path(post))["ETag"]
    cast.client(cast.bob).set(path(post, "/like"))
    first = alice.set(path(post), {"content": "two"}, If_Match=tag)
    second = alice.set(path(post), {"content": "three"}, If_Match=tag)
    assert (first.status_code, second.status_code) == (200, 412)
    assert code_of(second) == "precondition_failed"
    again = first["ETag"]
    assert alice.set(path(post), {"content": "three"}, If_Match=again).status_code == 200


def test_b23_unchanged_post_is_304(cast: Cast, write: Write) -> None:
    post, bob = write("one"), cast.client(cast.bob)
    tag = bob.read(path(post))["ETag"]
    assert bob.read(path(post), If_None_Match=tag).status_code == 304
    cast.client(cast.alice).set(path(post), {"content": "two"})
    assert bob.read(path(post), If_None_Match=tag).status_code == 200


def test_b8_policy_is_set_at_once_or_later_and_by_its_author_alone(
    cast: Cast, write: Write
) -> None:
    post, alice = write("one", policy={"quote": "nobody"}), cast.client(cast.alice)
    shown = alice.read(path(post)).json()["policy"]
    assert shown == {
        "comment": "everyone", "quote": "nobody", "mention": "everyone", "approve_comments": False,
    }  # fmt: skip
    body = {"comment": "followers", "approve_comments": True}
    changed = alice.set(path(post, "/policy"), body).json()
    assert changed["policy"] == shown | body
    assert (changed["version"], changed["edited_at"]) == (2, None)
    assert cast.client(cast.bob).set(path(post, "/policy"), body).status_code == 403
    refused = alice.set(path(post, "/policy"), {"comment": "friends"})
    assert code_of(refused) == "invalid_choice"


def test_b1_b5_a_repeated_put_keeps_one_version(cast: Cast, write: Write) -> None:
    post, alice = write("one"), cast.client(cast.alice)
    bodies = [alice.set(path(post), {"content": "two #tag @bob"}).json() for _ in range(2)]
    assert bodies[0] == bodies[1]
    assert Revision.objects.filter(target_id=post.pk).count() == 1
    policies = [alice.set(path(post, "/policy"), {"quote": "nobody"}).json() for _ in range(2)]
    assert [body["version"] for body in (*bodies, *policies)] == [2, 2, 3, 3]


@pytest.mark.parametrize("is_removed", [False, True])
def test_m26_a_moderator_changes_no_post_of_theirs_that_is_gone(
    cast: Cast, write: Write, is_removed: bool
) -> None:
    post, moderator = write("one", actor=cast.moderator), cast.client(cast.moderator)
    if is_removed:
        act_on(actor=cast.admin, thing=post, actions=["delete"], grounds=Grounds(note="No."))
    else:
        moderator.drop(path(post))
    assert moderator.set(path(post), {"content": "two"}).status_code == 409
    assert moderator.set(path(post, "/policy"), {"quote": "nobody"}).status_code == 409
    assert Post.objects.get(pk=post.pk).version == 1


def test_t9_m49_tags_of_a_private_account_do_not_count_until_it_opens_again(
    cast: Cast, write: Write, api: ApiClient
) -> None:
    post, alice = write("#secret #shared"), cast.client(cast.alice)
    write("#shared", cast.bob)
    write("#secret", visibility="followers")

    def found() -> dict[str, int]:
        rows = api.read("/api/hashtags").json()["results"]
        return {row["tag"]: row["usage_count"] for row in rows}

    for is_private, expected in ((True, {"shared": 1}), (False, {"shared": 2, "secret": 1})):
        alice.set("/api/settings", {"private_account": is_private})
        assert found() == expected
        assert list(violations()) == []
    alice.set("/api/settings", {"private_account": True})
    alice.set(path(post), {"content": "#other"})
    write("#other")
    assert found() == {"shared": 1}
    assert list(violations()) == []


def test_b9_m26_a_quote_of_what_is_purged_can_be_changed(cast: Cast, write: Write) -> None:
    post, bob = write("one"), cast.client(cast.bob)
    quote = bob.send("/api/posts", {"content": "So true.", "quote_of": str(post.pk)}).json()
    alice = cast.client(cast.alice)
    alice.drop(path(post))
    alice.drop(f"/api/me/trash/{post.pk}")
    changed = bob.set(f"/api/posts/{quote['id']}", {"content": "So false."})
    assert (changed.status_code, changed.json()["quote"]["state"]) == (200, "gone")
