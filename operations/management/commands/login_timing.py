"""`manage.py login_timing`: measure whether the time of a refused sign-in tells that an account exists."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from secrets import token_hex
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.test import Client

from accounts.models import User
from operations.latency import HIGH, LOW, compare
from operations.progress import bar

LOGIN = "/api/auth/login"
ADDRESS = "192.0.2.1"
"""Of documentation (RFC 5737): no caller's budget is touched."""


class Command(BaseCommand):
    """Refuse sign-ins to an account made for the purpose and to none in turn, through the whole site in this process, and compare."""

    help = "Compare the latency of sign-ins to existing and to missing accounts (T11)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--samples", type=int, default=2000, help="of each kind")

    def handle(self, *args: Any, **options: Any) -> None:
        samples: int = options["samples"]
        if samples < 1:
            raise CommandError("Use at least one sample.")
        # In this process alone: the limits are part of what is timed, and must not refuse.
        settings.RATE_LIMIT_SCALE = samples * 10.0
        logging.getLogger("access").setLevel(logging.WARNING)
        missing = partial(refused_sign_in, f"timing_{token_hex(6)}")
        with bar() as progress, throwaway_account() as name:
            existing = partial(refused_sign_in, name)
            existing()
            missing()
            task = progress.add_task("Signing in", total=samples)
            found = compare(existing, missing, samples, partial(progress.advance, task))
        self.stdout.write(
            f"existing {found.first_ms:.1f} ms, missing {found.second_ms:.1f} ms (medians of {samples}); "
            f"Mann-Whitney AUC {found.auc:.3f}"
        )
        if not found.is_even:
            raise CommandError(f"The AUC lies outside {LOW} to {HIGH}: the two can be told apart.")


def refused_sign_in(name: str) -> None:
    """Sign in with a wrong password. Raises CommandError when the answer is another than 401."""
    client = Client(SERVER_NAME="localhost", REMOTE_ADDR=ADDRESS)
    body = {"identifier": name, "password": "not the password"}
    answer = client.post(LOGIN, body, content_type="application/json", secure=settings.HTTPS)
    if answer.status_code != 401:
        raise CommandError(f"A sign-in was answered {answer.status_code}, not 401.")


@contextmanager
def throwaway_account() -> Iterator[str]:
    """Make an account for the time of the measurement; by hand, because registering one sends mail."""
    name = f"timing_{token_hex(6)}"
    user = User.objects.create(
        username=name,
        email=f"{name}@example.invalid",
        display_name="Measurement",
        password=make_password(token_hex(16)),
        search_opt_out=True,
        leaderboard_opt_out=True,
    )
    try:
        yield name
    finally:
        user.delete()
