from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from accounts.testing import Cast
from posts.actions.publish import publish_post
from posts.models import Post

Write = Callable[..., Post]


@pytest.fixture
def write(cast: Cast) -> Write:
    """Publish a post of a person's (alice's when nobody is named), by the action."""

    def publish(content: str = "Words", actor: User | None = None, **more: Any) -> Post:
        return publish_post(actor=actor or cast.alice, content=content, **more)

    return publish
