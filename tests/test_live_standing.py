"""What those hear who watch a post while emoji come and go, and while its author goes and comes back."""

from typing import Any

import pytest

from accounts.actions import blocks
from accounts.testing import Cast
from engagement.actions.emoji import add_emoji
from engagement.actions.reactions import like_thing
from moderation.actions import suspend_user, undo_action, warn_owner
from posts.actions.publish import publish_post
from posts.actions.shares import share_post
from posts.models import Post
from socialsite.lib.testing.client import ApiClient
from socialsite.lib.testing.sockets import LiveSite, SocketClient

pytestmark = pytest.mark.django_db(transaction=True)
PARTY = "🎉"


@pytest.fixture(autouse=True)
def quiet(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1e6
    settings.SPAM_SCORER = "tests.conftest.pass_everything"


@pytest.fixture
def post(cast: Cast) -> Post:
    return publish_post(actor=cast.alice, content="Words")


def listening(site: LiveSite, client: ApiClient, *posts: Post) -> SocketClient:
    socket = site.connect(client)
    topics = [f"post:{post.pk}" for post in posts]
    assert socket.call("subscribe", topics=topics)["refused"] == []
    return socket


def gone(socket: SocketClient) -> str:
    return str(socket.event("post_gone")["data"]["post_id"])


def test_b27_m54_emoji_are_told_to_who_watches(
    live_site: LiveSite, cast: Cast, post: Post, charlie: ApiClient, bob: ApiClient
) -> None:
    path = f"/api/posts/{post.pk}/reactions"
    with listening(live_site, charlie, post) as socket:
        assert bob.send(path, {"emoji": PARTY}).status_code == 201
        push = socket.event("post_update")
        assert push["data"]["reactions"] == [{"emoji": PARTY, "count": 1}]
        assert push["data"]["counts"]["like_count"] == 0
        assert bob.send(path, {"emoji": PARTY}).status_code == 200
        socket.quiet("post_update", 0.6)
        bob.drop(path, {"emoji": PARTY})
        assert socket.event("post_update")["data"]["reactions"] == []


def test_b27_m54_t3_across_a_block_nothing_is_told_of_emoji(
    live_site: LiveSite, cast: Cast, post: Post, charlie: ApiClient
) -> None:
    with listening(live_site, charlie, post) as socket:
        blocks.block_user(actor=cast.alice, target=cast.charlie)
        add_emoji(actor=cast.bob, target_id=post.pk, emoji=PARTY)
        socket.quiet("post_update", 0.6)
        assert PARTY not in str(socket.frames)


def test_b27_b16_the_author_is_told_in_their_own_stream(
    live_site: LiveSite, cast: Cast, post: Post, alice: ApiClient, bob: ApiClient
) -> None:
    with live_site.connect(alice) as socket:
        bob.send(f"/api/posts/{post.pk}/reactions", {"emoji": PARTY})
        told = socket.event("personal_notification")["data"]
        assert (told["type"], told["target"]["id"]) == ("reaction", str(post.pk))
        assert told["text"] == "Bob reacted to your post."


def test_m54_b11_posts_of_a_suspended_author_are_gone_until_they_are_back(
    live_site: LiveSite, cast: Cast, post: Post, charlie: ApiClient, moderator: ApiClient
) -> None:
    other = publish_post(actor=cast.bob, content="Of somebody else")
    watching = listening(live_site, charlie, post, other)
    desk = listening(live_site, moderator, post)
    action = suspend_user(actor=cast.moderator, user=cast.alice, note="Spam.")
    assert gone(watching) == str(post.pk)
    desk.quiet("post_gone")
    watching.quiet("post_gone")
    undo_action(actor=cast.moderator, action=action)
    assert watching.event("post_update")["data"]["post_id"] == str(post.pk)
    watching.quiet()
    for socket in (watching, desk):
        socket.close()


def test_m54_m70_posts_of_who_turns_private_are_gone_for_strangers_alone(
    live_site: LiveSite, cast: Cast, post: Post, alice: ApiClient, bob: ApiClient,
    carol: ApiClient, charlie: ApiClient,
) -> None:  # fmt: skip
    narrow = publish_post(actor=cast.alice, content="Words", visibility="followers")
    stranger = listening(live_site, charlie, post)
    known = [listening(live_site, bob, post, narrow), listening(live_site, carol, post)]
    alice.set("/api/settings", {"private_account": True})
    assert gone(stranger) == str(post.pk)
    for socket in known:
        socket.quiet("post_gone")
        socket.quiet("post_update")
        socket.close()
    like_thing(actor=cast.bob, target_id=post.pk)
    stranger.quiet("post_update", 0.6)
    alice.set("/api/settings", {"private_account": False})
    assert stranger.event("post_update")["data"]["counts"]["like_count"] == 1
    stranger.close()


def test_m54_a_share_is_gone_with_the_author_of_what_it_passes_on(
    live_site: LiveSite, cast: Cast, post: Post, charlie: ApiClient
) -> None:
    shared = share_post(actor=cast.bob, post=post)
    with listening(live_site, charlie, shared) as socket:
        suspend_user(actor=cast.moderator, user=cast.alice, note="Spam.")
        assert gone(socket) == str(shared.pk)


def test_m54_t3_across_a_block_nobody_hears_that_an_author_is_gone(
    live_site: LiveSite, cast: Cast, post: Post, charlie: ApiClient
) -> None:
    with listening(live_site, charlie, post) as socket:
        blocks.block_user(actor=cast.alice, target=cast.charlie)
        suspend_user(actor=cast.moderator, user=cast.alice, note="Spam.")
        socket.quiet("", 0.6)
        assert socket.call("ping")


def test_m54_a_warning_that_is_taken_back_is_no_news_of_posts(
    live_site: LiveSite, cast: Cast, post: Post, charlie: ApiClient
) -> None:
    with listening(live_site, charlie, post) as socket:
        action = warn_owner(actor=cast.moderator, thing=cast.alice, note="Rude.")
        undo_action(actor=cast.moderator, action=action)
        socket.quiet("", 0.5)
        assert socket.call("ping")
