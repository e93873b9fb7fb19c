"""Random queries against the loaded site: `python -m bench.inside.search_fuzz [number]`. None may fail, none may take two seconds.

Prints, as JSON, how many were asked, the slowest with their processor time, and the middle of all times. What a server does once, at the first
search of a type, is done before.
"""

import json
import random
import statistics
import sys
import time
from urllib.parse import urlencode

from bench.inside.posts import DEMO, Caller  # first: it sets Django up

# isort: split
from django.conf import settings
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from posts.models import Post
from search.parsing import MAX_QUERY

NUMBER, MOST_S = 10_000, 2.0
TYPES = ("", "posts", "users", "hashtags", "comments")
PIECES = (
    "from:", "from:me", "to:me", "#", "has:image", "has:link", "before:2026-02-30", "after:2026-01-01", "before:2026-06-01",
    "min_likes:3", "-min_likes:2", "lang:en", "lang:pt-BR", "is:reply", "is:quote", '"', "-", "-the", "the", "a", "e", "o*", "NEAR",
    "AND", "OR", "NOT", "(", ")", "*", ":", "^", "'", "\\", "&", "|", "!", "<->", "%", "_", "日本", "กรุงเทพ", "🎉", "\u0301", "ﷺ",
)  # fmt: skip


def vocabulary() -> list[str]:
    """Return words that the posts hold, the most common among them."""
    texts = Post.objects.order_by("pk").values_list("content", flat=True)[:3000]
    words = sorted({word for text in texts for word in text.split()})
    random.Random(1).shuffle(words)
    return words[:1500]


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else NUMBER
    settings.RATE_LIMIT_SCALE = 1e9
    callers = [Caller(user) for user in DEMO.order_by("-following_count")[:20]]
    names = [f"from:{user.username}" for user in DEMO.order_by("pk")[:50]]
    piece = st.sampled_from([*PIECES, *vocabulary(), *names])
    anything = st.text(
        st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40
    )
    query = st.one_of(
        anything,
        st.lists(piece, min_size=1, max_size=12).map(" ".join),
        st.lists(st.one_of(piece, anything), max_size=12).map("".join),
    )
    took: list[tuple[float, float, str]] = []
    for wanted in TYPES:
        for caller in callers:
            caller.get(
                f"/api/search?{urlencode({'q': 'warm'} | ({'type': wanted} if wanted else {}))}"
            )

    @hypothesis_settings(
        max_examples=number, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(query, st.sampled_from(TYPES), st.sampled_from(callers))
    def ask(text: str, wanted: str, caller: Caller) -> None:
        asked = {"q": text[:MAX_QUERY]} | ({"type": wanted} if wanted else {})
        started, busy = time.perf_counter(), time.process_time()
        caller.get(f"/api/search?{urlencode(asked)}")
        spent = time.process_time() - busy
        took.append((time.perf_counter() - started, spent, f"{wanted} {text}"))

    ask()
    took.sort()
    times = [seconds for seconds, _, _ in took]
    print(
        json.dumps(
            {
                "queries": len(took),
                "median_ms": round(statistics.median(times) * 1000, 1),
                "p99_ms": round(times[int(len(times) * 0.99)] * 1000, 1),
                "most_cpu_s": round(max(spent for _, spent, _ in took), 3),
                "slowest": [(round(s, 3), round(cpu, 3), text) for s, cpu, text in took[-5:]],
            },
            ensure_ascii=False,
        )
    )
    if times[-1] > MOST_S:
        raise SystemExit("a query took too long")


if __name__ == "__main__":
    main()
