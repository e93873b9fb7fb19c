"""`manage.py purge_views`: forget who looked at what."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from engagement.actions.views import purge_views


class Command(BaseCommand):
    """Forget who looked at what longer ago than VIEW_RETENTION_DAYS, as the site does each night; the counts stay."""

    help = "Delete the rows of old views; the counts stay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--days", type=int, default=settings.VIEW_RETENTION_DAYS, help="how many are kept"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        gone = purge_views(days=max(0, options["days"]))
        self.stdout.write(f"{gone} views were forgotten.")
