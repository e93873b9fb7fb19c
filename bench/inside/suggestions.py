"""Figures of suggestions, as JSON: `python -m bench.inside.suggestions`, in an empty DATA_DIR or DATABASE_URL, with DJANGO_SETTINGS_MODULE.

`recall` hides a tenth of the real friendships and asks everybody who lost one for ten people, beside networkx's Adamic-Adar; `pages`
times a page on the real graph, and on one of ten times as many people with the same degrees.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from random import Random
from typing import Any

from bench.inside.posts import Caller  # first: it sets Django up

# isort: split
from django.core.management import call_command
from django.db import connection

from accounts.models import User
from bench.recall import Split, oracle, recall, split
from network.models import WellKnown
from network.suggestions.candidates import find_suggestions
from network.suggestions.graphs import GRAPHS, Graph
from network.suggestions.well_known import rank_people
from operations.management.commands.seed_demo import erase_demo_people
from operations.seeding.graphs import CARRIED, read_graph
from operations.seeding.loading import Loader
from operations.seeding.society import found_society

CALLERS, TIMES = 60, 3
ASKED = int(os.environ.get("ASKED", "100000"))
UNTIL = datetime(2026, 6, 1, tzinfo=UTC)
OPEN = {"private_account": False, "hide_followers": False, "hide_following": False}
PATHS = {"follow": "/api/v1/follow/suggestions", "connect": "/api/connections/suggestions"}


def main(parts: list[str]) -> None:
    call_command("migrate", verbosity=0, interactive=False)
    found: dict[str, Any] = {"database": connection.vendor}
    if "recall" in parts:
        found["recall"] = measure_recall()
    if "pages" in parts:
        found["pages"] = {size or 4039: measure_pages(size) for size in (None, 40_390)}
    print(json.dumps(found))


def measure_recall() -> dict[str, Any]:
    """Return the share of hidden friends that come back, of each kind of suggestion."""
    parts = split(read_graph(CARRIED), Random(1))
    society = found_society(parts.kept, UNTIL, Random(1))
    society.admirers, society.follow_requests, society.asking = [], [], []
    erase_demo_people()
    loader = Loader(society, Random(1), "!demo", lambda n: None)
    loader.load()
    rank_people()
    hiding = {
        name: list(User.objects.filter(**{name: True}).values_list("pk", flat=True))
        for name in OPEN
    }
    asked = Random(2).sample(sorted(parts.hidden), min(ASKED, len(parts.hidden)))
    theirs, total = recall(parts, asked, oracle(parts.kept))
    found: dict[str, Any] = {"people": len(asked), "hidden": total, "networkx": theirs / total}
    User.objects.update(**OPEN)
    for name, graph in GRAPHS.items():
        found[f"{name}, everybody open"] = ours(graph, parts, asked, loader.ids)
    for name, ids in hiding.items():
        User.objects.filter(pk__in=ids).update(**{name: True})
    for name, graph in GRAPHS.items():
        found[f"{name}, with what people hide"] = ours(graph, parts, asked, loader.ids)
    return found


def ours(graph: Graph, parts: Split, asked: list[int], ids: list[int]) -> float:
    """Return the share of the hidden friends of some people that our suggestions find."""
    numbers = {pk: number for number, pk in enumerate(ids)}
    viewers = User.objects.in_bulk(ids)

    def suggest(person: int) -> list[int]:
        items, _ = find_suggestions(graph, viewers[ids[person]], {})
        return [numbers[item.pk] for item in items]

    found, total = recall(parts, asked, suggest)
    return found / total


def measure_pages(size: int | None) -> dict[str, Any]:
    """Return the CPU and the time of a page in milliseconds, made anew and kept, for the same people's numbers."""
    with open(os.devnull, "w") as nowhere:
        call_command("seed_demo", users=size, posts=0, force=True, stdout=nowhere, stderr=nowhere)
    rank_people()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    everybody = User.objects.filter(connection_count__gt=0).order_by("pk")
    drawn = Random(3).sample(list(everybody), CALLERS)
    found: dict[str, Any] = {"well known": WellKnown.objects.count()}
    for name, path in PATHS.items():
        calls = [Caller(user) for user in drawn]
        for caller in calls[:3]:
            caller.get(path)
        found[f"{name}, anew"] = timed([partial(c.get, f"{path}?refresh=1") for c in calls])
        found[f"{name}, kept"] = timed([partial(c.get, path) for c in calls])
    return found


def timed(calls: list[Callable[[], Any]]) -> dict[str, float]:
    """Return the median and the ninth decile over the callers, of the best of a few calls each."""
    spans = []
    for call in calls:
        best = []
        for _ in range(TIMES):
            cpu, wall = time.process_time(), time.perf_counter()
            call()
            best.append((time.perf_counter() - wall, time.process_time() - cpu))
        spans.append([1000 * min(column) for column in zip(*best, strict=True)])
    walls, cpus = zip(*spans, strict=True)
    return {
        "p50 ms": round(statistics.median(walls), 1),
        "p90 ms": round(statistics.quantiles(walls, n=10)[-1], 1),
        "p50 CPU ms": round(statistics.median(cpus), 1),
    }


if __name__ == "__main__":
    main(sys.argv[1:] or ["recall", "pages"])
