"""Fixtures of the cast."""

import pytest

from accounts.testing import Cast, make_cast
from socialsite.lib.testing.client import ApiClient


@pytest.fixture
def cast(db: None) -> Cast:
    """alice, bob, carol, charlie, mallory, moderator and admin, with their edges."""
    return make_cast()


@pytest.fixture
def alice(cast: Cast) -> ApiClient:
    return cast.client(cast.alice)


@pytest.fixture
def bob(cast: Cast) -> ApiClient:
    return cast.client(cast.bob)


@pytest.fixture
def carol(cast: Cast) -> ApiClient:
    return cast.client(cast.carol)


@pytest.fixture
def charlie(cast: Cast) -> ApiClient:
    return cast.client(cast.charlie)


@pytest.fixture
def mallory(cast: Cast) -> ApiClient:
    return cast.client(cast.mallory)


@pytest.fixture
def moderator(cast: Cast) -> ApiClient:
    return cast.client(cast.moderator)
