"""What the tests of chat share."""

from typing import Any

import pytest


@pytest.fixture
def no_limits(settings: Any) -> None:
    """Let tests make more than a new account may in an hour."""
    settings.RATE_LIMIT_SCALE = 1e6
