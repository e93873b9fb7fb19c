"""The sliding window itself, as pure functions; `redis_window.lua` says the same in Lua.

A window is cut into `SLOTS` slots. Calls in one slot are kept as one pair: the time of the newest, and how many. So a pair
leaves the window when its newest call does: the limit is never exceeded in any window, and a lone call counts for exactly
the window, a call with neighbours for at most a slot longer.
"""

import time
from dataclasses import dataclass

SLOTS = 60

Slots = list[tuple[int, int]]
"""(ms of the newest call, calls), oldest first"""


@dataclass(frozen=True)
class Rule:
    """A policy as it holds for one call."""

    limit: int
    window_ms: int


@dataclass(frozen=True)
class Verdict:
    """What a store answers: whether the cost fitted, what is used now, ms until it would fit, ms until all is free."""

    allowed: bool
    used: int
    wait_ms: int
    reset_ms: int


def now_ms() -> int:
    """Return whole milliseconds, so that Python, JSON and Lua agree on every comparison."""
    return time.time_ns() // 1_000_000


def live(slots: Slots, rule: Rule, now: int) -> Slots:
    """Return the pairs that still count.

    Pairs from further ahead than a window come from a clock that was set back; keeping them could lock people out for hours.
    """
    return [pair for pair in slots if abs(now - pair[0]) < rule.window_ms]


def charge(slots: Slots, rule: Rule, now: int, cost: int) -> tuple[Verdict, Slots]:
    """Take `cost` if it fits, look when it is 0, give back when it is negative; return the verdict and the pairs after that."""
    kept = live(slots, rule, now)
    used = sum(count for _, count in kept)
    if cost > 0 and used + cost > rule.limit:
        wait = _wait(kept, rule, now, used + cost)
        return Verdict(False, used, wait, _reset(kept, rule, now)), kept
    if cost > 0:
        kept = add(kept, rule, now, cost)
    elif cost < 0:
        kept = give_back(kept, -cost)
    used = sum(count for _, count in kept)
    return Verdict(True, used, 0, _reset(kept, rule, now)), kept


def add(slots: Slots, rule: Rule, now: int, cost: int) -> Slots:
    """Return the pairs with `cost` more at `now`.

    A clock that runs behind its neighbour's writes into the newest pair: late is safe, early would let one call too many through.
    """
    if slots and now * SLOTS // rule.window_ms <= slots[-1][0] * SLOTS // rule.window_ms:
        newest, count = slots[-1]
        return [*slots[:-1], (max(newest, now), count + cost)]
    return [*slots, (now, cost)]


def give_back(slots: Slots, cost: int) -> Slots:
    """Return the pairs with `cost` less.

    The oldest shrink first: that a refund frees the call of a neighbour too early would let one call too many through.
    """
    kept: Slots = []
    for newest, count in slots:
        freed = min(cost, count)
        cost -= freed
        if count > freed:
            kept.append((newest, count - freed))
    return kept


def _wait(slots: Slots, rule: Rule, now: int, wanted: int) -> int:
    """Return ms until enough pairs have left; a whole window when the cost alone is above the limit."""
    for newest, count in slots:
        wanted -= count
        if wanted <= rule.limit:
            return newest + rule.window_ms - now
    return rule.window_ms


def _reset(slots: Slots, rule: Rule, now: int) -> int:
    return slots[-1][0] + rule.window_ms - now if slots else 0
