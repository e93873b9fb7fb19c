"""Letting people come and go, as the book of a process does."""

from django.utils import timezone

from accounts.actions import presence
from accounts.models import User

GRACE_S = 0.6
"""How long people stay who have left, where a test is in a hurry"""


def arrive(*people: User, host: str = "here") -> set[int]:
    return presence.arrive(host=host, user_ids=[one.pk for one in people])


def leave(*people: User, host: str = "here") -> set[int]:
    now = timezone.now()
    return presence.leave(host=host, closed={one.pk: now for one in people})
