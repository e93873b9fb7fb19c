"""How well suggestions guess: hide a tenth of the real friendships, and count how many of them come back."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from random import Random

import networkx

from operations.seeding.graphs import Edge, Graph

SHOWN = 10
HIDDEN_SHARE = 0.1


@dataclass(frozen=True)
class Split:
    """A graph without some of its friendships, and those, by person."""

    kept: Graph
    hidden: Mapping[int, set[int]]


def split(graph: Graph, random: Random) -> Split:
    """Hide a tenth of the friendships of a graph."""
    edges = list(graph.edges)
    random.shuffle(edges)
    number = round(len(edges) * HIDDEN_SHARE)
    hidden: dict[int, set[int]] = defaultdict(set)
    for one, other in edges[:number]:
        hidden[one].add(other)
        hidden[other].add(one)
    return Split(Graph(graph.size, sorted(edges[number:])), hidden)


def recall(
    split: Split, people: Iterable[int], suggest: Callable[[int], list[int]]
) -> tuple[int, int]:
    """Return how many of some people's hidden friends are among ten suggestions each, and how many there are."""
    found = total = 0
    for person in people:
        found += len(split.hidden[person] & set(suggest(person)[:SHOWN]))
        total += len(split.hidden[person])
    return found, total


def oracle(kept: Graph) -> Callable[[int], list[int]]:
    """Return what suggests by networkx's Adamic-Adar index over the friendships that are left."""
    graph: networkx.Graph[int] = networkx.Graph()
    graph.add_nodes_from(range(kept.size))
    graph.add_edges_from(kept.edges)

    def suggest(person: int) -> list[int]:
        known = {person, *graph[person]}
        near = {far for friend in graph[person] for far in graph[friend]} - known
        scored = networkx.adamic_adar_index(graph, [(person, far) for far in near])
        best = sorted(scored, key=lambda row: (-row[2], row[1]))
        return [far for _, far, _ in best[:SHOWN]]

    return suggest


def first_people(graph: Graph, size: int) -> Graph:
    """Return the part of a graph that its first people make."""
    edges: list[Edge] = [pair for pair in graph.edges if max(pair) < size]
    return Graph(size, edges)
