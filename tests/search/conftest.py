from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from accounts.models import User
from accounts.testing import Cast
from posts.actions.publish import publish_post
from posts.models import Post
from search.indexing import index_things
from socialsite.lib.testing.client import ApiClient

Write = Callable[..., Post]
Find = Callable[..., list[Any]]


def ask(client: ApiClient, q: str, path: str = "/api/search", **more: Any) -> Any:
    """Ask a client's search, and return its answer."""
    return client.read(f"{path}?{urlencode({'q': q, **more})}")


@pytest.fixture(autouse=True)
def quiet(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1e6
    settings.SPAM_SCORER = "tests.conftest.pass_everything"


@pytest.fixture
def write(cast: Cast) -> Write:
    """Publish a post of a person's (alice's when nobody is named), by the action."""

    def publish(content: str = "Words", actor: User | None = None, **more: Any) -> Post:
        return publish_post(actor=actor or cast.alice, content=content, **more)

    return publish


@pytest.fixture
def find(cast: Cast) -> Find:
    """Search as a person (bob when nobody is named, None for nobody signed in); returns the results of a type."""

    def search(q: str, viewer: User | str | None = "bob", **more: Any) -> list[Any]:
        who = cast.bob if viewer == "bob" else viewer
        client = cast.client(who) if isinstance(who, User) else ApiClient()
        answer = ask(client, q, **{"type": "posts", **more})
        assert answer.status_code == 200, answer.content
        found: list[Any] = answer.json()["results"]
        return found

    return search


@pytest.fixture
def indexed_cast(cast: Cast) -> Cast:
    """The cast, whose people are made without their registration, in the index."""
    people = [user.pk for user in vars(cast).values() if isinstance(user, User)]
    index_things(people)
    return cast
