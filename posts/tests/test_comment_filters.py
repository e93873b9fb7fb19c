"""A person's filters among comments: what they hide is left out, and what they warn of is marked."""

from typing import Any

import pytest

from accounts.testing import Cast
from engagement.actions.comments import create_comment
from engagement.models import Comment
from posts.actions.publish import publish_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(cast: Cast) -> str:
    """A post of bob's with comments; alice hides `storm` and carol, and wants to be warned of `rain`."""
    post = publish_post(actor=cast.bob, content="Weather")

    def say(who: Any, text: str, parent: Comment | None = None) -> Comment:
        more = {"parent_id": parent.pk} if parent else {}
        return create_comment(actor=who, target_id=post.pk, content=text, **more)

    first = say(cast.charlie, "Sun")
    say(cast.charlie, "A STORM comes", first)
    say(cast.bob, "Rain first", first)
    say(cast.carol, "Hello")
    say(cast.alice, "My own storm")
    alice = cast.client(cast.alice)
    hides = [{"kind": "keyword", "value": "storm"}, {"kind": "user", "value": "@carol"}]
    warns = [{"kind": "keyword", "value": "rain"}]
    for action, terms in (("hide", hides), ("warn", warns)):
        body = {"title": action, "action": action, "scopes": ["comments"], "terms": terms}
        assert alice.send("/api/filters", body).status_code == 201
    return f"/api/posts/{post.pk}"


def shown(rows: list[dict[str, Any]]) -> dict[str, list[str]]:
    return {row["content"]: [mark["term"] for mark in row["filtered"]] for row in rows}


LEFT = {"My own storm": [], "Rain first": ["rain"], "Sun": []}


@pytest.mark.parametrize("sort", ["new", "old", "top"])
def test_b7_filters_hide_and_mark_in_a_list_of_comments(cast: Cast, path: str, sort: str) -> None:
    found = cast.client(cast.alice).read(f"{path}/comments?sort={sort}&limit=3").json()
    assert shown(found["results"]) == LEFT
    assert found["next"] is None
    every = cast.client(cast.charlie).read(f"{path}/comments?sort={sort}").json()["results"]
    assert len(every) == 5
    assert not any(row["filtered"] for row in every)


def test_b7_filters_hide_and_mark_in_trees_and_replies(cast: Cast, path: str) -> None:
    alice = cast.client(cast.alice)
    trees = alice.read(f"{path}/comments?view=tree").json()["results"]
    assert set(shown(trees)) == {"My own storm", "Sun"}
    first = next(row for row in trees if row["content"] == "Sun")
    assert shown(first["replies"]) == {"Rain first": ["rain"]}
    replies = alice.read(f"/api/comments/{first['id']}/replies").json()["results"]
    assert shown(replies) == {"Rain first": ["rain"]}


def test_b7_filters_hide_and_mark_on_the_page_of_a_post(cast: Cast, path: str) -> None:
    page = cast.client(cast.alice).read(path).json()
    assert shown(page["comments"]["results"]) == LEFT
    assert page["comment_count"] == 5


def test_b7_pages_of_filtered_comments_hold_each_once(cast: Cast, path: str) -> None:
    alice, address, found = cast.client(cast.alice), f"{path}/comments?limit=1", []
    while address:
        page = alice.read(address).json()
        found += [row["content"] for row in page["results"]]
        address = page["next"]
    assert found == ["My own storm", "Rain first", "Sun"]
