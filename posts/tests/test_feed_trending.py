"""What trends as a feed."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.testing import Cast, UserFactory, client_of
from engagement.tests.things import publish
from socialsite.lib.testing.client import ApiClient

pytestmark = pytest.mark.django_db
PATH = "/api/v1/feed/trending"


@pytest.fixture
def ranked(alice: ApiClient, bob: ApiClient) -> list[int]:
    """Posts of alice, bob and alice: with three, two and one person who like them."""
    people: Any = [UserFactory() for _ in range(3)]
    crowd = [client_of(person) for person in people]
    made = [publish(client) for client in (alice, bob, alice)]
    for number, post in enumerate(made):
        for client in crowd[number:]:
            client.set(f"/api/posts/{post}/like")
    return made


def ids(client: ApiClient, path: str = PATH) -> list[int]:
    return [int(item["id"]) for item in client.read(path).json()["results"]]


def test_y72_items_of_a_feed_in_the_order_of_the_trends(
    ranked: list[int], api: ApiClient, bob: ApiClient
) -> None:
    assert ids(api) == [int(row["id"]) for row in api.read("/api/trending").json()["posts"]]
    assert ids(api) == ranked
    first = bob.read(PATH).json()["results"][0]
    assert (first["type"], first["object"]["id"]) == ("update", str(ranked[0]))
    assert [source["name"] for source in first["reason"]["sources"]] == ["trending", "following"]
    assert first["reason"]["parts"] == {"people": 3}
    assert first["reason"]["score"] == pytest.approx(3, abs=0.1)


@pytest.mark.parametrize("name", ["1h", "24h", "7d", "30d"])
def test_y72_page_by_page(ranked: list[int], api: ApiClient, name: str) -> None:
    page = api.read(f"{PATH}?range={name}&limit=2").json()
    assert [int(item["id"]) for item in page["results"]] == ranked[:2]
    assert ids(api, page["next"]) == ranked[2:]
    assert ids(api, f"{PATH}?ids={ranked[2]},{ranked[0]}") == [ranked[2], ranked[0]]


def test_y72_without_new_deeds_each_reading_answers_alike(
    ranked: list[int], api: ApiClient, time_machine: Any
) -> None:
    first = api.read(PATH).json()
    time_machine.move_to(timezone.now() + timedelta(minutes=10))
    assert api.read(PATH).json() == first


def test_y72_the_muted_and_the_hidden_leave_no_gap(
    ranked: list[int], bob: ApiClient, cast: Cast
) -> None:
    mallory = cast.client(cast.mallory)
    assert ids(mallory, f"{PATH}?limit=1") == [ranked[1]]
    bob.set(f"/api/users/{cast.alice.pk}/mute", {})
    assert ids(bob, f"{PATH}?limit=1") == [ranked[1]]


def test_y72_unknown_parameters_are_400(api: ApiClient) -> None:
    assert api.read(f"{PATH}?kinds=posts").status_code == 400


def test_y72_a_page_costs_the_same_whatever_it_shows(
    ranked: list[int], bob: ApiClient, django_assert_num_queries: Any
) -> None:
    bob.read(PATH)
    for limit in (1, 3):
        with django_assert_num_queries(5):
            bob.read(f"{PATH}?limit={limit}")
