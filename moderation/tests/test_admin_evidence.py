"""Thumbnails in the console: who gets them, and what stands in their place."""

import re
from hashlib import sha256
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.testing import Cast, UserFactory, console_of
from moderation.models import Case, EvidenceCopy
from moderation.tests.things import posts, report, write
from socialsite.lib import ids

CASES, QUERIES = "/admin/moderation/case/", 10
WEBP = b"RIFF\x1a\0\0\0WEBPVP8L\r\0\0\0/\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0"


@pytest.fixture
def mod(cast: Cast) -> Client:
    return console_of(cast.moderator)


def reported(cast: Cast, count: int) -> Case:
    """Return the case of a post with pictures, all of them copied."""
    urls = [f"https://media.test/{n}.png" for n in range(count)]
    thing = write(cast.bob, media_urls=urls)
    report(cast.client(cast.alice), thing)
    case = Case.objects.get(target_id=thing.pk)
    case.copies.update(
        state="kept", thumbnail=WEBP, sha256=sha256(b"x").hexdigest(), fetched_at=timezone.now()
    )
    return case


def shown(browser: Client, page: str) -> list[str]:
    """Return the addresses of the pictures on a page."""
    return re.findall(r'<img src="([^"]+)"', browser.get(page).content.decode())


def page_of(case: Case) -> str:
    return f"{CASES}{case.pk}/change/"


def picture_of(copy: EvidenceCopy) -> str:
    return f"{CASES}copies/{copy.pk}/"


def test_m58_the_queue_shows_the_first_thumbnails(cast: Cast, mod: Client) -> None:
    case = reported(cast, 4)
    pictures = [picture_of(copy) for copy in case.copies.order_by("pk")]
    assert shown(mod, CASES) == pictures[:3]
    assert "and 1 more" in mod.get(CASES).content.decode()
    assert shown(mod, page_of(case)) == pictures


def test_m58_the_page_of_a_case_links_to_the_originals(cast: Cast, mod: Client) -> None:
    case = reported(cast, 2)
    page = mod.get(page_of(case)).content.decode()
    for copy in case.copies.all():
        assert f'href="{copy.url}" rel="noreferrer noopener"' in page
    assert 'src="https' not in page


def test_m58_a_thumbnail_is_for_moderators_alone(cast: Cast, mod: Client) -> None:
    copy = reported(cast, 1).copies.get()
    answer = mod.get(picture_of(copy))
    assert (answer.status_code, answer.content) == (200, WEBP)
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, max-age=3600"
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    analyst = console_of(UserFactory.create(role="analyst"))
    assert analyst.get(picture_of(copy)).status_code == 404
    for browser in (Client(), console_of(cast.alice)):
        answer = browser.get(picture_of(copy))
        assert (answer.status_code, answer.content) == (302, b"")
        assert answer.headers["Location"].startswith("/admin/login/")


def test_m58_other_ids_have_no_thumbnail(cast: Cast, mod: Client) -> None:
    case = reported(cast, 1)
    case.copies.update(state="failed", reason="size", thumbnail=None)
    wrong = [case.copies.get().pk, case.pk, ids.mint(ids.Kind.EVIDENCE_COPY), 0, 10**30]
    for number in wrong:
        assert mod.get(f"{CASES}copies/{number}/").status_code == 404


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"state": "waiting"}, "being copied"),
        ({"state": "video"}, "video"),
        ({"state": "failed", "reason": "address"}, "no copy: its address is not public"),
        ({"state": "failed", "reason": "pixels"}, "no copy: too many pixels"),
    ],
)
def test_m58_what_has_no_thumbnail_says_so(
    columns: dict[str, Any], said: str, cast: Cast, mod: Client
) -> None:
    case = reported(cast, 1)
    case.copies.update(thumbnail=None, **columns)
    for page, words in ((CASES, said.partition(":")[0]), (page_of(case), said)):
        assert words in mod.get(page).content.decode()
        assert shown(mod, page) == []


def test_m58_what_the_thing_does_not_show_any_more_is_still_seen(cast: Cast, mod: Client) -> None:
    case = reported(cast, 1)
    posts().filter(pk=case.target_id).update(media=[{"url": "https://media.test/new", "alt": ""}])
    page = mod.get(page_of(case)).content.decode()
    assert "(not copied)" in page
    assert "(not shown by it any more)" in page
    posts().filter(pk=case.target_id).delete()
    assert shown(mod, page_of(case)) == [picture_of(case.copies.get())]


def test_t28_an_address_is_only_text_in_the_page(cast: Cast, mod: Client) -> None:
    case = reported(cast, 1)
    url = "https://media.test/<script>\"onerror='x'"
    case.copies.update(url=url)
    page = mod.get(page_of(case)).content.decode()
    assert "media.test/&lt;script&gt;&quot;onerror=&#x27;x&#x27;" in page
    assert "test/<script>" not in page


def test_m58_thumbnails_cost_one_statement_for_any_number(
    cast: Cast, mod: Client, django_assert_num_queries: Any
) -> None:
    reported(cast, 1)
    mod.get(CASES)
    with django_assert_num_queries(QUERIES) as taken:
        mod.get(CASES)
    copies = [row["sql"] for row in taken if "moderation_evidencecopy" in row["sql"]]
    assert len(copies) == 1
    assert '"thumbnail"' not in copies[0]
    for count in (4, 3, 2):
        reported(cast, count)
    with django_assert_num_queries(QUERIES):
        assert len(shown(mod, CASES)) == 9
