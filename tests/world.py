"""The people and things of the access matrix: one person in each state, and one caller for each way to stand to them."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from django.utils import timezone

from accounts.actions import api_tokens, blocks, connections, follows, sessions
from accounts.models import (
    ApiToken,
    Connection,
    FollowRequest,
    KnownDevice,
    SecondFactor,
    Session,
    User,
)
from accounts.testing import PASSWORD, UserFactory, token_client_of
from moderation.actions import suspend_user, undo_action
from notifications.actions import dismiss_notification
from notifications.models import Notification
from socialsite.lib.ids import Kind, mint
from socialsite.lib.testing.client import ApiClient
from socialsite.lib.testing.matrix import Canaries, Row, fill, fill_body, passing
from tests.bodies import BODIES

CALLERS = {
    "stranger": User.Role.MEMBER,
    "blocked": User.Role.MEMBER,
    "blocker": User.Role.MEMBER,
    "follower": User.Role.MEMBER,
    "friend": User.Role.MEMBER,
    "moderator": User.Role.MODERATOR,
    "admin": User.Role.ADMIN,
    "analyst": User.Role.ANALYST,
    "suspended": User.Role.MEMBER,
}
OWNERS = ("owner", "reader", "writer", "browser")
"""The person whose thing it is: by an access token, by personal tokens that may only read or also write, by a browser's cookie."""

KINDS = {
    "user": Kind.USER,
    "session": Kind.SESSION,
    "token": Kind.API_TOKEN,
    "action": Kind.MODERATION_ACTION,
    "connection": Kind.CONNECTION,
    "notification": Kind.NOTIFICATION,
}

EVERYBODY = "anonymous stranger follower friend moderator admin analyst owner reader writer browser"
PROFILE_READERS = {
    "public": EVERYBODY,
    "hidden": EVERYBODY,
    "private": "follower friend moderator admin owner:private reader:private writer:private browser:private",
    "suspended": "moderator admin",
    "deleted": "",
}
"""Who may read bio, location and headline of a person in each state."""


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
        """Return `owner:private` and so on for the owners, of whom there is one for each state."""
        if caller not in OWNERS:
            return caller
        return f"{caller}:{state if state in self.subjects else 'public'}"

    def places_of(self, state: str) -> dict[str, Any]:
        return self.places["public"] | self.places.get(state, {})

    def call(self, caller: str, row: Row, *, slash: str = "", state: str = "") -> Any:
        """Make the call of a row as a caller, in a savepoint of its own; `state` puts another thing in the row's place."""
        places = self.places_of(state or row.state)
        client = self.clients[self.name_of(caller, row.state)]
        with passing(), same_cookies(client):
            if row.state.startswith("confirmed"):
                Session.objects.update(confirmed_at=timezone.now())
            body = fill_body(BODIES.get(row.operation), places)
            return client.call(row.method, fill(row.path, places) + slash, body)


@contextmanager
def same_cookies(client: ApiClient) -> Iterator[None]:
    """Let no cookie of a call stay: what it signed in is taken back."""
    before = copy.deepcopy(client.cookies)
    yield
    client.cookies = before


def make_world() -> World:
    world = World()
    for name, role in CALLERS.items():
        world.callers[name] = person(world, f"the_{name}", name, role=role)
    for state in PROFILE_READERS:
        world.subjects[state] = make_subject(world, state)
    make_clients(world)
    make_places(world)
    make_states(world)
    return world


def person(world: World, username: str, reader: str, **fields: Any) -> User:
    """Make a person all of whose private columns are secrets that only `reader` may read."""
    plant = world.canaries.plant
    made: Any = UserFactory(
        username=username,
        password=PASSWORD,
        email=f"{plant(f'email of {username}', reader)}@example.org",
        pending_email=f"{plant(f'new email of {username}', reader)}@example.org",
        first_name=plant(f"first name of {username}", reader),
        last_name=plant(f"last name of {username}", reader),
        **fields,
    )
    return cast(User, made)


def make_subject(world: World, state: str) -> User:
    """Make the person of a state with every edge to the callers, while the state still allows it."""
    readers = PROFILE_READERS[state]
    readers += "".join(
        f" {word}:{other}"
        for word in OWNERS
        if word in readers.split()
        for other in PROFILE_READERS
    )
    shown = {
        name: world.canaries.plant(f"{name} of {state}", readers) for name in ("bio", "location")
    }
    # Whoever blocks a person finds their card in the list of blocks.
    card_readers = f"{readers} blocker" if "anonymous" in readers else readers
    shown["headline"] = world.canaries.plant(f"headline of {state}", card_readers)
    made = person(
        world,
        f"{state}_person",
        " ".join(f"{word}:{state}" for word in OWNERS),
        follow_on_connect=False,
        **shown,
    )
    callers = world.callers
    # Told before the block: the notification stays, and must not be seen.
    follows.follow_user(actor=callers["blocked"], target=made)
    follows.follow_user(actor=callers["follower"], target=made)
    follows.follow_user(actor=made, target=callers["follower"])
    message = world.canaries.plant(
        f"message of the connection with {state}",
        f"friend owner:{state} reader:{state} writer:{state} browser:{state}",
    )
    User.objects.filter(pk=callers["friend"].pk).update(follow_on_connect=False)
    asked = connections.request_connection(actor=callers["friend"], target=made, message=message)
    connections.accept_connection(actor=made, connection=asked)
    blocks.block_user(actor=made, target=callers["blocked"])
    blocks.block_user(actor=callers["blocker"], target=made)
    SecondFactor.objects.create(user=made, secret=world.canaries.plant(f"second factor of {state}"))
    KnownDevice.objects.create(user=made, fingerprint=world.canaries.plant(f"device of {state}"))
    return made


def make_states(world: World) -> None:
    """Put each person into the state it stands for, once everybody has signed in."""
    changes: dict[str, dict[str, Any]] = {
        "private": {"private_account": True},
        "hidden": {"hide_followers": True, "hide_following": True},
        "deleted": {"deleted_at": timezone.now()},
    }
    for state, change in changes.items():
        User.objects.filter(pk=world.subjects[state].pk).update(**change)
    suspended = User.objects.filter(pk=world.callers["suspended"].pk)
    suspended.update(suspended_by=mint(Kind.MODERATION_ACTION))


def make_clients(world: World) -> None:
    """Sign everybody in."""
    world.clients["anonymous"] = ApiClient()
    for name, user in world.callers.items():
        world.clients[name] = client(world, user, name)
    for state, user in world.subjects.items():
        agent_readers = " ".join(f"{word}:{state}" for word in OWNERS)
        world.clients[f"owner:{state}"] = client(world, user, agent_readers)
        world.clients[f"reader:{state}"] = token_client_of(user, ApiToken.Scope.READ)
        scopes = (ApiToken.Scope.READ, ApiToken.Scope.WRITE)
        world.clients[f"writer:{state}"] = token_client_of(user, *scopes)
        world.clients[f"browser:{state}"] = browser(user)


def client(world: World, user: User, readers: str) -> ApiClient:
    program = world.canaries.plant(f"program of {user.username}", readers)
    origin = sessions.Origin("192.0.2.7", program)
    return ApiClient(sessions.open_session(actor=user, origin=origin, is_first=True).access_token)


def browser(user: User) -> ApiClient:
    """Return a client that calls by its session cookie, with the CSRF token of its cookie."""
    made = sessions.open_session(actor=user, origin=sessions.Origin("192.0.2.8"), is_first=True)
    found = ApiClient(enforce_csrf_checks=True)
    token = found.read("/api/auth/csrf").json()["csrf_token"]
    found.defaults["HTTP_X_CSRFTOKEN"] = token
    found.cookies["session"] = made.cookie
    return found


def make_places(world: World) -> None:
    """Say what stands at each variable of a path in each state."""
    owner = world.subjects["public"]
    asker: Any = UserFactory(username="asker")
    FollowRequest.objects.create(requester=asker, target=owner)
    session = sessions.open_session(actor=owner, origin=sessions.Origin("192.0.2.9"), is_first=True)
    ended = sessions.open_session(actor=owner, origin=sessions.Origin("192.0.2.9"), is_first=True)
    sessions.end_session(actor=owner, session=ended.session)
    name = world.canaries.plant("name of a token", " ".join(f"{word}:public" for word in OWNERS))
    token, _ = api_tokens.create_api_token(actor=owner, name=name, scopes=["read"])
    revoked, _ = api_tokens.create_api_token(actor=owner, name="old", scopes=["read"])
    api_tokens.revoke_api_token(actor=owner, token=revoked)
    world.places = {
        state: {"user": user.pk, "username": user.username}
        for state, user in world.subjects.items()
    }
    signing_in: Any = UserFactory(username="signing_in", password=PASSWORD)
    banned: Any = UserFactory(username="banned")
    note = world.canaries.plant("note of a moderator", "moderator admin")
    live, undone = (
        suspend_user(actor=world.callers["admin"], user=user, note=note)
        for user in (world.subjects["suspended"], banned)
    )
    undo_action(actor=world.callers["admin"], action=undone)
    world.places["public"] |= {
        "session": session.session.pk,
        "token": token.pk,
        "person": signing_in.username,
        "follower": world.callers["follower"].pk,
        "action": live.pk,
    }
    world.places |= {
        "missing": {name: mint(kind) for name, kind in KINDS.items()} | {"username": "nobody_here"},
        "me": {"user": "me"},
        "asking": {"user": asker.pk},
        "ended": {"session": ended.session.pk},
        "revoked": {"token": revoked.pk},
        "undone": {"action": undone.pk},
        "around": {"user": world.callers["follower"].pk},
    }
    make_connections(world)
    make_notifications(world)


def make_connections(world: World) -> None:
    """Add a request that waits and one that was declined; their ids are secrets like their messages."""
    owner, friend, plant = world.subjects["public"], world.callers["friend"], world.canaries.plant
    owners = " ".join(f"{word}:public" for word in OWNERS)
    accepted = Connection.objects.between(owner.pk, friend.pk).accepted().get()
    world.places["accepted"] = {"connection": accepted.pk}
    for state, caller, readers in (
        ("pending", "follower", f"follower {owners}"),
        ("declined", "analyst", ""),
    ):
        message = plant(f"message of a {state} request", readers)
        asked = connections.request_connection(
            actor=world.callers[caller], target=owner, message=message
        )
        world.places[state] = {"connection": asked.pk}
        world.canaries.guard(asked.pk, f"a {state} request", readers)
    connections.decline_connection(actor=owner, connection=asked)
    hidden = Connection.objects.between(world.subjects["suspended"].pk, friend.pk).get()
    world.places["suspended"]["connection"] = hidden.pk


def make_notifications(world: World) -> None:
    """Find what the owner was told by a person they see, by one they blocked, and what they dismissed."""
    owner = world.subjects["public"]
    owners = " ".join(f"{word}:public" for word in OWNERS)
    follows.follow_user(actor=world.callers["admin"], target=owner)
    told = Notification.objects.filter(recipient=owner)
    rows = {
        "told": told.filter(actor=world.callers["follower"]).earliest("pk"),
        "unseen": told.filter(actor=world.callers["blocked"]).latest("pk"),
        "dismissed": told.get(actor=world.callers["admin"]),
    }
    dismiss_notification(actor=owner, notification=rows["dismissed"])
    for state, row in rows.items():
        world.places[state] = {"notification": row.pk}
        world.canaries.guard(row.pk, f"{state} notification", owners if state == "told" else "")
