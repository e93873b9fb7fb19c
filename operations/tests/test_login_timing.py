import logging
import time
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from operations.latency import Comparison
from operations.management.commands import login_timing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_process(settings: Any) -> Iterator[None]:
    """Take back what the command changes for its process."""
    settings.RATE_LIMIT_SCALE = 1.0
    yield
    logging.getLogger("access").setLevel(logging.NOTSET)


def measure(samples: int = 3) -> str:
    out = StringIO()
    call_command("login_timing", samples=samples, stdout=out)
    return out.getvalue()


def test_t11_it_prints_the_auc_and_leaves_no_account_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Comparison, "is_even", True)
    text = measure()
    assert "Mann-Whitney AUC" in text
    assert "medians of 3" in text
    assert not User.objects.exists()


def test_t11_a_planted_difference_makes_it_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def tarry_for_the_known(user: User | None, password: str) -> bool:
        time.sleep(0.1 if user else 0)
        return False

    monkeypatch.setattr("accounts.actions.sign_in.is_password_of", tarry_for_the_known)
    with pytest.raises(CommandError, match="can be told apart"):
        measure(12)
    assert not User.objects.exists()


def test_t11_it_stops_when_a_sign_in_is_answered_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login_timing, "LOGIN", "/api/auth/nowhere")
    with pytest.raises(CommandError, match="404"):
        measure()
    assert not User.objects.exists()
    with pytest.raises(CommandError, match="at least one"):
        measure(0)
