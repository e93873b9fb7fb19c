"""People for tests: a factory, the cast, and clients that speak for them."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone
from factory.declarations import LazyAttribute, LazyFunction, Sequence
from factory.django import DjangoModelFactory, Password

from accounts.actions import blocks, connections, follows, sessions
from accounts.models import ApiToken, User
from accounts.secrets import hash_secret, make_secret
from socialsite.lib.testing.client import ApiClient
from socialsite.lib.testing.snapshots import Snapshot

PASSWORD = "correct horse battery"


class UserFactory(DjangoModelFactory[User]):
    """A person with a verified address and an unusable password (`UserFactory(password=…)` sets one)."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = Sequence(lambda n: f"person{n}")
    email = LazyAttribute(lambda o: f"{o.username}@example.org")
    display_name = LazyAttribute(lambda o: o.username.capitalize())
    email_verified_at = LazyFunction(timezone.now)
    password = Password(None)


def client_of(user: User) -> ApiClient:
    """Return a client that is signed in as a person."""
    # Read again: a sign-in holds on to the password that the row has now.
    actor = User.objects.get(pk=user.pk)
    origin = sessions.Origin("192.0.2.1", "tests")
    return ApiClient(sessions.open_session(actor=actor, origin=origin, is_first=True).access_token)


def token_client_of(user: User, *scopes: str) -> ApiClient:
    """Return a client that speaks with a personal token of these scopes."""
    secret = make_secret(ApiToken.PREFIX)
    ApiToken.objects.create(
        user=user, name="tests", scopes=list(scopes), token_hash=hash_secret(secret)
    )
    return ApiClient(secret)


def console_of(user: User) -> Client:
    """Return a browser that is signed in to the console as a person, by the form; their password becomes PASSWORD."""
    User.objects.filter(pk=user.pk).update(password=make_password(PASSWORD))
    browser = Client()
    browser.post("/admin/login/", {"identifier": user.username, "password": PASSWORD})
    return browser


@dataclass
class Cast:
    """The people of most tests: alice and bob follow each other, carol is connected to alice, charlie is a stranger,
    alice blocks mallory, and there is a moderator."""

    alice: User
    bob: User
    carol: User
    charlie: User
    mallory: User
    moderator: User
    admin: User
    clients: dict[int, ApiClient] = field(default_factory=dict)

    def client(self, user: User) -> ApiClient:
        """Return the person's client, signed in at the first call."""
        if user.pk not in self.clients:
            self.clients[user.pk] = client_of(user)
        return self.clients[user.pk]


def make_cast() -> Cast:
    """Put the cast with their edges into the database."""
    names = _MADE.restore()
    people = User.objects.in_bulk(names.values())
    return Cast(**{name: people[pk] for name, pk in names.items()})


def _make_by_actions() -> dict[str, int]:
    """Make the cast; returns the id of each."""
    names: dict[str, Any] = {
        name: UserFactory(username=name) for name in ("alice", "bob", "carol", "charlie", "mallory")
    }
    staff: dict[str, Any] = {
        "moderator": UserFactory(username="moderator1", role=User.Role.MODERATOR),
        "admin": UserFactory(username="admin1", role=User.Role.ADMIN),
    }
    cast = Cast(**names, **staff)
    follows.follow_user(actor=cast.alice, target=cast.bob)
    follows.follow_user(actor=cast.bob, target=cast.alice)
    asked = connections.request_connection(actor=cast.carol, target=cast.alice)
    connections.accept_connection(actor=cast.alice, connection=asked)
    blocks.block_user(actor=cast.alice, target=cast.mallory)
    return {name: user.pk for name, user in (names | staff).items()}


_MADE = Snapshot(_make_by_actions)
