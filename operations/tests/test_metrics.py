from typing import Any

import pytest

from accounts.testing import Cast, UserFactory, client_of, token_client_of
from socialsite.lib.tasks import enqueue
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = pytest.mark.django_db


def test_y112_metrics_are_prometheus_text_for_staff(moderator: ApiClient) -> None:
    moderator.read("/api/auth/user")
    answer = moderator.read("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    assert b'http_request_seconds_count{method="GET",route="api/auth/user",status="200"}' in (
        answer.content
    )


def test_y112_metrics_tell_how_much_work_waits(cast: Cast, moderator: ApiClient) -> None:
    enqueue("accounts.send_welcome", user_id=cast.alice.pk)
    text = moderator.read("/metrics").content.decode()
    figures = dict(line.split(" ") for line in text.splitlines() if line.startswith("tasks_"))
    assert float(figures["tasks_waiting"]) >= 1
    assert figures["tasks_dead"] == "0.0"
    assert "data_disk_free_bytes" in text


@pytest.mark.parametrize("role", ["analyst", "admin"])
def test_y112_analysts_and_administrators_read_metrics(role: str) -> None:
    person: Any = UserFactory(role=role)
    assert client_of(person).read("/metrics").status_code == 200


def test_y112_personal_token_of_staff_reads_metrics() -> None:
    analyst: Any = UserFactory(role="analyst")
    assert token_client_of(analyst, "read").read("/metrics").status_code == 200
    refused = token_client_of(analyst, "chat").read("/metrics")
    assert (refused.status_code, code_of(refused)) == (403, "insufficient_scope")


def test_y112_metrics_token_opens_metrics_and_nothing_else(settings: Any) -> None:
    settings.METRICS_TOKEN = "a-long-token-for-the-scraper"
    scraper = ApiClient(settings.METRICS_TOKEN)
    accept = "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"
    assert scraper.read("/metrics", Accept=accept).status_code == 200
    assert scraper.read("/api/auth/user").status_code == 401


@pytest.mark.parametrize("token", ["", "wrong", "a-long-token-for-the-scrape"])
def test_y112_without_the_right_token_metrics_are_401(settings: Any, token: str) -> None:
    settings.METRICS_TOKEN = "a-long-token-for-the-scraper"
    answer = ApiClient(token).read("/metrics")
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/json"


def test_y112_empty_setting_opens_nothing(settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    answer = ApiClient().read("/metrics", Authorization="Bearer ")
    assert answer.status_code == 401


def test_y112_members_may_not_read_metrics(alice: ApiClient) -> None:
    refused = alice.read("/metrics")
    assert (refused.status_code, code_of(refused)) == (403, "permission_denied")
