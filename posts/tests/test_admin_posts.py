import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.testing import Cast, UserFactory, console_of
from engagement.admin import content
from moderation.actions import hide_thing, remove_thing, report_thing
from posts.actions.trash import delete_post
from posts.models import Post
from posts.testing import PostFactory
from posts.tests.conftest import Write

pytestmark = pytest.mark.django_db
POSTS = "/admin/posts/post/"
WATCHES = "Buy my very special cheap golden watches right now here."


@pytest.fixture
def mod(cast: Cast) -> Client:
    return console_of(cast.moderator)


def listed(browser: Client, query: str = "") -> set[int]:
    """Return the ids of the posts on a page of the list."""
    answer = browser.get(f"{POSTS}?{query}")
    assert answer.status_code == 200, query
    return {int(pk) for pk in re.findall(rf"{POSTS}(\d+)/change/", answer.content.decode())}


def test_m58_the_list_tells_author_text_type_and_state(
    cast: Cast, mod: Client, write: Write
) -> None:
    post = write("Words about #gardens", content_warning="Long", post_type="article")
    page = mod.get(POSTS).content.decode()
    for told in ("@alice", "[Long] Words about #gardens", "Article", "Public", "live"):
        assert told in page, told
    assert f"{POSTS}{post.pk}/change/" in page


def test_m58_each_state_is_shown_and_found(cast: Cast, mod: Client, write: Write) -> None:
    posts = {state: write(f"A post to be {state}") for state in ("live", "hidden", "removed")}
    hide_thing(actor=cast.moderator, thing=posts["hidden"], note="No.")
    remove_thing(actor=cast.moderator, thing=posts["removed"], note="No.")
    posts["deleted"] = write("A post to be deleted")
    delete_post(actor=cast.alice, post=posts["deleted"])
    posts["held"] = [write(WATCHES, cast.bob) for _time in range(4)][-1]
    for state in ("hidden", "removed", "deleted", "held"):
        assert posts[state].pk in listed(mod, f"state={state}")
    for state, post in posts.items():
        own = f"state={state}"
        assert {other for other in posts if posts[other].pk in listed(mod, own)} == {state}
        assert post.pk in listed(mod)


@pytest.mark.parametrize(
    "query",
    [
        "post_type__exact=article",
        "visibility__exact=unlisted",
        "lang=de",
        "hashtag=Gardens",
        "hashtag=%23gardens",
        "reports=open",
        "reports=any",
        "q=bob",
        "q=@BOB",
        "q=WORDS",
        "q=a+few+words",
    ],
)
def test_m58_the_list_is_filtered_and_searched(
    cast: Cast, mod: Client, write: Write, query: str
) -> None:
    other = write("Nothing of this")
    wanted = write(
        "Only a few words", cast.bob, post_type="article", visibility="unlisted", lang="de",
        hashtags=["gardens"],
    )  # fmt: skip
    report_thing(actor=cast.carol, target_id=wanted.pk, reason="spam")
    assert listed(mod, query) == {wanted.pk}
    assert listed(mod, f"q={other.pk}") == {other.pk}
    assert listed(mod, "reports=none") == {other.pk}


def test_m58_the_list_is_filtered_by_the_day(mod: Client, write: Write) -> None:
    post = write("Now")
    begin, end = (
        "created_at_from_0={}&created_at_from_1={}",
        "created_at_to_0={}&created_at_to_1={}",
    )
    day, time = f"{post.created_at:%Y-%m-%d}", f"{post.created_at:%H:%M:%S}"
    for query, found in (
        (begin.format(day, time), {post.pk}),
        (end.format(day, time), {post.pk}),
        (f"{begin.format(day, '')}&{end.format(day, '')}", {post.pk}),
        (end.format("2025-01-02", "00:00"), set()),
        (begin.format("9999-12-31", "23:59:59"), set()),
        (end.format("9999-12-31", "23:59:59"), {post.pk}),
        (begin.format("soon", "x"), {post.pk}),
    ):
        assert listed(mod, query) == found, query


@pytest.mark.parametrize("query", ["hashtag=%20", "hashtag=a%20b", "lang=xx", "state=x", "q=9" * 9])
def test_t21_what_is_no_tag_language_or_id_is_no_failure(
    mod: Client, write: Write, query: str
) -> None:
    write("Words")
    assert mod.get(f"{POSTS}?{query}").status_code == 200
    assert mod.get(f"{POSTS}?q={'9' * 5000}").status_code == 200


@pytest.mark.parametrize("visibility", ["followers", "connections", "mentioned", "private"])
def test_m24_what_is_not_for_moderators_is_nowhere(
    cast: Cast, mod: Client, write: Write, visibility: str
) -> None:
    post = write("Canary @bob", visibility=visibility)
    pages = [POSTS, f"{POSTS}?q=Canar", f"{POSTS}?q={post.pk}", f"{POSTS}export/"]
    pages.append(f"/admin/accounts/user/{cast.alice.pk}/change/")
    for page in pages:
        assert b"Canary" not in mod.get(page).content, page
    for tail in ("change/", "act/hide/"):
        assert mod.get(f"{POSTS}{post.pk}/{tail}").status_code in {302, 404}


def test_m24_a_reported_post_for_followers_is_shown(cast: Cast, mod: Client, write: Write) -> None:
    post = write("Canary", visibility="followers")
    assert listed(mod) == set()
    report_thing(actor=cast.bob, target_id=post.pk, reason="spam")
    assert listed(mod) == {post.pk}
    assert b"Canary" in mod.get(f"{POSTS}{post.pk}/change/").content


def test_t6_only_moderators_come_in(cast: Cast, write: Write) -> None:
    post = write("Words")
    analyst = console_of(UserFactory.create(role=User.Role.ANALYST))
    member = console_of(cast.bob)
    for page in (POSTS, f"{POSTS}{post.pk}/change/", f"{POSTS}export/"):
        assert analyst.get(page).status_code == 403
        assert member.get(page).headers["Location"].startswith("/admin/login/")
    assert analyst.post(f"{POSTS}{post.pk}/act/hide/", {"note": "No."}).status_code in {403, 404}
    assert member.post(f"{POSTS}{post.pk}/act/hide/", {"note": "No."}).status_code == 302
    post.refresh_from_db()
    assert post.is_live


def test_the_list_costs_the_same_queries_however_long_it_is(cast: Cast, mod: Client) -> None:
    counts = []
    for _round in range(2):
        PostFactory.create_batch(8)
        with CaptureQueriesContext(connection) as caught:
            assert mod.get(POSTS).status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 5


def test_a_long_list_is_counted_so_far_and_no_further(
    mod: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content, "MAX_COUNTED", 3)
    PostFactory.create_batch(5)
    with CaptureQueriesContext(connection) as caught:
        page = mod.get(POSTS).content.decode()
    counting = [query["sql"] for query in caught if "COUNT(" in query["sql"]]
    assert len(counting) == 1
    assert "LIMIT 3" in counting[0]
    assert re.search(r"\b3 (results|posts)", page)


def test_t18_an_export_holds_no_texts(mod: Client, write: Write) -> None:
    write("Canary")
    answer = mod.get(f"{POSTS}export/")
    assert answer.headers["Content-Type"] == "text/csv"
    assert answer.content.decode().startswith("id,author__username,post_type,visibility,")
    assert b"Canary" not in answer.content


def test_the_first_page_tells_posts_by_the_day_to_analysts_too(cast: Cast, write: Write) -> None:
    write("Words")
    write("More words", visibility="private")
    analyst = console_of(UserFactory.create(role=User.Role.ANALYST))
    page = analyst.get("/admin/").content.decode()
    assert re.search(r">2</strong>\s*posts written in the last 30 days", page)
    assert "Held texts" not in page


def test_the_first_page_tells_how_many_texts_are_held(
    cast: Cast, mod: Client, write: Write
) -> None:
    for _time in range(4):
        write(WATCHES)
    held = Post.objects.filter(hidden_by__isnull=False).count()
    page = mod.get("/admin/").content.decode()
    assert held > 0
    assert re.search(rf"Held texts.*?>\s*{held}\s*<", page, re.DOTALL)
    held_list = "/admin/moderation/action/?kind__exact=hold&amp;state=live"
    assert held_list in page or held_list.replace("&amp;", "&") in page
