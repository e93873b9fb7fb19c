import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from accounts.tests.browser import Browser

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a browser gets from a site behind https."""
    environment = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL"}}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "socialsite.settings",
        "FRONTEND_URL": "https://site.example",
        "DATA_DIR": str(tmp_path_factory.mktemp("https")),
        "SECRET_KEY": "for-tests-only-0123456789-abcdefghijklmnopqrstuvwxyz",
    }
    done = subprocess.run(
        [sys.executable, "-m", "accounts.tests.https_session"],
        check=False, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.live
@pytest.mark.once
def test_d25_over_https_every_cookie_is_secure_and_bound_to_the_host(found: dict[str, Any]) -> None:
    assert set(found["cookies"]) == {"__Host-session", "__Host-device", "__Host-csrftoken"}
    for cookie in found["cookies"].values():
        assert "Secure" in cookie
        assert "Path=/" in cookie
        assert "SameSite=Lax" in cookie
        assert "Domain" not in cookie
    assert found["admin"] == ["__Host-admin", True]
    for name in ("__Host-session", "__Host-device"):
        assert "HttpOnly" in found["cookies"][name]


@pytest.mark.live
@pytest.mark.once
def test_d25_over_https_a_browser_signs_up_and_out_and_foreign_pages_cannot(
    found: dict[str, Any],
) -> None:
    assert found["statuses"] == [201, 204, 403]
    [dropped] = found["dropped"]
    assert "__Host-session=" in dropped
    assert "Secure" in dropped


@pytest.mark.live
@pytest.mark.once
def test_d25_over_https_plain_http_is_sent_on_and_the_browser_told_to_stay(
    found: dict[str, Any],
) -> None:
    assert found["plain"] == 301
    assert "max-age=31536000" in found["hsts"]


@pytest.mark.django_db
def test_d25_over_plain_http_people_can_sign_in(ann: User, browser: Browser) -> None:
    answer = browser.sign_in()
    assert set(answer.cookies) == {"session", "device"}
    assert not answer.cookies["session"]["secure"]
    assert "Strict-Transport-Security" not in answer.headers
