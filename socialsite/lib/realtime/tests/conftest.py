"""A small site of its own for the sockets: three people, one kind of stream, one kind of topic, and a few commands."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from rest_framework import serializers

from socialsite.lib import ids
from socialsite.lib.api.serializers import Answer, Body, IdField
from socialsite.lib.errors import Forbidden, NotFound, NotSignedIn
from socialsite.lib.models import StreamEvent
from socialsite.lib.realtime import commands, people, signals, streams, topics
from socialsite.lib.realtime.people import Known

ROOM = ids.Kind.AUDIENCE
"""What stands for rooms here: a kind no other app has streams of"""


@dataclass(frozen=True)
class Person:
    pk: int
    name: str
    is_authenticated: bool = True


@dataclass(frozen=True)
class Credential:
    pk: int
    name: str
    scopes: tuple[str, ...] | None = None


@dataclass
class Crowd:
    """People who need no tables: a token is a name."""

    known: dict[str, Known] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    hidden: dict[int, frozenset[int]] = field(default_factory=dict)
    tickets: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, *, session: str = "", scopes: tuple[str, ...] | None = None) -> Person:
        """Sign a person in, once more under another session."""
        same = (user for user, _ in self.known.values() if user.name == name)
        user = next(same, None) or Person(ids.mint(ids.Kind.USER), name)
        auth = Credential(ids.mint(ids.Kind.SESSION), session or name, scopes)
        self.known[session or name] = (user, auth)
        return user

    def __getitem__(self, name: str) -> Person:
        user: Person = self.known[name][0]
        return user

    def session(self, name: str) -> int:
        return int(self.known[name][1].pk)

    def by_headers(self, headers: Mapping[bytes, bytes], *, browser: bool) -> Known | None:
        if b"authorization" in headers:
            return self.by_token(headers[b"authorization"].decode().removeprefix("Bearer "))
        name = headers.get(b"cookie", b"").decode().removeprefix("session=")
        return self.known.get(name) if browser else None

    def by_token(self, token: str) -> Known:
        name = self.tickets.pop(token, token)
        if name not in self.known or self.known[name][1].pk in self.gone:
            raise NotSignedIn("authentication_failed", "The token is not valid.")
        return self.known[name]

    def renew(self, auth: Any) -> Known:
        return self.by_token(auth.name)

    def ended(self, auths: Collection[Any]) -> set[int]:
        return {auth.pk for auth in auths} & self.gone

    def unseen_by(self, viewer_ids: Collection[int]) -> Mapping[int, frozenset[int]]:
        return {pk: self.hidden[pk] for pk in viewer_ids if pk in self.hidden}

    def card(self, user: Any) -> Mapping[str, Any]:
        return {"id": str(user.pk), "username": user.name}

    def hide(self, one: str, other: str) -> None:
        """Let neither see the other, as a block does."""
        a, b = self[one].pk, self[other].pk
        for viewer, hidden in ((a, b), (b, a)):
            self.hidden[viewer] = self.hidden.get(viewer, frozenset()) | {hidden}
            signals.order("relations_changed", viewer)

    def end(self, name: str, *, quietly: bool = False) -> None:
        """End a sign-in; quietly: the order is lost on its way."""
        self.gone.add(self.session(name))
        if not quietly:
            signals.order("session_ended", self.session(name))


class SaidAnswer(Answer):
    text = serializers.CharField()


class RoomBody(Body):
    room_id = IdField()


class SayBody(RoomBody):
    text = serializers.CharField(max_length=60_000)


class Rooms:
    """Who is in which room."""

    def __init__(self) -> None:
        self.members: dict[int, set[int]] = {}
        self.public: set[str] = {"open"}
        self.shut: set[int] = set()

    def new(self, *people: Person) -> int:
        room_id = ids.mint(ROOM)
        self.members[room_id] = {person.pk for person in people}
        return room_id

    def check(self, viewer: Any, key: str) -> str:
        if not key.isdigit() or viewer.pk not in self.members.get(int(key), ()):
            raise NotFound
        return key

    def check_board(self, viewer: Any, key: str) -> str:
        if key.lower() not in self.public or viewer.pk in self.shut:
            raise Forbidden("permission_denied", "Not for you.")
        return key.lower()

    def join(self, caller: commands.Caller, data: dict[str, Any]) -> dict[str, Any]:
        self.check(caller.user, str(data["room_id"]))
        last = streams.last_numbers([data["room_id"]])[data["room_id"]]
        caller.line.listen_from(data["room_id"], last)
        return {"last_seq": last}

    def say(self, caller: commands.Caller, data: dict[str, Any]) -> dict[str, Any]:
        self.check(caller.user, str(data["room_id"]))
        return {"seq": say(data["room_id"], caller.user, data["text"])}

    def type(self, caller: commands.Caller, data: dict[str, Any]) -> None:
        topic = streams.topic_of(data["room_id"])
        if not caller.line.hears(topic):
            raise Forbidden("permission_denied", "Not in the room.")
        said = {"user_id": str(caller.user.pk)}
        signals.tell(
            signals.News(
                topic, "t_typing", said, caller.user.pk, str(caller.user.pk), but=caller.user.pk
            )
        )

    def leaving(self, event: StreamEvent) -> dict[int, str]:
        if event.name != "t_left":
            return {}
        return {int(event.data["user_id"]): event.data["reason"]}

    def put_out(self, room_id: int, person: Person, reason: str) -> int:
        """Let a person leave (reason "") or remove them."""
        self.members[room_id].discard(person.pk)
        with transaction.atomic():
            return streams.append(
                room_id, "t_left", data={"user_id": str(person.pk), "reason": reason}
            )


def say(room_id: int, person: Person, text: str) -> int:
    """Store an event of a person's; return its number."""
    with transaction.atomic():
        return streams.append(room_id, "t_said", person_id=person.pk, data={"text": text})


@pytest.fixture
def rooms(monkeypatch: pytest.MonkeyPatch) -> Rooms:
    """The kinds of event, the topics and the commands of the small site."""
    found = Rooms()
    for name in ("t_said", "t_left"):
        monkeypatch.setitem(streams.EVENTS, name, streams.EventType(name, SaidAnswer))
    prefix = ROOM.name.lower()
    monkeypatch.setitem(topics.TOPICS, prefix, topics.Topic(prefix, found.check, int))
    monkeypatch.setitem(topics.TOPICS, "board", topics.Topic("board", found.check_board))
    monkeypatch.setitem(topics.DEPARTURES, prefix, found.leaving)
    for made in (
        commands.Command("t_join", found.join, RoomBody, None, "chat", None, False, ""),
        commands.Command("t_say", found.say, SayBody, None, "chat", None, False, ""),
        commands.Command("t_typing", found.type, RoomBody, None, "chat", None, True, ""),
    ):
        monkeypatch.setitem(commands.COMMANDS, made.name, made)
    return found


@pytest.fixture
def crowd(monkeypatch: pytest.MonkeyPatch) -> Crowd:
    """ann, ben and cyd, who sign in by their names."""
    found = Crowd()
    for name in ("ann", "ben", "cyd"):
        found.add(name)
    monkeypatch.setattr(people, "_people", found)
    for moment in ("opened", "closed", "stopped"):
        monkeypatch.setattr(people.watchers, moment, [])
    return found
