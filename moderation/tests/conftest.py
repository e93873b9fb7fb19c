"""The audit trail is append-only in every test here: the suite makes its tables without migrations."""

import pytest
from django.db import connection

from moderation.triggers import install_triggers


@pytest.fixture(autouse=True)
def append_only(request: pytest.FixtureRequest, db: None) -> None:
    """Install the triggers in the test's transaction, so that its end takes them away; tests that commit go without."""
    marker = request.node.get_closest_marker("django_db")
    if not (marker and marker.kwargs.get("transaction")):
        install_triggers(connection)
