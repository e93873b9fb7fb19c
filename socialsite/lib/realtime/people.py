"""Who stands behind a socket: the ground knows no accounts, so the app that has them says it here."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from socialsite.lib.errors import NotSignedIn

Known = tuple[Any, Any]
"""(user, credential), as `request.user` and `request.auth` of a REST call"""


class People(Protocol):
    """What the sockets ask about people. All of it touches the database, so it runs on a thread."""

    def by_headers(self, headers: Mapping[bytes, bytes], *, browser: bool) -> Known | None:
        """Return who a handshake's `authorization` or, when `browser` (the Origin is allowed), its session cookie names; None without
        either. Raises NotSignedIn, and Forbidden for a token that may not open sockets."""

    def by_token(self, token: str) -> Known:
        """Return who an access token, a personal token or a ticket names; a ticket is used up. Raises as `by_headers`."""

    def renew(self, auth: Any) -> Known:
        """Return the person and credential again as they are now. Raises NotSignedIn when either has ended."""

    def ended(self, auths: Collection[Any]) -> set[int]:
        """Return the ids of those credentials that have ended, or whose person may not be here any more."""

    def unseen_by(self, viewer_ids: Collection[int]) -> Mapping[int, frozenset[int]]:
        """Return for each viewer the people they may not see, by a block of either side; viewers without any are left out."""

    def card(self, user: Any) -> Mapping[str, Any]:
        """Return the person as `hello` shows them."""


class Nobody:
    """Before an app has registered: nobody is known."""

    def by_headers(self, headers: Mapping[bytes, bytes], *, browser: bool) -> Known | None:
        return None

    def by_token(self, token: str) -> Known:
        raise NotSignedIn("authentication_failed", "The token is not valid.")

    def renew(self, auth: Any) -> Known:
        raise NotSignedIn("authentication_failed", "The sign-in has ended.")

    def ended(self, auths: Collection[Any]) -> set[int]:
        return {auth.pk for auth in auths}

    def unseen_by(self, viewer_ids: Collection[int]) -> Mapping[int, frozenset[int]]:
        return {}

    def card(self, user: Any) -> Mapping[str, Any]:
        return {}


_people: People = Nobody()


def register_people(found: People) -> None:
    """Say who knows people; called once, in that app's `ready()`."""
    global _people  # noqa: PLW0603 - one site, one set of people
    _people = found


def people() -> People:
    return _people


@dataclass(slots=True)
class Watchers:
    """Who is told about people at this process's sockets. The hub calls them on its loop: they must not wait, nor raise."""

    opened: list[Callable[[int], None]] = field(default_factory=list)
    """A person's first socket in this process was let in (their id)"""
    closed: list[Callable[[int], None]] = field(default_factory=list)
    """Their last one is gone"""
    stopped: list[Callable[[], None]] = field(default_factory=list)
    """The hub has ended; called off the loop, may wait for a second"""


watchers = Watchers()
