"""Without its cache the site answers as ever; only what was begun cannot go on."""

from typing import Any

import pytest

from accounts.testing import Cast
from network.tests.test_suggestions import SURFACES, know, person, reason
from posts.actions.publish import publish_post
from socialsite.lib.testing.client import code_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def without_cache(settings: Any) -> None:
    backend = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "redis://127.0.0.1:1/0"}}


def test_t49_a_search_shows_its_first_page(cast: Cast, without_cache: None) -> None:
    for number in range(3):
        publish_post(actor=cast.alice, content=f"quetzal {number}")
    client = cast.client(cast.bob)
    first = client.read("/api/search?q=quetzal&type=posts&limit=2")
    assert (first.status_code, len(first.json()["results"])) == (200, 2)
    assert code_of(client.read(first.json()["next"])) == "search_expired"


@pytest.mark.parametrize("path", SURFACES)
def test_t49_suggestions_say_why(cast: Cast, without_cache: None, path: str) -> None:
    link, far = person("link"), person("far")
    know(path, cast.charlie, link)
    know(path, link, far)
    found = reason(cast.client(cast.charlie), path, "far")
    assert (found["mutuals"], [card["username"] for card in found["by"]]) == (1, ["link"])
