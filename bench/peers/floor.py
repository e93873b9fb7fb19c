"""The floor: a bare WSGI function with the same SQL on a kept connection, and orjson. Nothing else, so nothing is cheaper."""

import hashlib
import os
import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

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
    found = answer(viewer, parts[2:]) if viewer else None
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


def answer(viewer: int, parts: list[str]) -> Any:
    if parts == ["empty"]:
        return {}
    person = int(parts[1])
    found = rows(PROFILE, {"person": person, "viewer": viewer})
    if not found:
        return None
    return followers(person, viewer) if parts[2:] else profile(found[0], viewer)


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
