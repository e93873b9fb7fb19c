"""The page of the console that explains feeds."""

import pytest
from django.test import Client

from accounts.actions.blocks import mute_user
from accounts.testing import Cast, console_of
from engagement.actions.reactions import like_thing
from moderation.models import AuditEntry
from posts.models import Post
from posts.tests.conftest import Write

pytestmark = pytest.mark.django_db


def ask(browser: Client, post: Post, name: str) -> str:
    answer = browser.post(f"/admin/posts/post/{post.pk}/feed/", {"person": name})
    assert answer.status_code == 200
    return answer.content.decode()


def test_b20_a_moderator_learns_why_a_post_stands_in_a_feed(cast: Cast, write: Write) -> None:
    post, browser = write("Words #tea", cast.bob), console_of(cast.moderator)
    assert (
        f"/admin/posts/post/{post.pk}/feed/"
        in browser.get(f"/admin/posts/post/{post.pk}/change/").content.decode()
    )
    like_thing(actor=cast.alice, target_id=post.pk)
    page = ask(browser, post, "@alice")
    for told in ("It stands in the feed.", "What brings it: following.", "affinity", "1.500"):
        assert told in page, told
    assert ">no<" not in page.replace(" ", "").replace("\n", "")


def test_b20_each_condition_that_fails_is_named(cast: Cast, write: Write) -> None:
    browser = console_of(cast.moderator)
    shut_out = ask(browser, write("of mallory", cast.mallory), "alice")
    assert "It does not stand in the feed." in shut_out
    assert failing(shut_out) == ["No block lies between the two", "Something brings it"]
    suggested = ask(browser, write("of charlie", cast.charlie), "alice")
    assert "it may be suggested there" in suggested
    mute_user(actor=cast.alice, target=cast.bob)
    muted = ask(browser, write("of bob", cast.bob), "alice")
    assert failing(muted) == ["The person keeps it away by no mute"]


def failing(page: str) -> list[str]:
    """Return the beginnings of the conditions that do not hold."""
    known = [
        "The post is there", "Its author is there", "No block lies between the two", "Its visibility lets",
        "What it passes on", "The person keeps it away by no mute", "Something brings it",
    ]  # fmt: skip
    words = " ".join(page.split())
    found = []
    for start in known:
        cells = words.split(start, 1)[1].replace("<", " <").replace(">", "> ").split()
        if next(cell for cell in cells if cell in {"yes", "no"}) == "no":
            found.append(start)
    return found


def test_b20_asking_is_noted(cast: Cast, write: Write) -> None:
    post = write("Words", cast.bob)
    ask(console_of(cast.moderator), post, "alice")
    entry = AuditEntry.objects.visible_to(cast.moderator).get(verb="feed_explained")
    assert (entry.actor_id, entry.target_id) == (cast.moderator.pk, post.pk)
    assert entry.detail == {"person_id": str(cast.alice.pk)}


def test_t6_only_moderators_ask_and_only_of_what_they_may_read(cast: Cast, write: Write) -> None:
    post, browser = write("Words", cast.bob), console_of(cast.moderator)
    private = write("Hidden", cast.bob, visibility="private")
    assert browser.get(f"/admin/posts/post/{private.pk}/feed/").status_code != 200
    assert "There is nobody of this name." in ask(browser, post, "nobody")
    assert not AuditEntry.objects.filter(verb="feed_explained").exists()
