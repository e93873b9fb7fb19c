import threading
from collections.abc import Iterator
from typing import Any

import pytest

from operations import health
from operations.health import Doctor, NotWellError
from socialsite.lib.models import LimitWindow
from socialsite.lib.tasks import Backlog
from socialsite.lib.testing.client import ApiClient


@pytest.fixture(autouse=True)
def _look_again() -> Iterator[None]:
    health.doctor.forget()
    yield
    health.doctor.forget()


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Any:
    def break_(name: str, error: Exception) -> None:
        def fail() -> None:
            raise error

        monkeypatch.setitem(health.doctor.probes, name, fail)

    return break_


@pytest.mark.django_db(transaction=True)
def test_y106_health_answers_what_it_looked_at(api: ApiClient) -> None:
    answer = api.read("/health")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    checks = answer.json()["checks"]
    assert set(checks) == {"process", "database", "disk", "tasks", "cache", "channel_layer"}
    assert {check["status"] for check in checks.values()} == {"ok"}
    assert checks["tasks"]["oldest_s"] == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/health", "/health/"])
def test_y106_health_answers_both_forms_of_its_path(api: ApiClient, path: str) -> None:
    assert api.read(path).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_y106_health_says_ok_in_plain_text(api: ApiClient) -> None:
    for answer in (api.read("/health?format=text"), api.read("/health", Accept="text/plain")):
        assert (answer.status_code, answer.content) == (200, b"OK")
        assert answer.headers["Content-Type"].startswith("text/plain")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", list(health.PROBES))
def test_y106_health_is_503_when_one_check_fails(api: ApiClient, broken: Any, name: str) -> None:
    broken(name, RuntimeError("postgres://user:hunter2@db"))
    answer = api.read("/health")
    assert answer.status_code == 503
    assert answer.json()["checks"][name]["status"] == "failing"
    assert b"hunter2" not in answer.content
    assert api.read("/health?format=text").content == b"FAILING"


@pytest.mark.django_db(transaction=True)
def test_y106_health_says_what_is_not_well(api: ApiClient, broken: Any) -> None:
    broken("disk", NotWellError("the disk is nearly full"))
    assert api.read("/health").json()["checks"]["disk"]["detail"] == "the disk is nearly full"


def test_y106_probe_that_hangs_is_given_up_and_not_started_twice() -> None:
    stuck, started = threading.Event(), []

    def hang() -> None:
        started.append(1)
        stuck.wait()

    doctor = Doctor({"hangs": hang, "process": health.answer}, limit_s=0.1)
    first = doctor.report()
    doctor.forget()
    second = doctor.report()
    stuck.set()
    assert not first.findings["hangs"].is_well
    assert first.findings["process"].is_well
    assert second.findings["hangs"].detail == "took longer than 0.1 s"
    assert len(started) == 1


def test_y106_report_serves_everybody_for_a_second() -> None:
    looked: list[int] = []
    doctor = Doctor({"counts": lambda: looked.append(1)})
    assert [doctor.report().is_well for _ in range(5)] == [True] * 5
    assert len(looked) == 1


@pytest.mark.django_db(transaction=True)
def test_y106_a_task_that_waits_too_long_is_not_well(
    api: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = Backlog(due=1, running=0, dead=0, oldest_s=3600)
    monkeypatch.setattr(health, "get_backlog", lambda: late)
    answer = api.read("/health")
    assert answer.status_code == 503
    assert answer.json()["checks"]["tasks"]["detail"] == "a task has waited for 3600 s"


@pytest.mark.django_db(transaction=True)
def test_y106_full_disk_is_not_well(api: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "LEAST_FREE_BYTES", 1 << 62)
    assert api.read("/health").json()["checks"]["disk"]["status"] == "failing"


@pytest.mark.django_db(transaction=True)
def test_y106_probe_of_the_database_leaves_no_row() -> None:
    health.write_to_database()
    assert not LimitWindow.objects.filter(key__startswith="health").exists()


@pytest.mark.django_db(transaction=True)
def test_y106_health_is_not_limited_and_refuses_unknown_parameters(api: ApiClient) -> None:
    assert api.read("/health?verbose=1").status_code == 400
    answer = api.read("/health")
    assert "X-RateLimit-Limit" not in answer.headers
    assert answer.headers["Cache-Control"] == "private, no-store"
