"""Letting many threads loose on the edges between people, and what must hold when they are done."""

import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from django.db import connection
from django.db.models import Q

from accounts.models import Block, Connection, Follow, FollowRequest
from socialsite.lib.errors import AppError
from socialsite.lib.invariants import violations

ROUNDS = int(os.environ.get("RACE_ROUNDS", "60"))
"""Rounds of each duel; a release takes 2000 (T8)."""

Act = Callable[[], Any]


def race(*sides: Iterable[Act]) -> list[str]:
    """Run each side on a thread of its own, all starting at once; returns what failed, other than by a refusal."""
    barrier = threading.Barrier(len(sides))
    with ThreadPoolExecutor(len(sides)) as pool:
        failures = list(pool.map(lambda acts: _run(barrier, acts), sides))
    return [failure for found in failures for failure in found]


def duel(*sides: Iterable[Act]) -> list[str]:
    """As `race`, but the first acts of all sides start together, then the second ones, and so on."""
    barrier = threading.Barrier(len(sides))
    return race(*([partial(_in_step, barrier, act) for act in acts] for acts in sides))


def _in_step(barrier: threading.Barrier, act: Act) -> None:
    barrier.wait(60)
    act()


def _run(barrier: threading.Barrier, acts: Iterable[Act]) -> list[str]:
    failures = []
    connection.ensure_connection()
    barrier.wait(60)
    for act in acts:
        try:
            act()
        except AppError as refusal:
            if refusal.status_code >= 500:
                failures.append(repr(refusal))
        except Exception as failure:
            failures.append(repr(failure))
    connection.close()
    return failures


def wrongs() -> list[str]:
    """Return all that must not be, whatever raced: drifted counters, and edges the policy forbids."""
    found = [f"{name}: {sentence}" for name, sentence in violations()]
    return found + [f"across a block: {row}" for row in across_blocks()] + doubled()


def across_blocks() -> list[str]:
    """Return the edges that lie across a block; said anew here, so that the site's own check is checked."""
    found: list[str] = []
    for one, other in Block.objects.values_list("blocker_id", "blocked_id"):
        pair = {one, other}
        follows = Follow.objects.filter(follower__in=pair, followed__in=pair)
        requests = FollowRequest.objects.filter(requester__in=pair, target__in=pair)
        live = Q(low=min(pair), high=max(pair)) & ~Q(status="declined")
        found += map(str, [*follows, *requests, *Connection.objects.filter(live)])
    return found


def doubled() -> list[str]:
    """Return edges that are there twice, and requests to follow somebody who is followed already."""
    follows = list(Follow.objects.values_list("follower_id", "followed_id"))
    live = list(Connection.objects.exclude(status="declined").values_list("low_id", "high_id"))
    requests = set(FollowRequest.objects.values_list("requester_id", "target_id"))
    twice = [edge for edges in (follows, live) for edge in set(edges) if edges.count(edge) > 1]
    return [f"twice: {edge}" for edge in twice] + [
        f"asked: {edge}" for edge in requests & set(follows)
    ]
