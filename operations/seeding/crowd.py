"""Who is there at a moment of the past, who writes, and who reads it."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from operations.seeding.society import Society
from operations.seeding.tables import milliseconds

SKEW = 1.16
"""Exponent of Pareto's law of who writes how much: a fifth of the people write four fifths of the posts."""
AMONG_FRIENDS = 0.8
"""How much of what is done with an open post is done by friends of its author; what moves more people than these is read by the rest."""
MOMENT = 1000
"""Nobody does anything in the second in which they joined or met."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the society, as a row."""

    id: int
    username: str
    language: str


class Crowd:
    """The people of a society by their numbers, which are in the order in which they joined."""

    def __init__(self, society: Society, members: list[Member], random: Random) -> None:
        self.members, self.random = members, random
        self.joined = [milliseconds(traits.joined) + MOMENT for traits in society.people]
        self.is_private = [traits.is_private for traits in society.people]
        self.friends: list[list[int]] = [[] for _ in members]
        self.met: list[list[int]] = [[] for _ in members]
        for bond in society.friendships:
            at = milliseconds(bond.at) + MOMENT
            for one, other in ((bond.source, bond.target), (bond.target, bond.source)):
                self.friends[one].append(other)
                self.met[one].append(at)
        self.weights = list(accumulate(random.paretovariate(SKEW) for _ in members))

    def present(self, at: int) -> int:
        """Return how many people there are at a moment; their numbers are the lowest."""
        return bisect_right(self.joined, at)

    def author(self, at: int) -> int:
        """Return who writes at a moment; somebody must have joined."""
        last = self.present(at) - 1
        return bisect_right(self.weights, self.random.random() * self.weights[last], hi=last)

    def friends_of(self, person: int, at: int) -> int:
        """Return how many friends a person has at a moment; they stand first in `friends`."""
        return bisect_right(self.met[person], at)

    def readers(self, author: int, at: int, number: int, *, is_open: bool) -> Iterator[int]:
        """Yield at most `number` people who read what an author wrote, none twice: friends, and passers-by if it is open.

        A post that few can read is read by few: who is drawn again is left out.
        """
        dice, friends, present = self.random.random, self.friends[author], self.present(at)
        known = self.friends_of(author, at)
        among_friends = AMONG_FRIENDS if number < known else 1 - AMONG_FRIENDS
        seen = {author}
        for _ in range(number):
            if known and (not is_open or dice() < among_friends):
                reader = friends[int(dice() * known)]
            elif is_open:
                reader = int(dice() * present)
            else:
                return
            if reader not in seen:
                seen.add(reader)
                yield reader
