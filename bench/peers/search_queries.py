"""A search for posts by hand, for the peers: the site's index, its rules of who sees what, its ranking and its snippets."""

import re
import time
from collections.abc import Callable, Mapping
from typing import Any

from bench.peers.post_queries import SEEN

WINDOW, LENGTH, BEFORE = 500, 240, 60
EPOCH_MS, TIME_SHIFT = 1_735_689_600_000, 22
LISTED = (
    "p.hidden_by IS NULL AND p.visibility <> 'unlisted' AND p.post_type <> 'share' AND "
    "NOT EXISTS (SELECT 1 FROM accounts_mute WHERE muter_id = :viewer AND muted_id = p.author_id "
    "AND (until IS NULL OR until > strftime('%Y-%m-%d %H:%M:%f', 'now')))"
)
SEARCH = f"""
SELECT p.id, -bm25(search_index, 8.0, 4.0, 1.0, 0.0) AS relevance, p.engagement
FROM search_index JOIN posts_post p ON p.id = search_index.rowid JOIN accounts_user u ON u.id = p.author_id
WHERE search_index MATCH :match AND {SEEN} AND {LISTED}
ORDER BY search_index.rowid DESC LIMIT {WINDOW}
"""
COLUMNS = "{title tags body}"
NOTHING: dict[str, Any] = {
    "words": [], "phrases": [], "hashtags": [], "from": [], "to": [], "has": [], "is": [], "lang": [],
}  # fmt: skip

Row = Mapping[str, Any]


def words_of(q: str) -> list[str]:
    """Return the words of a query; operators are not known here."""
    return re.findall(r"[a-z0-9]+", q.lower())


def match_of(words: list[str]) -> str:
    """Return the words as FTS5 takes them, longer ones also as beginnings."""
    parts = []
    for word in words:
        more = f' OR {COLUMNS} : "{word}" *' if len(word) > 2 else ""
        parts.append(f'({COLUMNS} : "{word}"{more})')
    return " AND ".join(parts)


def ranked(rows: list[Row]) -> list[tuple[float, int]]:
    """Return (score, id), the best first."""
    now = time.time()
    found = []
    for row in rows:
        age = max(now - ((row["id"] >> TIME_SHIFT) + EPOCH_MS) / 1000, 0)
        recency = 0.25 + 0.75 / (1 + age / (30 * 86_400))
        popularity = 1 + row["engagement"] / (row["engagement"] + 20)
        found.append((round((1 + row["relevance"]) * recency * popularity, 6), row["id"]))
    found.sort(reverse=True)
    return found


def finder(words: list[str]) -> re.Pattern[str]:
    ways = (f"{word}[^\\W_]*" if len(word) > 2 else f"{word}(?![^\\W_])" for word in words)
    return re.compile(f"(?<![^\\W_])(?:{'|'.join(ways)})", re.IGNORECASE)


def snippet(text: str, pattern: re.Pattern[str]) -> dict[str, Any]:
    hits = [match.span() for match in pattern.finditer(text)]
    first, start, end = hits[0][0] if hits else 0, 0, len(text)
    if len(text) > LENGTH and first > BEFORE:
        space = text.find(" ", first - BEFORE, first)
        start = space + 1 if space >= 0 else first - BEFORE
    if len(text) - start > LENGTH:
        space = text.rfind(" ", start + LENGTH // 2, start + LENGTH)
        end = space if space >= 0 else start + LENGTH
    ranges = [[low - start, high - start] for low, high in hits if low >= start and high <= end]
    return {
        "text": text[start:end],
        "ranges": ranges[:50],
        "is_cut": start > 0 or end < len(text),
    }


def understood(q: str) -> dict[str, Any]:
    bounds = dict.fromkeys(("after", "before", "min_likes", "below_likes"))
    return NOTHING | bounds | {"words": q.split(), "without": NOTHING, "ignored": []}


def items(
    q: str, scores: list[tuple[float, int]], posts: Callable[[list[int]], list[dict[str, Any]]]
) -> list[dict[str, Any]]:
    """Return a page of found posts; `posts` reads some by their ids, in any order."""
    pattern = finder(words_of(q))
    by_id = {post["id"]: post for post in posts([pk for _, pk in scores])}
    return [
        by_id[str(pk)]
        | {"score": score, "snippet": snippet(by_id[str(pk)]["content"], pattern), "filtered": []}
        for score, pk in scores
        if str(pk) in by_id
    ]
