"""The schedule of the site as it is by default, and how a job that is late shows."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils.timezone import now

from accounts.testing import Cast, console_of
from socialsite.lib.models import PeriodicJob
from socialsite.lib.tasks import registry, sync_jobs
from socialsite.lib.tasks.schedule import fire_due

pytestmark = pytest.mark.django_db
MINUTE = 60
DEFAULTS = {
    "engagement.make_trends": f"every {15 * MINUTE} s",
    "notifications.send_digests": "0 * * * *",
    "lib.purge_limits": f"every {30 * MINUTE} s",
}
"""What the planner's document asks for, as far as there is work of that kind: trending, digests, and what is kept for a while"""
JOBS = "/admin/lib/periodicjob/"


def test_y91_the_default_schedule_is_the_documented_one() -> None:
    assert {name: str(registry.SCHEDULES[name]) for name in DEFAULTS} == DEFAULTS
    sync_jobs()
    rows = PeriodicJob.objects.filter(name__in=DEFAULTS, enabled=True)
    assert dict(rows.values_list("name", "schedule")) == DEFAULTS


def test_y89_what_is_kept_is_kept_as_long_as_was_asked_for() -> None:
    assert settings.TRENDING_SECONDS == 900
    assert settings.FEED_SIGNALS_SECONDS == settings.FEED_SUGGESTIONS_SECONDS == 300
    assert settings.FEED_SESSION_SECONDS == settings.SEARCH_SESSION_SECONDS == 900
    assert (settings.FEED_ORDER_SECONDS, settings.PEOPLE_SUGGESTIONS_SECONDS) == (60, 600)


def test_y91_a_late_job_shows_in_the_console(cast: Cast) -> None:
    sync_jobs()
    browser = console_of(cast.admin)
    assert "1\xa0hour" not in browser.get(JOBS).content.decode()
    job = PeriodicJob.objects.filter(name="engagement.make_trends")
    job.update(next_run_at=now() - timedelta(hours=1, minutes=1))
    assert "1\xa0hour" in browser.get(JOBS).content.decode()
    assert "Late jobs" in browser.get("/admin/").content.decode()
    job.update(enabled=False)
    assert "1\xa0hour" not in browser.get(JOBS).content.decode()


def test_y91_a_job_that_still_runs_is_not_begun_again() -> None:
    sync_jobs()
    job = PeriodicJob.objects.filter(name="engagement.make_trends")
    PeriodicJob.objects.exclude(pk__in=job).update(enabled=False)
    job.update(next_run_at=now())
    assert fire_due() == 1
    job.update(next_run_at=now())
    assert fire_due() == 0
