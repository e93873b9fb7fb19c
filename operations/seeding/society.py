"""Who knows whom and since when: a graph of friends becomes a history of the site."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from operations.seeding.graphs import Edge, Graph

PAST = timedelta(days=730)
FIRST_DAY = datetime(2025, 1, 2, tzinfo=UTC)
"""Ids begin at the start of 2025; nothing can be older."""

ADMIRERS = 0.05
"""One-way follows of a friend's friend, as a share of the friendships; to a private account they are requests."""
ASKING = 0.01
"""Connection requests that wait for an answer, likewise."""
PRIVATE, HIDING = 0.08, 0.05
"""Shares of people with a private account, and with a hidden list."""
WELL_KNOWN = 200
"""Who has this many friends has neither."""
GROWTH = 1.5
"""The site grows: the number of people after a share s of its time is s to this power."""


@dataclass(frozen=True, slots=True)
class Bond:
    """One person's tie to another, and when it began."""

    at: datetime
    source: int
    target: int


@dataclass(frozen=True)
class Traits:
    """What of a person has to do with others."""

    joined: datetime
    last_active: datetime
    is_private: bool
    hides_followers: bool
    hides_following: bool


@dataclass
class Society:
    """A whole history, ready to be written down; lists of bonds are in order of time."""

    people: list[Traits]
    friendships: list[Bond]
    """Accepted connections, whose two people follow each other; `source` asked for it."""
    admirers: list[Bond] = field(default_factory=list)
    follow_requests: list[Bond] = field(default_factory=list)
    asking: list[Bond] = field(default_factory=list)

    def friend_counts(self) -> Counter[int]:
        return Counter(person for bond in self.friendships for person in (bond.source, bond.target))

    def admirer_counts(self) -> Counter[int]:
        return Counter(bond.target for bond in self.admirers)

    def admired_counts(self) -> Counter[int]:
        return Counter(bond.source for bond in self.admirers)


def found_society(graph: Graph, until: datetime, random: Random) -> Society:
    """Give every person and friendship of a graph its moment in the two years before `until`.

    People join in the order of their numbers, faster and faster; friends meet after both have joined.
    """
    start = max(until - PAST, FIRST_DAY)
    degrees = graph.degrees()
    people = [
        _draw_traits(random, start, until, (number + random.random()) / graph.size, degrees[number])
        for number in range(graph.size)
    ]
    friendships = _in_order(_bond(people, pair, until, random) for pair in graph.edges)
    society = Society(people, friendships)
    _add_strangers(society, graph, until, random)
    return society


def _draw_traits(
    random: Random, start: datetime, until: datetime, share: float, degree: int
) -> Traits:
    latest = until - timedelta(hours=1)
    joined = start + (latest - start) * share ** (1 / GROWTH)
    can_hide = degree < WELL_KNOWN
    return Traits(
        joined=joined,
        last_active=until - (until - joined) * random.random() ** 3,
        is_private=can_hide and random.random() < PRIVATE,
        hides_followers=can_hide and random.random() < HIDING,
        hides_following=can_hide and random.random() < HIDING,
    )


def _bond(people: list[Traits], pair: Edge, until: datetime, random: Random) -> Bond:
    """Return the tie of two people: soon after the later one joined, or at any time since."""
    source, target = pair if random.random() < 0.5 else pair[::-1]
    both_joined = max(people[source].joined, people[target].joined)
    return Bond(both_joined + (until - both_joined) * random.random() ** 2, source, target)


def _in_order(bonds: Iterable[Bond]) -> list[Bond]:
    return sorted(bonds, key=lambda bond: bond.at)


def _add_strangers(society: Society, graph: Graph, until: datetime, random: Random) -> None:
    """Add ties that are not mutual, each between two people who share a friend."""
    pairs = _pairs_with_a_friend_in_common(graph, random)
    admirers, asking = (round(len(graph.edges) * share) for share in (ADMIRERS, ASKING))
    for number, pair in zip(range(admirers + asking), pairs, strict=False):
        bond = _bond(society.people, pair, until, random)
        if number >= admirers:
            society.asking.append(bond)
        elif society.people[bond.target].is_private:
            society.follow_requests.append(bond)
        else:
            society.admirers.append(bond)
    for name in ("admirers", "follow_requests", "asking"):
        setattr(society, name, _in_order(getattr(society, name)))


def _pairs_with_a_friend_in_common(graph: Graph, random: Random) -> Iterator[Edge]:
    """Yield pairs who are not friends but have one in common, each once; ends when they become hard to find."""
    friends: list[list[int]] = [[] for _ in range(graph.size)]
    for one, other in graph.edges:
        friends[one].append(other)
        friends[other].append(one)
    known = set(graph.edges)
    for _ in range(len(graph.edges)):
        middle = friends[random.randrange(graph.size)]
        if len(middle) > 1:
            low, high = sorted(random.sample(middle, 2))
            if (low, high) not in known:
                known.add((low, high))
                yield low, high
