from typing import Any

import pytest

from accounts.testing import Cast
from engagement.models import Tag
from engagement.tests.things import publish
from socialsite.lib.invariants import violations
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = pytest.mark.django_db
PATH = "/api/hashtags"


@pytest.fixture(autouse=True)
def posts(cast: Cast, alice: ApiClient) -> list[int]:
    texts = ("#Music #straße #2024review", "#music #Musical", "#music #straße", "#gone")
    made = [publish(alice, content=text) for text in texts]
    alice.drop(f"/api/posts/{made[-1]}")
    return made


def tags(answer: Any) -> list[tuple[str, int]]:
    return [(row["tag"], row["usage_count"]) for row in answer.json()["results"]]


def test_m49_tags_in_use_are_listed_the_most_used_first(api: ApiClient) -> None:
    answer = api.read(PATH)
    assert tags(answer)[:2] == [("music", 3), ("strasse", 2)]
    assert {tag for tag, _ in tags(answer)} == {"music", "strasse", "musical", "2024review"}
    tag = Tag.objects.get(tag="music")
    [first] = [row for row in answer.json()["results"] if row["tag"] == "music"]
    assert set(first) == {"id", "tag", "usage_count", "created_at"}
    assert first["id"] == str(tag.pk)


def test_m49_by_name_and_page_by_page_in_either_order(api: ApiClient) -> None:
    by_name = ["2024review", "music", "musical", "strasse"]
    assert [tag for tag, _ in tags(api.read(f"{PATH}?order=name"))] == by_name
    for order in ("usage", "name"):
        whole = tags(api.read(f"{PATH}?order={order}"))
        first = api.read(f"{PATH}?order={order}&limit=3&count=true")
        assert first.json()["count"] == 4
        assert tags(first) + tags(api.read(first.json()["next"])) == whole


@pytest.mark.parametrize(
    ("start", "found"),
    [
        ("mus", ["music", "musical"]), ("%23MUSICA", ["musical"]), ("STRASS", ["strasse"]),
        ("straße", ["strasse"]), ("2024", ["2024review"]), ("%25", []), ("_", []), ("usic", []), ("gone", []),
    ],
)  # fmt: skip
def test_m49_q_is_how_a_tag_begins(api: ApiClient, start: str, found: list[str]) -> None:
    assert [tag for tag, _ in tags(api.read(f"{PATH}?q={start}"))] == found


def test_m49_the_count_is_that_of_live_posts(posts: list[int], alice: ApiClient) -> None:
    alice.drop(f"/api/posts/{posts[0]}")
    assert tags(alice.read(f"{PATH}?q=mus")) == [("music", 2), ("musical", 1)]
    assert tags(alice.read(f"{PATH}?q=2024")) == []
    alice.send(f"/api/me/trash/{posts[0]}/restore")
    assert tags(alice.read(f"{PATH}?q=2024")) == [("2024review", 1)]
    assert list(violations()) == []


def test_m49_private_posts_show_no_tags(alice: ApiClient, api: ApiClient) -> None:
    publish(alice, content="#secret", visibility="private")
    assert tags(api.read(f"{PATH}?q=secret")) == tags(alice.read(f"{PATH}?q=secret")) == []


@pytest.mark.parametrize("query", ["order=new", "q=", "tag=x", f"q={'x' * 102}"])
def test_m49_other_parameters_are_400(api: ApiClient, query: str) -> None:
    assert api.read(f"{PATH}?{query}").status_code == 400


def test_m49_tags_are_read_by_id_and_in_one_statement(
    api: ApiClient, django_assert_max_num_queries: Any
) -> None:
    pk = Tag.objects.get(tag="musical").pk
    with django_assert_max_num_queries(1):
        assert tags(api.read(f"{PATH}?ids={pk}")) == [("musical", 1)]
    assert code_of(api.read(f"{PATH}?cursor=x")) == "invalid_cursor"
