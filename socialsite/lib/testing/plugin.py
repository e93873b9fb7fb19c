"""The pytest plugin of the suite: isolation for every test, and the client. The cast is in the root `conftest.py`."""

import gc
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings as site
from django.core.cache import cache
from django.utils import timezone

from socialsite.lib import ids, limits
from socialsite.lib.testing import flushing
from socialsite.lib.testing.client import ApiClient

# A run of the suite tries the same cases each time; `--hypothesis-profile=default` searches among others.
hypothesis.settings.register_profile("suite", derandomize=True)
hypothesis.settings.load_profile("suite")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out on PostgreSQL what was marked `once`."""
    if not site.SQLITE:
        for item in items:
            if item.get_closest_marker("once"):
                item.add_marker(pytest.mark.skip(reason="the run on SQLite has done it"))


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what was loaded: to look through it again and again took a seventh of the suite's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)


@pytest.fixture(autouse=True, scope="session")
def quick_flush() -> None:
    """Empty tables without making each of them anew, where that is slow."""
    flushing.install()


@pytest.fixture(autouse=True)
def isolation(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Cheap hashes, a mail folder of one's own, empty caches and limits, no thread that writes, and ids of now."""
    settings.PASSWORD_HASHERS = ["socialsite.lib.testing.hashers.QuickBCryptSHA256"]
    settings.MAIL_DIR = tmp_path / "mail"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.VIEW_FLUSH_SECONDS = 0
    # Static files are looked for when they are asked for, not listed for each client of a test.
    settings.WHITENOISE_AUTOREFRESH = True
    cache.clear()
    limits.clear()
    yield
    if ids.first_id_at(timezone.now() + timedelta(seconds=1)) < ids.mint(ids.Kind.USER):
        # The clock of ids never goes back, as it must; here it would date the things of later tests.
        ids._minter = ids.Minter(ids._node)


@pytest.fixture
def api() -> ApiClient:
    """A caller nobody knows."""
    return ApiClient()


@pytest.fixture
def commit(django_capture_on_commit_callbacks: Any) -> Callable[[], Any]:
    """Run what waits for the commit: `with commit(): …`."""
    return lambda: django_capture_on_commit_callbacks(execute=True)
