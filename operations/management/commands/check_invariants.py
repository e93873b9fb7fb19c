"""`manage.py check_invariants`: prove that what must always hold does."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from operations.progress import track
from socialsite.lib import invariants


class Command(BaseCommand):
    """Print one line for each thing that is wrong; exit with 1 when there is any."""

    help = "Check counters and every app's invariants; exit 1 and print what does not hold."

    def handle(self, *args: Any, **options: Any) -> None:
        wrong, checks = 0, invariants.named()
        for name in track(list(checks), "Invariants"):
            for sentence in checks[name]():
                wrong += 1
                self.stdout.write(f"{name}: {sentence}")
        if wrong:
            raise CommandError(f"{wrong} violations of {len(checks)} invariants.")
        self.stdout.write(f"{len(checks)} invariants hold.")
