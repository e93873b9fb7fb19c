"""The floor: a bare WSGI function with the same SQL on a kept connection, and orjson. Nothing else, so nothing is cheaper."""

import hashlib
import os
import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import orjson

from bench.peers import feed_queries, notification_queries, post_queries, search_queries
from bench.peers.queries import FOLLOWERS, PROFILE, RECENT, SIGNED_IN

DATABASE = os.path.join(os.environ["DATA_DIR"], os.environ["PEERS_DATABASE"])
CARD = ("username", "display_name", "avatar_url", "headline", "is_verified", "private_account")
FIELDS = (
    *CARD, "bio", "location", "industry", "post_count", "follower_count", "following_count",
    "connection_count",
)  # fmt: skip
HIDDEN = {"bio", "location", "industry", "headline"}
kept = threading.local()


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    viewer = signed_in(environ.get("HTTP_AUTHORIZATION", "")[7:])
    parts = environ["PATH_INFO"].split("/")
    asked = parse_qs(environ.get("QUERY_STRING", ""))
    found = answer(viewer, parts[2:], asked) if viewer else None
    body = orjson.dumps(found)
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    start_response("404 Not Found" if found is None else "200 OK", headers)
    return [body]


def rows(sql: str, values: Any) -> list[Any]:
    if not hasattr(kept, "db"):
        kept.db = sqlite3.connect(DATABASE)
    return kept.db.execute(sql, values).fetchall()


def signed_in(secret: str) -> int | None:
    now = datetime.now(UTC).replace(tzinfo=None)
    since = str(now - timedelta(days=14)), str(now - timedelta(days=90))
    found = rows(SIGNED_IN, (hashlib.sha256(secret.encode()).hexdigest(), *since))
    return found[0][0] if found else None


def answer(viewer: int, parts: list[str], asked: dict[str, list[str]]) -> Any:
    own = {"empty": lambda _: {}, "feed": feed, "notifications": notifications}
    if len(parts) == 1 and parts[0] in own:
        return own[parts[0]](viewer)
    if parts == ["search"]:
        return search(viewer, asked["q"][0])
    if "posts" in parts:
        return posts(viewer, parts)
    person = int(parts[1])
    found = rows(PROFILE, {"person": person, "viewer": viewer})
    if not found:
        return None
    return followers(person, viewer) if parts[2:] else profile(found[0], viewer)


def posts(viewer: int, parts: list[str]) -> Any:
    """Answer `posts`, `posts/ID`, `posts/ID/comments` and `users/ID/posts`."""
    values = {"viewer": viewer, "before": 2**63 - 1, "limit": 21}
    if parts[2:] == ["comments"]:
        values["post"] = int(parts[1])
        is_there = rows(post_queries.POST, values)
        return comments(values) | {"previous": None} if is_there else None
    if parts[0] == "users":
        values["person"] = int(parts[1])
        found = named(post_queries.POSTS_OF, values) if rows(post_queries.PERSON, values) else None
        return None if found is None else page(found, whole(found[:20], values))
    if len(parts) == 1:
        found = named(post_queries.POSTS, values)
        return page(found, whole(found[:20], values))
    values["post"] = int(parts[1])
    found = whole(named(post_queries.POST, values), values)
    return found[0] | {"comments": comments(values)} if found else None


def feed(viewer: int) -> Any:
    values = {"viewer": viewer, "before": 2**63 - 1, "limit": 21}
    found = named(feed_queries.FEED, values, feed_queries.FEED_NAMES)
    by_id = inside(found[:20], values)
    items = [feed_queries.item(row, by_id, viewer, orjson.loads) for row in found[:20]]
    return page(found, items)


def notifications(viewer: int) -> Any:
    values = {"viewer": viewer, "before": 2**63 - 1, "limit": 21}
    names = notification_queries.NOTIFICATION_NAMES
    found = named(notification_queries.NOTIFICATIONS, values, names)
    made = [notification_queries.notification(row, orjson.loads) for row in found[:20]]
    return page(found, made)


def search(viewer: int, q: str) -> Any:
    values = {"viewer": viewer, "match": search_queries.match_of(search_queries.words_of(q))}
    names = ("id", "relevance", "engagement")
    scores = search_queries.ranked(named(search_queries.SEARCH, values, names))

    def read(ids: list[int]) -> list[Any]:
        return whole(named(post_queries.embedded_query(ids), values), values)

    after = "?limit=20" if len(scores) > 20 else None
    results = search_queries.items(q, scores[:20], read)
    understood = search_queries.understood(q)
    return {"next": after, "previous": None, "results": results, "query": understood}


def comments(values: Any) -> dict[str, Any]:
    found = named(post_queries.COMMENTS, values, post_queries.COMMENT_NAMES)
    first = [post_queries.comment(row, orjson.loads) for row in found[:20]]
    return {"next": f"?before={found[19]['id']}" if len(found) > 20 else None, "results": first}


def page(found: list[Any], results: list[Any]) -> dict[str, Any]:
    after = f"?before={found[19]['id']}" if len(found) > 20 else None
    return {"next": after, "previous": None, "results": results}


def named(sql: str, values: Any, names: tuple[str, ...] = post_queries.NAMES) -> list[Any]:
    return [dict(zip(names, row, strict=True)) for row in rows(sql, values)]


def whole(found: list[Any], values: Any) -> list[Any]:
    by_id = inside(found, values)
    return [post_queries.whole(row, by_id, orjson.loads) for row in found]


def inside(found: list[Any], values: Any) -> dict[int, Any]:
    """Return the posts that some quote or pass on, as far as the viewer may see them."""
    ids = post_queries.wanted(found)
    others = named(post_queries.embedded_query(ids), values) if ids else []
    return {row["id"]: row for row in others}


def profile(row: tuple[Any, ...], viewer: int) -> dict[str, Any]:
    person = flags({"id": str(row[0]), **dict(zip(FIELDS, row[1:14], strict=True))})
    person["created_at"] = moment(row[14])
    person["is_reduced"] = not row[17]
    if person["is_reduced"]:
        return {name: value for name, value in person.items() if name not in HIDDEN}
    shows_follows = person["following_count"] and not row[16]
    person["recent_activity"] = recent_activity(row[0], viewer) if shows_follows else []
    return person


def recent_activity(person: int, viewer: int) -> list[dict[str, Any]]:
    return [
        {
            "id": str(row[0]),
            "type": row[1],
            "object": {
                "id": str(row[3]), "type": "user", "username": row[4], "display_name": row[5],
            },
            "created_at": moment(row[2]),
        }
        for row in rows(RECENT, {"person": person, "viewer": viewer})
    ]  # fmt: skip


def moment(text: str) -> str:
    return datetime.fromisoformat(text).isoformat(timespec="milliseconds") + "Z"


def followers(person: int, viewer: int) -> dict[str, Any]:
    values = {"person": person, "viewer": viewer, "before": 2**63 - 1, "limit": 21}
    found = rows(FOLLOWERS, values)
    cards = [card(row) for row in found]
    after = f"?before={found[19][7]}" if len(found) > 20 else None
    return {"next": after, "previous": None, "results": cards[:20]}


def card(row: tuple[Any, ...]) -> dict[str, Any]:
    person = flags({"id": str(row[0]), **dict(zip(CARD, row[1:7], strict=True))})
    return {**person, "headline": ""} if person["private_account"] else person


def flags(person: dict[str, Any]) -> dict[str, Any]:
    person["is_verified"] = bool(person["is_verified"])
    person["private_account"] = bool(person["private_account"])
    return person
