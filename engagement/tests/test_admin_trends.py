"""What trends in the console, and keeping things out of it."""

from typing import Any

import pytest
from django.test import Client

from accounts.testing import Cast, console_of
from engagement.models import Tag, Trend, TrendBar
from engagement.tests.things import publish
from engagement.trending.making import make_all
from moderation.models import AuditEntry
from socialsite.lib.testing.client import ApiClient

pytestmark = pytest.mark.django_db
LIST, BARS = "/admin/engagement/trend/", "/admin/engagement/trendbar/"


@pytest.fixture
def mod(cast: Cast) -> Client:
    return console_of(cast.moderator)


@pytest.fixture
def post(alice: ApiClient, bob: ApiClient) -> int:
    made = publish(alice, content="Canary #loud")
    bob.set(f"/api/posts/{made}/like")
    make_all()
    return made


def text(browser: Client, path: str) -> str:
    return browser.get(path).content.decode()


def shown(client: ApiClient) -> tuple[list[str], list[str]]:
    body = client.read("/api/trending").json()
    return [row["id"] for row in body["posts"]], [row["tag"] for row in body["hashtags"]]


def test_m43_moderators_read_what_trends_and_why(mod: Client, post: int) -> None:
    page = text(mod, f"{LIST}?range=24h&kind=posts")
    assert "Canary" in page
    assert "like: 1, new accounts: 1" in page
    assert "1 (new)" in page
    row = Trend.objects.get(range="24h", kind="posts")
    page = text(mod, f"{LIST}{row.pk}/change/")
    assert "How it came" in page
    assert "width: 100%" in page


def test_m43_a_row_keeps_its_page_when_the_table_is_made_anew(mod: Client, post: int) -> None:
    before = set(Trend.objects.values_list("pk", flat=True))
    make_all()
    assert set(Trend.objects.values_list("pk", flat=True)) == before


@pytest.mark.parametrize("kind", ["posts", "hashtags"])
def test_m43_a_moderator_keeps_a_thing_out_and_lets_it_in(
    mod: Client, alice: ApiClient, post: int, kind: str
) -> None:
    whole = shown(alice)
    assert whole == ([str(post)], ["loud"])
    row = Trend.objects.get(range="7d", kind=kind)
    mod.post(f"{LIST}{row.pk}/act/keep-out/", {"reason": "A brigade."})
    without = shown(alice)
    assert without == (([], ["loud"]) if kind == "posts" else ([str(post)], []))
    make_all()
    assert shown(alice) == without
    bar = TrendBar.objects.get()
    assert "A brigade." in text(mod, BARS)
    mod.post(f"{BARS}{bar.pk}/act/let-in/")
    make_all()
    assert shown(alice) == whole
    verbs = AuditEntry.objects.filter(verb__contains="trends").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == [
        "kept_out_of_trends", "let_into_trends",
    ]  # fmt: skip


def test_m43_a_kept_out_post_is_no_item_of_the_trending_feed(
    mod: Client, alice: ApiClient, post: int
) -> None:
    mod.post(f"/admin/posts/post/{post}/act/keep-out/", {"reason": "A brigade."})
    assert alice.read("/api/v1/feed/trending").json()["results"] == []
    assert shown(alice) == ([], ["loud"])


def test_m43_without_a_reason_nothing_is_kept_out(mod: Client, post: int) -> None:
    tag = Tag.objects.get(tag="loud")
    path = f"/admin/engagement/tag/{tag.pk}/act/keep-out/"
    mod.post(path, {"reason": "  "})
    assert not TrendBar.objects.exists()
    for _ in range(2):
        mod.post(path, {"reason": "A brigade."})
    assert TrendBar.objects.count() == 1


def test_m43_a_list_of_trends_costs_the_same_for_many(
    mod: Client, post: int, alice: ApiClient, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        publish(alice, content=f"#tag{number}")
    make_all()
    with django_assert_max_num_queries(12):
        text(mod, LIST)


def test_m43_the_state_of_the_tables_is_shown(mod: Client, post: int) -> None:
    page = text(mod, "/admin/engagement/trendtable/")
    assert page.count("hashtags") >= 4
