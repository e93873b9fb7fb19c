"""The world of the access matrix."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import override_settings

from operations.health import Report, doctor
from tests.world import World, make_world

QUIET = {
    "RATE_LIMIT_SCALE": 1e6,
    "SPAM_SCORER": "tests.conftest.pass_everything",
    # What trends is made once, however long the tests of a module take.
    "TRENDING_SECONDS": 86_400,
    "PASSWORD_HASHERS": ["socialsite.lib.testing.hashers.QuickBCryptSHA256"],
}


def pass_everything(draft: Any) -> list[Any]:
    """Find no spam: the world says itself what is held."""
    return []


@pytest.fixture(scope="module")
def made_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Everybody and everything, made once for the tests of a module, each of which is taken back."""
    block: Any = transaction.atomic()
    # Limits may be taken inside it, as inside the block that Django lays around a test.
    block._from_testcase = True
    with django_db_blocker.unblock(), block:
        with override_settings(**QUIET):
            made = make_world()
        # What would follow a commit that never comes is looked through in every savepoint.
        connection.run_on_commit.clear()
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def world(made_world: World, db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> World:
    """The world, with limits out of the way; health is not asked: its probes have connections of their own."""
    for name, value in QUIET.items():
        setattr(settings, name, value)
    monkeypatch.setattr(doctor, "report", lambda: Report({}))
    return made_world
