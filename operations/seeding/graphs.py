"""Graphs of friends: read from an edge list, or invented with the degrees of another."""

import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random

CARRIED = Path(__file__).parents[1] / "data" / "ego-facebook.txt.gz"
ROUNDS = 20
"""How often stubs that found no partner are shuffled again."""

Edge = tuple[int, int]


class BadGraphError(Exception):
    """A file is not an edge list; the sentence says where."""


@dataclass(frozen=True)
class Graph:
    """People 0 to `size` - 1 and their friendships, each pair once, the lower number first."""

    size: int
    edges: list[Edge]

    def degrees(self) -> list[int]:
        """Return how many friends each person has."""
        found = [0] * self.size
        for one, other in self.edges:
            found[one] += 1
            found[other] += 1
        return found


def read_graph(path: Path) -> Graph:
    """Read a file of one pair of names a line, plain or gzip; `#` begins a comment, loops and repeated pairs are left out.

    People are numbered as they first appear. Raises BadGraphError.
    """
    numbers: dict[str, int] = {}
    edges: dict[Edge, None] = {}
    for one, other in _pairs(path):
        if one != other:
            pair = (numbers.setdefault(name, len(numbers)) for name in (one, other))
            low, high = sorted(pair)
            edges[low, high] = None
    if not edges:
        raise BadGraphError(f"{path} holds no pair")
    return Graph(len(numbers), list(edges))


def _pairs(path: Path) -> Iterable[tuple[str, str]]:
    for number, line in enumerate(_lines(path), 1):
        words = line.partition("#")[0].split()
        if len(words) not in {0, 2}:
            raise BadGraphError(f"{path}, line {number}: two names are expected")
        if words:
            yield words[0], words[1]


def _lines(path: Path) -> Iterable[str]:
    try:
        with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
            yield from file
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise BadGraphError(f"{path} cannot be read ({error})") from error


def invent_graph(like: Graph, size: int, random: Random) -> Graph:
    """Return a graph of `size` people whose degrees follow those of another (configuration model).

    Each person draws a degree from the other's people, at most `size` - 1, and has so many stubs; stubs are shuffled and paired. Pairs
    that would be loops or repetitions go back and are shuffled again; the few that never fit are left out. Degrees are kept so, while
    circles of friends, who know each other in a real graph, are not.
    """
    real = like.degrees()
    degrees = [min(random.choice(real), size - 1) for _ in range(size)]
    stubs = [person for person, degree in enumerate(degrees) for _ in range(degree)]
    edges: dict[Edge, None] = {}
    for _ in range(ROUNDS):
        stubs = _pair_up(stubs, edges, random)
    return Graph(size, list(edges))


def _pair_up(stubs: list[int], edges: dict[Edge, None], random: Random) -> list[int]:
    """Add an edge for each pair of stubs that may have one, and return the stubs that are left."""
    random.shuffle(stubs)
    left = stubs[len(stubs) & ~1 :]
    for one, other in zip(stubs[::2], stubs[1::2], strict=False):
        pair = (min(one, other), max(one, other))
        if one == other or pair in edges:
            left += pair
        else:
            edges[pair] = None
    return left
