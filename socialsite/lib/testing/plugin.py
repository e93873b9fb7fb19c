"""The pytest plugin of the suite: isolation for every test, and the client. The cast is in the root `conftest.py`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from socialsite.lib import limits
from socialsite.lib.testing.client import ApiClient


@pytest.fixture(autouse=True)
def isolation(settings: Any, tmp_path: Path) -> None:
    """Cheap hashes, a mail folder of one's own, empty caches and limits, and no thread that writes."""
    settings.PASSWORD_HASHERS = ["socialsite.lib.testing.hashers.QuickBCryptSHA256"]
    settings.MAIL_DIR = tmp_path / "mail"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.VIEW_FLUSH_SECONDS = 0
    cache.clear()
    limits.clear()


@pytest.fixture
def api() -> ApiClient:
    """A caller nobody knows."""
    return ApiClient()


@pytest.fixture
def commit(django_capture_on_commit_callbacks: Any) -> Callable[[], Any]:
    """Run what waits for the commit: `with commit(): …`."""
    return lambda: django_capture_on_commit_callbacks(execute=True)
