"""Who the clients of a run speak for: people with personal tokens, made by the factory."""

from dataclasses import dataclass
from typing import Any

from accounts.models import ApiToken, User
from accounts.secrets import hash_secret, make_secret
from accounts.testing import UserFactory
from chat.actions.joining import join_room
from chat.actions.rooms import create_room
from posts.actions.publish import publish_post
from search.indexing import index_things


@dataclass(frozen=True)
class Person:
    pk: int
    username: str
    token: str
    wall: int
    """A post of theirs that stays, for others to like, share and comment"""


def make_people(number: int, prefix: str = "chaos") -> list[Person]:
    """Make people who do not follow whom they connect to, so that every edge has one cause."""
    return [_make_person(f"{prefix}{n}") for n in range(number)]


def _make_person(username: str) -> Person:
    user: Any = UserFactory(username=username, follow_on_connect=False)
    # The factory emits no effect, by which the index learns of people.
    index_things([user.pk])
    secret = make_secret(ApiToken.PREFIX)
    ApiToken.objects.create(
        user=user, name="chaos", scopes=["read", "write", "chat"], token_hash=hash_secret(secret)
    )
    wall = publish_post(actor=user, content=f"The wall of {username}.")
    return Person(user.pk, username, secret, wall.pk)


def make_room(people: list[Person], name: str = "Chaos") -> str:
    """Make a public room that all these people are in; returns its id."""
    users = User.objects.in_bulk([person.pk for person in people])
    owner, *others = (users[person.pk] for person in people)
    room = create_room(actor=owner, name=name)
    for user in others:
        join_room(actor=user, room=room)
    return str(room.pk)
