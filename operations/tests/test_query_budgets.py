from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.testing import client_of
from operations.seeding.graphs import Graph
from operations.seeding.loading import Loader
from operations.seeding.society import found_society
from socialsite.lib.testing.client import ApiClient

FEW, MANY = 5, 500
PAGES = (
    "/api/users/{}",
    "/api/users/{}/followers",
    "/api/users/{}/followers?limit=100&count=true",
    "/api/users/{}/following",
    "/api/connections/mutual/{}",
    "/api/connections/mutual/{}?limit=100",
)


def load_stars() -> list[User]:
    """Load two people with few and many friends; a third knows all of these, so that all are mutual."""
    few, many, both = 0, 1, 2
    friends = range(3, 3 + MANY)
    edges = [(few, friend) for friend in friends[:FEW]]
    edges += [(hub, friend) for hub in (many, both) for friend in friends]
    graph = Graph(3 + MANY, edges)
    society = found_society(graph, datetime(2026, 6, 1, tzinfo=UTC), Random(1))
    society.admirers = []
    loader = Loader(society, Random(1), "!demo", lambda n: None)
    loader.load()
    User.objects.update(private_account=False, hide_followers=False, hide_following=False)
    return [User.objects.get(pk=loader.ids[hub]) for hub in (few, many, both)]


@pytest.fixture
def stars(db: None) -> tuple[User, User, ApiClient]:
    few, many, both = load_stars()
    return few, many, client_of(both)


def statements(call: Callable[[], Any]) -> list[str]:
    with CaptureQueriesContext(connection) as seen:
        assert call().status_code == 200
    return [query["sql"] for query in seen.captured_queries]


@pytest.mark.parametrize("page", PAGES)
def test_pages_of_the_best_connected_cost_no_more_statements(
    stars: tuple[User, User, ApiClient], page: str
) -> None:
    few, many, client = stars
    client.read(page.format(few.pk))  # what is prepared once
    costs = [
        len(statements(partial(client.read, page.format(person.pk)))) for person in (few, many)
    ]
    assert costs[0] == costs[1] <= 8


def test_mutual_connections_are_those_of_both(stars: tuple[User, User, ApiClient]) -> None:
    few, many, client = stars
    shown = [
        client.read(f"/api/connections/mutual/{person.pk}?count=true").json()["count"]
        for person in (few, many)
    ]
    assert shown == [FEW, MANY]
