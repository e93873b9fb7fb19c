"""Parts of a profile and of the own account that the apps above add."""

from collections.abc import Callable
from typing import Any

from accounts.models import User

Section = Callable[[User, Any], Any]

PROFILE_SECTIONS: dict[str, Section] = {}
"""Parts of a profile that apps above add: name -> (person, viewer) -> what the viewer may see of it."""

ACCOUNT_SECTIONS: dict[str, Callable[[User], Any]] = {}
"""Parts of `GET /api/auth/user` and of the answer of a sign-in: name -> (person) -> figures."""


def sections_of(user: User) -> dict[str, Any]:
    """Return the parts of their own account that the apps above add for a person."""
    return {name: section(user) for name, section in ACCOUNT_SECTIONS.items()}
