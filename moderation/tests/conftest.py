"""The audit trail is append-only in every test here: the suite makes its tables without migrations."""

import pytest
from django.db import connection

from moderation.triggers import install_triggers


@pytest.fixture(autouse=True)
def append_only(db: None) -> None:
    """Install the triggers in the test's transaction, so that its end takes them away."""
    install_triggers(connection)
