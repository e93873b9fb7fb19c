"""Reminders of bookmarks, forgetting who looked at what, and what trends."""

from django.conf import settings

from engagement.actions import bookmarks, views
from engagement.trending.making import make_all
from socialsite.lib.tasks import periodic


@periodic("engagement.send_reminders", every=60)
def send_reminders() -> None:
    """Remind people of the bookmarks that are due, each in a transaction of its own: one that fails does not repeat the others."""
    for bookmark in bookmarks.due_bookmarks().order_by("remind_at", "pk").iterator():
        bookmarks.remind_of_bookmark(bookmark=bookmark)


@periodic("engagement.purge_views", cron="41 3 * * *")
def purge_views() -> None:
    views.purge_views(days=settings.VIEW_RETENTION_DAYS)


@periodic("engagement.make_trends", every=settings.TRENDING_SECONDS)
def make_trends() -> None:
    make_all()
