"""The world of the access matrix."""

from typing import Any

import pytest

from operations.health import Report, doctor
from tests.world import World, make_world


@pytest.fixture
def world(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> World:
    """Everybody and everything; limits are out of the way, and health is not asked: its probes have connections of their own."""
    settings.RATE_LIMIT_SCALE = 1e6
    monkeypatch.setattr(doctor, "report", lambda: Report({}))
    return make_world()
