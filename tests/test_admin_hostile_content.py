"""Hostile texts of posts, comments and reports in the console (RELIABILITY T27, T28)."""

from typing import Any

import pytest

from accounts.actions.versions import any_version
from accounts.models import User
from accounts.testing import Cast, UserFactory, console_of
from chat.models import Room
from engagement.actions.comments import create_comment, edit_comment
from engagement.models import Comment
from moderation.actions import hide_thing, report_thing
from moderation.models import Action, Case, Keyword, Report, Screening
from posts.actions.publish import edit_post, publish_post
from posts.models import Post
from tests.test_admin_hostile import FORMULAS, VECTORS, both, exported, structure_of

PAGES: dict[str, type[Any]] = {
    "posts/post": Post,
    "engagement/comment": Comment,
    "moderation/case": Case,
    "moderation/report": Report,
    "moderation/action": Action,
    "moderation/screening": Screening,
    "chat/room": Room,
}


def write(cast: Cast, text: str, author: User) -> dict[str, int]:
    """Write a text wherever a post, a comment, a report or a room can hold one; returns the ids of what holds it, by the page."""
    media = [{"url": "https://media.example/a.png", "alt": text}]
    columns: dict[str, Any] = {"media": media, "content_warning": text}
    post = publish_post(actor=author, content=text, **columns)
    edit_post(actor=author, post=post, changes={"content": f"{text}!"}, check=any_version)
    comment = create_comment(actor=author, target_id=post.pk, content=text)
    edit_comment(actor=author, comment=comment, content=f"{text}!", check=any_version)
    report = report_thing(actor=cast.bob, target_id=post.pk, reason="spam", comment=text)
    action = hide_thing(actor=cast.moderator, thing=comment, note=text, statement=text)
    screening = Screening.objects.filter(author=author).latest("pk")
    room = Room.objects.create(
        name=text[:80], description=text[:500], created_by=author, owner=author
    )
    rows = [post, comment, report.case, report, action, screening, room]
    return dict(zip(PAGES, (row.pk for row in rows), strict=True))


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("vector", VECTORS)
def test_t27_hostile_texts_of_posts_add_no_element_to_any_page(cast: Cast, vector: str) -> None:
    browser = console_of(cast.moderator)
    # As many letters and words, so that what is cut or counted is the same.
    quiet = "".join("q" if sign.isalnum() or not sign.isspace() else sign for sign in vector)
    ids = [write(cast, text, UserFactory.create()) for text in (quiet, vector)]
    for page in PAGES:
        plain, evil = (
            structure_of(browser, f"/admin/{page}/{known[page]}/change/") for known in ids
        )
        assert plain == evil, page


@pytest.mark.django_db
def test_t27_lists_show_hostile_texts_as_texts(cast: Cast) -> None:
    browser = console_of(cast.admin)
    Keyword.objects.create(phrase=VECTORS[0])
    write(cast, VECTORS[0], UserFactory.create())
    for page in (*PAGES, "moderation/keyword", "engagement/tag"):
        answer = browser.get(f"/admin/{page}/")
        assert answer.status_code == 200, page
        assert b"<script>alert(1)" not in answer.content, page


@pytest.mark.django_db
def test_t28_no_cell_of_an_export_of_content_is_a_formula(cast: Cast) -> None:
    for formula in FORMULAS:
        write(cast, formula, UserFactory.create())
    browser = console_of(cast.admin)
    for page in PAGES.keys() - {"moderation/screening"}:
        for row in exported(browser, f"/admin/{page}/export/"):
            for cell in row.values():
                assert not cell.startswith(("=", "@", "\t", "\r", "|")), (page, row)
                assert not set("\r\n\t") & set(cell), (page, row)


@pytest.mark.django_db
@pytest.mark.parametrize("key", both(["abc", "0", "9" * 30, "%00", "1/../2"]))
def test_t21_no_key_of_a_thing_of_posts_is_a_failure(cast: Cast, key: str) -> None:
    browser: Any = console_of(cast.admin)
    for page in PAGES:
        for tail in ("change/", "act/hide/", "act/delete/", "act/dismiss/", "act/undo/"):
            path = f"/admin/{page}/{key}/{tail}"
            assert browser.get(path).status_code < 500, path
            assert browser.post(path, {"note": "x"}).status_code < 500, path
