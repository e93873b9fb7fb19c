from accounts.testing import Cast
from analytics.leaderboard import points_of
from engagement.actions.comments import create_comment
from engagement.actions.reactions import like_thing, unlike_thing
from engagement.points import FOR_A_COMMENT, FOR_A_LIKE
from posts.actions.publish import publish_post
from posts.actions.trash import delete_post
from posts.points import FOR_A_POST
from posts.tests.conftest import Write
from socialsite.lib.testing.client import ApiClient


def gained(cast: Cast, before: dict[int, int]) -> dict[str, int]:
    now = points_of(0)
    people = (cast.alice, cast.bob, cast.charlie)
    return {p.username: now[p.pk] - before.get(p.pk, 0) for p in people}


def test_y39_posts_comments_and_likes_bring_points(cast: Cast, write: Write) -> None:
    before = dict(points_of(0))
    post = write()
    like_thing(actor=cast.bob, target_id=post.pk)
    comment = create_comment(actor=cast.charlie, target_id=post.pk, content="Yes.")
    like_thing(actor=cast.bob, target_id=comment.pk)
    assert gained(cast, before) == {
        "alice": FOR_A_POST + FOR_A_LIKE,
        "bob": 0,
        "charlie": FOR_A_COMMENT + FOR_A_LIKE,
    }


def test_y39_nothing_is_gained_by_doing_again_undoing_or_by_oneself(
    cast: Cast, write: Write
) -> None:
    before = dict(points_of(0))
    post = write()
    like_thing(actor=cast.alice, target_id=post.pk)
    for _ in range(3):
        like_thing(actor=cast.bob, target_id=post.pk)
        unlike_thing(actor=cast.bob, target_id=post.pk)
        create_comment(actor=cast.charlie, target_id=post.pk, content="Yes.")
    assert gained(cast, before) == {"alice": FOR_A_POST, "bob": 0, "charlie": FOR_A_COMMENT}
    delete_post(actor=cast.alice, post=post)
    assert gained(cast, before)["alice"] == 0


def test_y39_what_only_some_may_read_brings_nothing(cast: Cast, write: Write) -> None:
    before = dict(points_of(0))
    for visibility in ("followers", "private", "unlisted"):
        post = write(visibility=visibility)
        like_thing(actor=cast.alice, target_id=post.pk)
    assert gained(cast, before)["alice"] == 0


def test_y39_a_comment_that_only_some_may_read_brings_nothing(cast: Cast, write: Write) -> None:
    before = dict(points_of(0))
    post = write(visibility="followers")
    comment = create_comment(actor=cast.bob, target_id=post.pk, content="Yes.")
    like_thing(actor=cast.alice, target_id=comment.pk)
    assert gained(cast, before)["bob"] == 0


def test_y40_ones_own_posts_likes_and_views_are_counted(
    cast: Cast, write: Write, bob: ApiClient, alice: ApiClient
) -> None:
    post = write()
    publish_post(actor=cast.alice, content="Mine.", visibility="private")
    like_thing(actor=cast.bob, target_id=post.pk)
    create_comment(actor=cast.alice, target_id=post.pk, content="Yes.")
    bob.read(f"/api/posts/{post.pk}")
    found = alice.read("/api/v1/users/me/stats?days=1").json()
    today, totals = found["days"][0], found["totals"]
    for name in ("posts", "likes_received", "comments"):
        assert (totals[name], today[name]) == (1, 1), name
    assert bob.read("/api/v1/users/me/stats").json()["totals"]["likes_given"] == 1
