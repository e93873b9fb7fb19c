from typing import Any

import pytest
from django.test import Client
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accounts.limits import GUESSES
from accounts.testing import Cast, console_of
from moderation.models import AuditEntry
from socialsite.lib import limits
from socialsite.lib.models import PeriodicJob
from socialsite.lib.tasks import enqueue, sync_jobs

TASKS, JOBS = "/admin/django_tasks_database/dbtaskresult/", "/admin/lib/periodicjob/"


@pytest.fixture
def admin(cast: Cast) -> Client:
    return console_of(cast.admin)


@pytest.fixture
def dead(cast: Cast) -> DBTaskResult[Any, Any]:
    pk = enqueue("accounts.send_welcome", user_id=cast.alice.pk)
    failed = DBTaskResult.objects.filter(pk=pk)
    failed.update(
        status=TaskResultStatus.FAILED,
        exception_class_path="smtplib.SMTPConnectError",
        traceback="Traceback <b>bold</b>",
        worker_ids=["a", "b"],
    )
    return failed.get()


@pytest.mark.django_db
def test_failed_tasks_show_why_and_are_counted_on_the_first_page(
    admin: Client, dead: DBTaskResult[Any, Any]
) -> None:
    listed = admin.get(f"{TASKS}?status__exact=FAILED").content.decode()
    assert "accounts.send_welcome" in listed
    assert "SMTPConnectError" in listed
    page = admin.get(f"{TASKS}{dead.pk}/change/").content.decode()
    assert "Traceback &lt;b&gt;bold" in page
    assert f"{TASKS}?status__exact=FAILED" in admin.get("/admin/").content.decode()


@pytest.mark.django_db
def test_a_failed_task_is_tried_again(admin: Client, dead: DBTaskResult[Any, Any]) -> None:
    admin.post(f"{TASKS}{dead.pk}/act/try-again/")
    dead.refresh_from_db()
    assert (dead.status, dead.worker_ids) == (TaskResultStatus.READY, [])
    assert AuditEntry.objects.get(verb="tasks_revived").detail == {"number": "1"}


@pytest.mark.django_db
def test_several_failed_tasks_are_tried_again_from_the_list(
    admin: Client, dead: DBTaskResult[Any, Any]
) -> None:
    done = DBTaskResult.objects.exclude(pk=dead.pk).first()
    chosen = [str(task.pk) for task in (dead, done) if task]
    body = {"action": "revive", "_selected_action": chosen}
    answer = admin.post(TASKS, body, follow=True)
    assert "1 failed tasks are tried again." in answer.content.decode()
    dead.refresh_from_db()
    assert dead.status == TaskResultStatus.READY


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "state"), [("accounts.send_welcome", True), ("accounts.send_password_reset", False)]
)
def test_tasks_are_filtered_by_name(
    admin: Client, dead: DBTaskResult[Any, Any], name: str, state: bool
) -> None:
    page = admin.get(f"{TASKS}?name={name}").content.decode()
    assert (str(dead.pk) in page) is state


@pytest.mark.django_db
def test_a_job_is_started_and_switched(admin: Client) -> None:
    sync_jobs()
    job = PeriodicJob.objects.get(name="accounts.purge_credentials")
    before = job.next_run_at
    admin.post(f"{JOBS}{job.pk}/act/start/")
    job.refresh_from_db()
    assert job.next_run_at < before
    admin.post(f"{JOBS}{job.pk}/act/switch-off/")
    job.refresh_from_db()
    assert not job.enabled
    assert f"{JOBS}{job.pk}/act/start/" not in admin.get(f"{JOBS}{job.pk}/change/").content.decode()
    admin.post(f"{JOBS}{job.pk}/act/switch-on/")
    job.refresh_from_db()
    assert job.enabled
    verbs = AuditEntry.objects.filter(verb__startswith="job_").order_by("pk")
    assert [row.verb for row in verbs] == ["job_started", "job_switched", "job_switched"]


@pytest.mark.django_db
def test_t6_background_work_is_for_administrators(cast: Cast, dead: Any) -> None:
    browser = console_of(cast.moderator)
    for page in (TASKS, JOBS, f"{TASKS}{dead.pk}/change/"):
        assert browser.get(page).status_code == 403
    assert browser.post(f"{TASKS}{dead.pk}/act/try-again/").status_code in {403, 404}
    browser.post(TASKS, {"action": "revive", "_selected_action": [str(dead.pk)]})
    dead.refresh_from_db()
    assert dead.status == TaskResultStatus.FAILED
    assert "Failed tasks" not in browser.get("/admin/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_limits_show_no_address(cast: Cast, admin: Client, settings: Any) -> None:
    settings.REDIS_URL = ""
    limits.take(GUESSES, "user:1 address:203.0.113.77")
    page = admin.get("/admin/lib/limitwindow/?q=guesses").content.decode()
    assert "guesses" in page
    assert "203.0.113.77" not in page
