"""Figures of the home feed without a server, as JSON: `python -m bench.inside.feed`. The cost of posting is measured last."""

import json
import statistics
import time
from collections.abc import Callable

from bench.inside.feed_seed import EXTREMES, VIEWERS  # first: it sets Django up
from bench.inside.posts import FOLLOWERS, Caller, cost_of_followers, ratio_of_pages, texts
from bench.inside.stack import statements

# isort: split
from django.conf import settings
from django.test.utils import override_settings

from accounts.models import User
from posts.feeds.kept import forget
from posts.models import Post

CHRONOLOGICAL, RANKED = "/api/feed?mode=chronological", "/api/feed?mode=ranked"
ROUNDS, CALLED = 8, 25


def main() -> None:
    people = list(User.objects.order_by("pk")[: VIEWERS + len(EXTREMES) + 2])
    callers, others = [Caller(user) for user in people[:VIEWERS]], people[VIEWERS:]
    extremes, authors = dict(zip(EXTREMES.values(), others[:-2], strict=True)), others[-2:]
    print(
        json.dumps(
            {
                "statements": {
                    number: statements(Caller(user).get, CHRONOLOGICAL)
                    for number, user in extremes.items()
                },
                "pages": ratio_of_pages(Caller(extremes[EXTREMES["many"]]), CHRONOLOGICAL),
                "ranked": ratio_of_ranked(people[0], callers[0]),
                "ranked_anew": ratio_of_ranked(people[0], callers[0], anew=True),
                "ranked_first": ratio_of_ranked(people[0], callers[0], first=True),
                "posts": Post.objects.count(),
                "p50_ms": p50(callers),
                "followed_author": cost_of_followers(texts(), authors),
                "followers": FOLLOWERS,
            }
        )
    )


def ratio_of_ranked(
    user: User, caller: Caller, *, anew: bool = False, first: bool = False
) -> float:
    """Return the CPU of a ranked page over that of a chronological one, taken by turns; the least counts.

    `anew` without an order that is there already, `first` with nothing in the cache, as after a deed of one's own.
    """

    def ranked() -> None:
        if first:
            forget(user.pk)
        caller.get(RANKED)

    forget(user.pk)
    with override_settings(FEED_ORDER_SECONDS=0 if anew else settings.FEED_ORDER_SECONDS):
        costs = [
            (cost_of(ranked), cost_of(lambda: caller.get(CHRONOLOGICAL))) for _ in range(ROUNDS)
        ]
    return min(found for found, _ in costs) / min(plain for _, plain in costs)


def cost_of(act: Callable[[], object]) -> float:
    """Return the CPU of some calls, the first one apart."""
    act()
    started = time.process_time()
    for _ in range(CALLED):
        act()
    return time.process_time() - started


def p50(callers: list[Caller]) -> float:
    """Return the median time of a first page, in ms; the least of some rounds, as others use the machine."""
    return min(statistics.median(time_of(caller) for caller in callers) for _ in range(ROUNDS))


def time_of(caller: Caller) -> float:
    started = time.perf_counter()
    caller.get(CHRONOLOGICAL)
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
