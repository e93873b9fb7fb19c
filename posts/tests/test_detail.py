from typing import Any

import pytest

from accounts.models import User
from accounts.testing import Cast, UserFactory, client_of
from engagement.actions.comments import approve_comment, create_comment
from engagement.actions.views import flush_views
from engagement.models import Comment, View
from engagement.pages import first_comments, page_of_comments
from engagement.reads import comments_on, mark_liked
from moderation.models import AuditEntry
from posts.models import Post
from posts.tests.conftest import Write
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def trusted(cast: Cast) -> None:
    """Let bob write as much as he likes: the screening lets the verified pass."""
    User.objects.filter(pk=cast.bob.pk).update(is_verified=True)
    cast.bob.refresh_from_db()


def path(post: Post, tail: str = "") -> str:
    return f"/api/posts/{post.pk}{tail}"


@pytest.mark.usefixtures("trusted")
def test_m24_post_comes_with_the_first_page_of_its_comments(cast: Cast, write: Write) -> None:
    post, carol = write(), cast.client(cast.carol)
    for n in range(25):
        create_comment(actor=cast.bob, target_id=post.pk, content=f"comment {n}")
    shown = carol.read(path(post)).json()
    assert shown["comment_count"] == 25
    assert [row["content"] for row in shown["comments"]["results"]] == [
        f"comment {n}" for n in range(24, 4, -1)
    ]
    rest = carol.read(shown["comments"]["next"]).json()
    assert [row["content"] for row in rest["results"]] == [f"comment {n}" for n in range(4, -1, -1)]
    assert rest["next"] is None


def test_m24_first_comments_are_those_of_the_list_for_every_reader(
    cast: Cast, write: Write
) -> None:
    post = write(policy={"approve_comments": True})
    for person in (cast.alice, cast.bob, cast.carol):
        made = create_comment(actor=person, target_id=post.pk, content=f"by {person}")
        if person != cast.carol:
            approve_comment(actor=cast.alice, comment=made)
            text = f"to {person}"
            create_comment(actor=cast.alice, target_id=post.pk, content=text, parent_id=made.pk)
    first = Comment.objects.earliest("pk")
    cast.client(cast.carol).set(f"/api/comments/{first.pk}/like")
    for viewer in (cast.alice, cast.bob, cast.carol, cast.mallory, cast.moderator):
        rows: list[Any] = list(comments_on(post.pk, viewer).order_by("-id"))
        mark_liked(rows, viewer)
        expected = [(c.pk, c.liked, c.is_readable) for c in rows]
        found: list[Any] = first_comments(post.pk, viewer, 20)
        assert [(c.pk, c.liked, c.is_readable) for c in found] == expected
        fetch = page_of_comments(post.pk, viewer)
        for descending, order in ((True, expected), (False, expected[::-1])):
            walked: list[Any] = []
            while page := fetch(walked[-1].pk if walked else None, descending, 2):
                walked += page
            assert [(c.pk, c.liked, c.is_readable) for c in walked] == order


def test_m24_m50_a_look_is_counted_once_for_each_person_and_not_for_the_author(
    cast: Cast, write: Write, api: ApiClient
) -> None:
    post = write()
    for client in (cast.client(cast.alice), cast.client(cast.bob), cast.client(cast.bob), api, api):
        assert client.read(path(post)).status_code == 200
    flush_views()
    assert api.read(path(post)).json()["view_count"] == 2
    assert View.objects.filter(target_id=post.pk).count() == 2


@pytest.mark.usefixtures("trusted")
def test_t25_post_with_comments_takes_four_statements(
    cast: Cast, write: Write, django_assert_max_num_queries: Any
) -> None:
    quoted = write("quoted", cast.bob)
    post = write(quote_of=quoted.pk)
    for _ in range(25):
        create_comment(actor=cast.bob, target_id=post.pk, content="comment")
    client = cast.client(cast.carol)
    client.read(path(post))
    with django_assert_max_num_queries(4):
        assert client.read(path(post)).status_code == 200


def test_b5_m26_history_shows_each_version_and_what_it_changed(cast: Cast, write: Write) -> None:
    post, alice = write("one two"), cast.client(cast.alice)
    alice.set(path(post), {"content": "one three"})
    [now, before] = cast.client(cast.bob).read(path(post, "/history")).json()["versions"]
    assert (before["content"], now["content"]) == ("one two", "one three")
    assert now["diff"] == [
        {"op": "equal", "text": "one "},
        {"op": "delete", "text": "two"},
        {"op": "insert", "text": "three"},
    ]
    assert now["editor"]["username"] == "alice"


def test_b5_one_version_is_removed_by_its_author_or_a_moderator_alone(
    cast: Cast, write: Write
) -> None:
    post, alice = write("secret"), cast.client(cast.alice)
    alice.set(path(post), {"content": "nothing"})
    assert cast.client(cast.bob).drop(path(post, "/history/1")).status_code == 403
    assert cast.client(cast.mallory).drop(path(post, "/history/1")).status_code == 404
    assert alice.drop(path(post, "/history/2")).status_code == 404
    assert cast.client(cast.moderator).drop(path(post, "/history/1")).status_code == 204
    assert alice.drop(path(post, "/history/1")).status_code == 404
    [_, removed] = alice.read(path(post, "/history")).json()["versions"]
    assert (removed["content"], removed["is_removed"], removed["diff"]) == ("", True, [])
    trail = cast.client(cast.moderator).read(f"/api/v1/moderation/audit?target={post.pk}").json()
    [entry] = [row for row in trail["results"] if row["verb"] == "version_removed"]
    assert entry["actor_id"] == str(cast.moderator.pk)


def test_m39_thread_has_what_a_post_quotes_and_what_quotes_it(cast: Cast, write: Write) -> None:
    first = write("first")
    second = write("second", cast.bob, quote_of=first.pk)
    third = write("third", cast.carol, quote_of=second.pk)
    fourth = write("fourth", cast.charlie, quote_of=third.pk)
    thread = cast.client(cast.bob).read(path(third, "/thread")).json()
    assert [post["content"] for post in thread["ancestors"]] == ["first", "second"]
    assert thread["post"]["comments"]["results"] == []
    assert [post["id"] for post in thread["quotes"]] == [str(fourth.pk)]
    hidden = cast.client(cast.mallory).read(path(third, "/thread")).json()
    assert [post["content"] for post in hidden["ancestors"]] == ["second"]


@pytest.mark.parametrize(
    ("policy", "allowed"),
    [
        ("everyone", {"bob", "carol", "charlie"}),
        ("followers", {"bob", "carol"}),
        ("connections", {"carol"}),
        ("mentioned", {"charlie"}),
        ("nobody", set()),
    ],
)
def test_b8_comment_policy_holds_for_all_but_the_author(
    cast: Cast, write: Write, policy: str, allowed: set[str]
) -> None:
    post = write("For @charlie", policy={"comment": policy})
    for name in ("alice", "bob", "carol", "charlie"):
        client = cast.client(getattr(cast, name))
        answer = client.send(path(post, "/comments"), {"content": "x"})
        expected = 201 if name in {*allowed, "alice"} else 403
        assert answer.status_code == expected, name
        if expected == 403:
            assert code_of(answer) == "not_allowed_by_owner"


def test_b8_policy_can_be_changed_later(cast: Cast, write: Write) -> None:
    post, charlie = write(), cast.client(cast.charlie)
    assert charlie.send(path(post, "/comments"), {"content": "x"}).status_code == 201
    cast.client(cast.alice).set(path(post, "/policy"), {"comment": "followers"})
    assert charlie.send(path(post, "/comments"), {"content": "x"}).status_code == 403
    assert charlie.read(path(post)).json()["comment_count"] == 1


def test_m31_replies_of_a_person_are_their_comments(cast: Cast, write: Write) -> None:
    post, hidden = write(), write(visibility="private")
    create_comment(actor=cast.bob, target_id=post.pk, content="mine")
    create_comment(actor=cast.alice, target_id=hidden.pk, content="own")
    bob = cast.client(cast.bob)
    for person, expected in ((cast.bob, ["mine"]), (cast.alice, [])):
        rows = bob.read(f"/api/users/{person.pk}/posts?type=reply").json()["results"]
        assert [row["content"] for row in rows] == expected


def test_b18_who_bookmarks_what_is_kept_in_the_trail_and_not_read(cast: Cast, write: Write) -> None:
    post = write()
    cast.client(cast.bob).send("/api/bookmarks", {"target_id": str(post.pk)})
    assert AuditEntry.objects.filter(verb="bookmarked", target_id=post.pk).exists()
    trail = cast.client(cast.moderator).read(f"/api/v1/moderation/audit?target={post.pk}").json()
    assert "bookmarked" not in {entry["verb"] for entry in trail["results"]}


def test_b5_t1_history_keeps_what_was_not_meant_for_its_reader(cast: Cast, write: Write) -> None:
    post, alice = write("secret", visibility="private"), cast.client(cast.alice)
    for body in (
        {"content": "for friends", "visibility": "connections"},
        {"content": "for all", "visibility": "public"},
        {"content": "for all again"},
    ):
        alice.set(path(post), body)

    def texts(client: ApiClient) -> list[str]:
        answer = client.read(path(post, "/history"))
        assert ("secret" in answer.content.decode()) == (client is not bob)
        return [version["content"] for version in answer.json()["versions"]]

    bob = cast.client(cast.bob)
    everything = ["for all again", "for all", "for friends", "secret"]
    assert texts(alice) == texts(cast.client(cast.moderator)) == everything
    assert texts(bob) == ["for all again", "for all", "", ""]


def test_b5_t1_history_keeps_what_was_never_let_through(cast: Cast, write: Write) -> None:
    post, bob = write(policy={"approve_comments": True}), cast.client(cast.bob)
    made = bob.send(path(post, "/comments"), {"content": "abuse"}).json()["id"]
    bob.set(f"/api/comments/{made}", {"content": "harmless"})
    cast.client(cast.alice).send(f"/api/comments/{made}/approve")
    history = f"/api/comments/{made}/history"
    assert "abuse" not in cast.client(cast.carol).read(history).content.decode()
    assert "abuse" in bob.read(history).content.decode()


def test_m54_what_one_does_moves_the_counts_that_others_read_next(
    cast: Cast, write: Write, api: ApiClient
) -> None:
    post, bob = write(), cast.client(cast.bob)

    def counts() -> list[tuple[int, int, int]]:
        """Of the post itself, in the list of all posts, and on its author's page."""
        pages = [
            api.read(url).json()["results"] for url in ("/api/posts", "/api/users/@alice/posts")
        ]
        found = [api.read(path(post)).json(), *(row for page in pages for row in page)]
        return [(row["like_count"], row["comment_count"], row["share_count"]) for row in found]

    assert counts() == [(0, 0, 0)] * 3
    bob.set(path(post, "/like"))
    assert counts() == [(1, 0, 0)] * 3
    made = bob.send(path(post, "/comments"), {"content": "x"}).json()["id"]
    bob.send(path(post, "/share"))
    assert counts() == [(1, 1, 1)] * 3
    bob.drop(path(post, "/like"))
    bob.drop(f"/api/comments/{made}")
    bob.drop(path(post, "/share"))
    assert counts() == [(0, 0, 0)] * 3


def test_b5_moderator_takes_no_version_of_a_person_whose_role_is_not_below(
    cast: Cast, write: Write
) -> None:
    for person in (cast.admin, cast.moderator):
        post = write("one", person)
        cast.client(person).set(path(post), {"content": "two"})
        other = UserFactory.create(role=User.Role.MODERATOR)
        refused = client_of(other).drop(path(post, "/history/1"))
        assert (refused.status_code, code_of(refused)) == (403, "permission_denied")
        assert cast.client(person).drop(path(post, "/history/1")).status_code == 204
