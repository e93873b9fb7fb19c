"""Whether two kinds of call can be told apart by how long they take (T11, DECISIONS 27)."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

Call = Callable[[], object]
LOW, HIGH = 0.45, 0.55
"""The AUC between which nobody can tell the two apart"""


@dataclass(frozen=True)
class Comparison:
    """How two kinds of call compare; medians are in milliseconds."""

    auc: float
    first_ms: float
    second_ms: float

    @property
    def is_even(self) -> bool:
        return LOW <= self.auc <= HIGH


def compare(
    first: Call, second: Call, samples: int, on_pair: Callable[[], object] = lambda: None
) -> Comparison:
    """Time both calls `samples` times, side by side and in random order, so that the load of the machine meets both alike."""
    times: dict[Call, list[float]] = {first: [], second: []}
    for _ in range(samples):
        for call in random.sample((first, second), 2):
            times[call].append(_ms_of(call))
        on_pair()
    return Comparison(auc(times[first], times[second]), median(times[first]), median(times[second]))


def auc(first: Sequence[float], second: Sequence[float]) -> float:
    """Return the chance that a value of `second` is greater than one of `first`, where equal ones count half.

    That is U / (n1 n2) of Mann and Whitney (1947), from the sum of ranks: 0.5 when the two cannot be told apart, 0 or 1 when each
    call gives itself away.
    """
    ranks = _ranks([*first, *second])
    above = sum(ranks[len(first) :]) - len(second) * (len(second) + 1) / 2
    return above / (len(first) * len(second))


def _ranks(values: Sequence[float]) -> list[float]:
    """Return the rank of each value from 1 up; equal ones share the mean of theirs."""
    order = sorted(range(len(values)), key=lambda place: values[place])
    ranks = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for place in order[start:end]:
            ranks[place] = (start + 1 + end) / 2
        start = end
    return ranks


def _ms_of(call: Call) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000
