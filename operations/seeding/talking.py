"""What the people of a society say to each other in rooms, as rows: open rooms, and conversations of friends.

As with posts (DECISIONS 8) nobody is notified and no effect is emitted. Each room has its stream: everybody who joined and every message
and reaction is an event of it, numbered without a gap.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from django.db import transaction

from chat.models import Membership, Message, MessageMention, MessageReaction, Room
from chat.names import fold_name, slug_of
from operations.seeding.crowd import Crowd, Member
from operations.seeding.publishing import StreamMinter, TakenIds
from operations.seeding.tables import Table, stored_time
from operations.seeding.wording import EMOJI, Wording
from socialsite.lib.ids import Kind
from socialsite.lib.models import Stream, StreamEvent

IN_OPEN_ROOMS = 0.4
"""How much of what is said is said in open rooms, the rest between two"""
PEOPLE_FOR_A_ROOM, IN_A_ROOM, IN_A_CONVERSATION = 150, 60, 8
"""One open room for so many people; how many join one; how many messages a conversation has, on average"""
ANSWERS, NAMED, REACTED, CAUGHT_UP = 0.15, 0.15, 0.2, 0.6
PAUSE_MS = 20 * 60 * 1000
MEMBER, OWNER = Membership.Role.MEMBER.value, Membership.Role.OWNER.value


@dataclass
class Talk:
    """A room that is being filled: who is in it, and where its stream stands."""

    pk: int
    at: int
    people: list[int] = field(default_factory=list)
    seq: int = 0
    said: list[tuple[int, int]] = field(default_factory=list)
    """(id, number) of its messages"""
    arrived: dict[int, int] = field(default_factory=dict)
    """The numbers with which people came, by person"""


class Talker:
    """Writes the rooms of one crowd; the same random source gives the same rows with the same ids."""

    def __init__(
        self, crowd: Crowd, random: Random, until: int, advance: Callable[[int], Any]
    ) -> None:
        self.crowd, self.random, self.until, self.advance = crowd, random, until, advance
        self.wording = Wording(random)
        self.minter = StreamMinter(lambda: 0, taken=TakenIds(Room, Membership, Message))
        self.slugs = set(Room.objects.exclude(slug="").values_list("slug", flat=True))
        self.rooms = Table(
            Room, "id", "kind", "name", "folded", "slug", "description", "guests_allowed", "created_by_id", "owner_id",
            "low_id", "high_id", "member_count", "created_at",
        )  # fmt: skip
        self.seats = Table(
            Membership, "id", "room_id", "user_id", "role", "state", "joined_at", "joined_seq", "read_seq",
            "delivered_seq",
        )  # fmt: skip
        self.messages = Table(
            Message, "id", "room_id", "seq", "sender_id", "sender_name", "content", "reply_to_id", "reply_seq",
            "mentions", "reaction_counts", "created_at",
        )  # fmt: skip
        self.mentions = Table(MessageMention, "message_id", "user_id", "room_id", "seq")
        self.reactions = Table(MessageReaction, "message_id", "user_id", "emoji", "created_at")
        self.streams = Table(Stream, "id", "last_seq", "oldest_seq")
        self.events = Table(
            StreamEvent, "stream_id", "seq", "name", "person_id", "subject_id", "data", "at"
        )
        self.number = 0

    @transaction.atomic
    def talk(self, number: int) -> None:
        """Write about so many messages with their rooms, or nothing."""
        size = len(self.crowd.members)
        if number and size >= 2:
            in_rooms = int(number * IN_OPEN_ROOMS)
            rooms = max(1, size // PEOPLE_FOR_A_ROOM)
            for place in range(rooms):
                self._open_room(place, in_rooms // rooms)
            for one, other in self._pairs((number - in_rooms) // IN_A_CONVERSATION):
                self._converse(one, other)
        for table in (
            self.rooms, self.streams, self.seats, self.messages, self.mentions, self.reactions, self.events,
        ):  # fmt: skip
            table.close()

    def _pairs(self, number: int) -> Iterator[tuple[int, int]]:
        """Yield friends who write to each other, no pair twice."""
        seen: set[tuple[int, int]] = set()
        for _ in range(number):
            one = int(self.random.random() * len(self.crowd.members))
            friends = self.crowd.friends[one]
            if not friends:
                continue
            other = friends[int(self.random.random() * len(friends))]
            pair = (min(one, other), max(one, other))
            if pair not in seen:
                seen.add(pair)
                yield pair

    def _open_room(self, place: int, number: int) -> None:
        """Open a public room, let people join it, and let them talk."""
        size = len(self.crowd.members)
        people = sorted(self.random.sample(range(size), min(size, IN_A_ROOM)))
        talk = self._begin(self.crowd.joined[people[-1]], people)
        self._write_room(talk, "public", self._name(place), people[0])
        for count, person in enumerate(people, 1):
            by = self._member(person).id
            self._event(talk, talk.pk, "user_joined", by, by, data={"member_count": count})
            talk.arrived[person] = talk.seq
        self._chat(talk, number)
        self._seat(talk, people[0])

    def _converse(self, one: int, other: int) -> None:
        """Let two friends write to each other since they met."""
        met = dict(zip(self.crowd.friends[one], self.crowd.met[one], strict=True))
        talk = self._begin(met[other], [one, other])
        self._write_room(talk, "direct", "", one)
        self._chat(talk, 1 + int(self.random.expovariate(1 / IN_A_CONVERSATION)))
        self._seat(talk, None)

    def _begin(self, at: int, people: list[int]) -> Talk:
        at += int(self.random.random() * max(self.until - at, 1) * 0.5)
        return Talk(self.minter.mint_at(Kind.ROOM, at), at, people)

    def _name(self, place: int) -> str:
        """Return a name that no public room has."""
        tag = self.wording.tags[place % len(self.wording.tags)].capitalize()
        number, name = 1, tag
        while slug_of(name) in self.slugs:
            number += 1
            name = f"{tag} {number}"
        self.slugs.add(slug_of(name))
        return name

    def _write_room(self, talk: Talk, kind: str, name: str, owner: int) -> None:
        ids = [self._member(person).id for person in talk.people]
        is_direct = kind == "direct"
        low, high = sorted(ids) if is_direct else (None, None)
        first = self._member(owner).id
        self.rooms.add(
            talk.pk, kind, name, fold_name(name), slug_of(name) if name else "", "", not is_direct, first,
            None if is_direct else first, low, high, len(ids), stored_time(talk.pk),
        )  # fmt: skip

    def _chat(self, talk: Talk, number: int) -> None:
        """Let the people of a room say so many things, one after the other."""
        dice, at = self.random.random, talk.at
        for _ in range(number):
            at += 1 + int(self.random.expovariate(1 / PAUSE_MS))
            if at >= self.until:
                return
            self._say(talk, talk.people[int(dice() * len(talk.people))], at)

    def _say(self, talk: Talk, person: int, at: int) -> None:
        dice, sender = self.random.random, self._member(person)
        pk = self.minter.mint_at(Kind.MESSAGE, at)
        others = [one for one in talk.people if one != person]
        other = self._member(others[int(dice() * len(others))])
        named = [other] if len(talk.people) > 2 and dice() < NAMED else []
        answered = talk.said[-1] if talk.said and dice() < ANSWERS else (None, None)
        text = self.wording.comment(self.wording.language(sender.language), named)
        seq = self._event(talk, pk, "message", sender.id, pk)
        counts = self._react(talk, pk, seq, other) if dice() < REACTED else []
        self.messages.add(
            pk, talk.pk, seq, sender.id, sender.username, text, *answered,
            json.dumps([{"id": str(m.id), "username": m.username} for m in named]), json.dumps(counts), stored_time(pk),
        )  # fmt: skip
        for member in named:
            self.mentions.add(pk, member.id, talk.pk, seq)
        talk.said.append((pk, seq))
        self.number += 1
        self.advance(1)

    def _react(self, talk: Talk, message: int, seq: int, by: Member) -> list[dict[str, Any]]:
        emoji = EMOJI[int(self.random.random() * len(EMOJI))]
        self.reactions.add(message, by.id, emoji, stored_time(message))
        said = {
            "room_id": str(talk.pk), "message_id": str(message), "seq_of_message": seq, "emoji": emoji, "added": True,
            "user_id": str(by.id), "count": 1,
        }  # fmt: skip
        self._event(talk, message, "reaction", by.id, message, data=said)
        return [{"emoji": emoji, "count": 1}]

    def _event(
        self,
        talk: Talk,
        moment_of: int,
        name: str,
        person: int,
        subject: int,
        *,
        data: dict[str, Any] | None = None,
    ) -> int:
        """Add an event to a room's stream, of the moment of an id, and return its number."""
        talk.seq += 1
        moment, said = stored_time(moment_of), json.dumps(data or {})
        self.events.add(talk.pk, talk.seq, name, person, subject, said, moment)
        return talk.seq

    def _seat(self, talk: Talk, owner: int | None) -> None:
        """Write who is in a room and how far they have read, and where its stream ends."""
        for person in talk.people:
            came = talk.arrived.get(person, 0)
            read = talk.seq if self.random.random() < CAUGHT_UP else came
            pk = self.minter.mint_at(Kind.MEMBERSHIP, talk.at)
            self.seats.add(
                pk, talk.pk, self._member(person).id, OWNER if person == owner else MEMBER, "joined", stored_time(pk),
                came, read, talk.seq,
            )  # fmt: skip
        self.streams.add(talk.pk, talk.seq, 1)

    def _member(self, person: int) -> Member:
        return self.crowd.members[person]
