"""Who calls, on what, and with which secrets around: the frame of the access matrix's world."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from accounts.models import Session, User
from socialsite.lib.ids import Kind
from socialsite.lib.testing.client import ApiClient
from socialsite.lib.testing.matrix import Canaries, Row, fill, fill_body, passing
from tests.bodies import BODIES

CALLERS = {
    "stranger": User.Role.MEMBER,
    "blocked": User.Role.MEMBER,
    "blocker": User.Role.MEMBER,
    "follower": User.Role.MEMBER,
    "friend": User.Role.MEMBER,
    "named": User.Role.MEMBER,
    "moderator": User.Role.MODERATOR,
    "admin": User.Role.ADMIN,
    "analyst": User.Role.ANALYST,
    "suspended": User.Role.MEMBER,
}
"""`friend` is connected to the owners and follows nobody, `named` stands in texts of theirs and is a stranger otherwise."""
OWNERS = ("owner", "reader", "writer", "browser")
"""The person whose thing it is: by an access token, by personal tokens that may only read or also write, by a browser's cookie."""
STATES = ("public", "hidden", "private", "suspended", "deleted")
"""The states of people"""

KINDS = {
    "user": Kind.USER,
    "session": Kind.SESSION,
    "token": Kind.API_TOKEN,
    "action": Kind.MODERATION_ACTION,
    "connection": Kind.CONNECTION,
    "notification": Kind.NOTIFICATION,
    "group": Kind.NOTIFICATION,
    "post": Kind.POST,
    "quote": Kind.POST,
    "target": Kind.POST,
    "comment": Kind.COMMENT,
    "folder": Kind.BOOKMARK_FOLDER,
    "filter": Kind.FILTER,
    "list": Kind.AUDIENCE,
    "report": Kind.REPORT,
    "room": Kind.ROOM,
    "message": Kind.MESSAGE,
    "case": Kind.CASE,
}


def owners(*states: str) -> str:
    """Return the words for the owners of some states; of all people who are there, when none is named."""
    named = states or ("public", "hidden", "private")
    return " ".join(f"{word}:{state}" for state in named for word in OWNERS)


@dataclass
class World:
    """Everybody and everything, with the secrets that were planted in it."""

    canaries: Canaries = field(
        default_factory=lambda: Canaries(of_ids=frozenset({"moderator", "admin"}))
    )
    callers: dict[str, User] = field(default_factory=dict)
    subjects: dict[str, User] = field(default_factory=dict)
    clients: dict[str, ApiClient] = field(default_factory=dict)
    places: dict[str, dict[str, Any]] = field(default_factory=dict)
    """State -> variable of a path or body -> value, beside those of `public`"""

    def name_of(self, caller: str, state: str) -> str:
        """Return `owner:private` and so on for the owners, of whom there is one for each state of people.

        A state of a thing, as `post:of_private`, may name its owner.
        """
        if caller not in OWNERS:
            return caller
        person = state.rpartition(":of_")[2]
        return f"{caller}:{person if person in self.subjects else 'public'}"

    def put(self, state: str, **places: Any) -> None:
        """Say what stands at variables of a path or body in a state."""
        self.places.setdefault(state, {}).update(places)

    def places_of(self, state: str) -> dict[str, Any]:
        return self.places["public"] | self.places.get(state, {})

    def body_of(self, row: Row, places: dict[str, Any]) -> Any:
        """Return a body that the call of a row accepts; one of its own for a row that has one."""
        return fill_body(BODIES.get(str(row), BODIES.get(row.operation)), places)

    def call(self, caller: str, row: Row, *, slash: str = "", state: str = "") -> Any:
        """Make the call of a row as a caller, in a savepoint of its own; `state` puts another thing in the row's place."""
        places = self.places_of(state or row.state)
        client = self.clients[self.name_of(caller, row.state)]
        with passing(), same_cookies(client):
            if row.state.startswith("confirmed"):
                Session.objects.update(confirmed_at=timezone.now())
            body = self.body_of(row, places)
            return client.call(row.method, fill(row.path, places) + slash, body)


@contextmanager
def same_cookies(client: ApiClient) -> Iterator[None]:
    """Let no cookie of a call stay: what it signed in is taken back."""
    before = copy.deepcopy(client.cookies)
    yield
    client.cookies = before
