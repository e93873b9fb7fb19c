import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions.versions import any_version
from accounts.testing import Cast, UserFactory, console_of
from engagement.actions import bookmarks
from engagement.actions.comments import create_comment
from engagement.actions.emoji import add_emoji
from engagement.tests.things import comment_on
from moderation.actions import hide_thing, report_thing, warn_owner
from moderation.models import Case
from posts.actions.publish import edit_post, publish_post
from posts.models import Post
from posts.testing import PostFactory
from posts.tests.conftest import Write
from tests.test_admin_hostile import VECTORS, structure_of

pytestmark = pytest.mark.django_db
POSTS, PEOPLE = "/admin/posts/post/", "/admin/accounts/user/"


@pytest.fixture
def mod(cast: Cast) -> Client:
    return console_of(cast.moderator)


def page_of(browser: Client, thing: Any, pages: str = POSTS) -> str:
    answer = browser.get(f"{pages}{thing.pk}/change/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_m58_the_page_shows_the_whole_post(mod: Client, write: Write) -> None:
    first = write("First words")
    post = write(
        "A tale of @bob #gardens", content_warning="Long story", lang="en", quote_of=first.pk,
        media=[{"url": "https://pictures.example/pond.jpg", "alt": "A pond"}],
        policy={"comment": "followers"},
    )  # fmt: skip
    page = page_of(mod, post)
    for told in ("Long story", "#gardens", "@bob", "A pond", "Followers", f"post {first.pk}"):
        assert told in page, told
    assert re.search(r'href="https://pictures.example/pond.jpg" target="_blank"', page)
    assert "<img" not in page.split("pictures.example")[1]


def test_t27_an_address_that_is_no_web_address_is_no_link(mod: Client, write: Write) -> None:
    post = write("Words")
    Post.objects.filter(pk=post.pk).update(media=[{"url": "javascript:alert(1)", "alt": ""}])
    page = page_of(mod, post)
    assert "javascript:alert(1)" in page
    assert 'href="javascript' not in page


def test_b5_the_versions_stand_beside_it_with_what_each_changed(
    cast: Cast, mod: Client, write: Write
) -> None:
    post = write("one green apple")
    edit_post(actor=cast.alice, post=post, changes={"content": "one red apple"}, check=any_version)
    page = page_of(mod, post)
    assert re.search(r"<ins [^>]*>red</ins>", page)
    assert re.search(r"<del [^>]*>green</del>", page)
    assert "one green apple" in page


def test_m69_reports_screenings_actions_and_comments_stand_beside_it(
    cast: Cast, mod: Client, write: Write
) -> None:
    post = write("Words")
    report_thing(actor=cast.bob, target_id=post.pk, reason="spam", comment="Sells things.")
    create_comment(actor=cast.carol, target_id=post.pk, content="Said below.")
    warn_owner(actor=cast.moderator, thing=post, note="First time.", reason="spam")
    page = page_of(mod, post)
    for told in ("Spam: Sells things.", "@bob", "Said below.", "@carol", "Spam: First time."):
        assert told in page, told
    assert f"/admin/moderation/case/{Case.objects.get().pk}/change/" in page
    assert re.search(r"0\.00\s*</td>.*nothing matched", page, re.DOTALL)


def test_who_keeps_a_post_for_later_is_not_on_its_page(
    cast: Cast, mod: Client, write: Write
) -> None:
    post = write("Words")
    bookmarks.set_bookmark(actor=cast.charlie, target_id=post.pk, changes={"note": "canary"})
    page = page_of(mod, post)
    for told in ("canary", "bookmark", "charlie"):
        assert told not in page.lower(), told


def test_m58_the_page_of_a_person_lists_what_they_wrote_and_its_state(
    cast: Cast, mod: Client, write: Write
) -> None:
    shown, hidden = write("Shown words"), write("Hidden words")
    write("Canary", visibility="private")
    create_comment(actor=cast.alice, target_id=shown.pk, content="Said below.")
    hide_thing(actor=cast.moderator, thing=hidden, note="No.")
    page = page_of(mod, cast.alice, PEOPLE)
    assert re.search(r"Hidden words.*?hidden.*?Shown words.*?live", page, re.DOTALL)
    assert "Said below." in page
    assert "Canary" not in page


def test_more_than_a_panel_shows_is_a_click_away(cast: Cast, mod: Client, write: Write) -> None:
    post = PostFactory.create_batch(11, author=cast.alice)[-1]
    for number in range(10):
        comment_on(post.pk, UserFactory.create(username=f"speaker{number}"))
    person, below = page_of(mod, cast.alice, PEOPLE), page_of(mod, post)
    rest = f"{POSTS}?author={cast.alice.pk}"
    assert f'href="{rest}"' in person
    assert len(re.findall(rf"{POSTS}\d+/change/", mod.get(rest).content.decode())) >= 11
    assert f'href="/admin/engagement/comment/?target_id={post.pk}"' in below
    assert "All of them" not in page_of(mod, cast.bob, PEOPLE)


def test_the_page_has_a_budget_however_much_was_said(cast: Cast, mod: Client, write: Write) -> None:
    post = write("Words")
    counts = []
    for _round in range(2):
        for person in UserFactory.create_batch(3):
            report_thing(actor=person, target_id=post.pk, reason="spam")
            create_comment(actor=person, target_id=post.pk, content=f"Said by {person.pk}.")
        with CaptureQueriesContext(connection) as caught:
            page_of(mod, post)
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 12


def write_evil(cast: Cast, text: str) -> Post:
    """Write a text wherever people and moderators write one about a post."""
    fields: dict[str, Any] = {
        "content_warning": text,
        "media": [{"url": "https://x.example/a", "alt": text}],
    }
    post = publish_post(actor=cast.alice, content=f"first {text}", **fields)
    post = edit_post(actor=cast.alice, post=post, changes={"content": text}, check=any_version)
    Post.objects.filter(pk=post.pk).update(
        lang=text[:35], media=[{"url": f"https://x.example/{text}", "alt": text}]
    )
    report_thing(actor=cast.bob, target_id=post.pk, reason="spam", comment=text)
    create_comment(actor=cast.carol, target_id=post.pk, content=text)
    warn_owner(actor=cast.moderator, thing=post, note=text, statement=text)
    return post


@pytest.mark.once
@pytest.mark.parametrize("vector", VECTORS)
def test_t27_hostile_texts_add_no_element_to_any_page(cast: Cast, mod: Client, vector: str) -> None:
    plain, evil = write_evil(cast, "quiet"), write_evil(cast, vector)
    for tail in ("change/", "act/hide/", "act/remove-version/"):
        pages = [structure_of(mod, f"{POSTS}{post.pk}/{tail}") for post in (plain, evil)]
        assert active(pages[0]) == active(pages[1]), tail
    before = structure_of(mod, POSTS)
    Post.objects.filter(pk=evil.pk).update(content="quiet", content_warning="quiet")
    assert structure_of(mod, POSTS) == before
    person = structure_of(mod, f"{PEOPLE}{cast.alice.pk}/change/")
    Post.objects.filter(pk=evil.pk).update(content=vector, content_warning=vector)
    assert structure_of(mod, f"{PEOPLE}{cast.alice.pk}/change/") == person


def active(elements: list[tuple[str, tuple[str, ...]]]) -> list[tuple[str, tuple[str, ...]]]:
    """Leave out the marks of what a version changed: a text of many words has more of them."""
    return [(tag, names) for tag, names in elements if tag not in {"ins", "del"}]


def test_b27_m58_the_page_shows_the_emoji_and_who_put_them_there(
    cast: Cast, mod: Client, write: Write
) -> None:
    post = write()
    for person in (cast.bob, cast.charlie):
        add_emoji(actor=person, target_id=post.pk, emoji="🎉")
    page = page_of(mod, post)
    beside = page[page.index("Newest reactions") :]
    assert "🎉\u00a02" in page
    assert all(name in beside for name in ("🎉", "bob", "charlie"))
    assert "🎉\u00a02" in mod.get(POSTS).content.decode()
