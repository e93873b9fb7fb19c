"""The source documents' way, well written: one Flask file, raw sqlite3, a connection for each request.

It knows sign-in, visibility, private accounts, errors as JSON and CORS. It does not know what the source documents did not ask
for: limits, ETags, an access log, request ids, security headers.
"""

import hashlib
import json
import os
import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any

from flask import Flask, Response, g, jsonify, request

from bench.peers import feed_queries, notification_queries, post_queries, search_queries
from bench.peers.queries import FOLLOWERS, PROFILE, RECENT, SIGNED_IN

app = Flask(__name__)
DATABASE = os.path.join(os.environ["DATA_DIR"], os.environ["PEERS_DATABASE"])
KEPT = threading.local() if os.environ.get("KEEP_CONNECTION") else None
HIDDEN = ("bio", "location", "industry", "headline")


def get_db() -> sqlite3.Connection:
    if "db" not in g:
        g.db = getattr(KEPT, "db", None) or connect()
        if KEPT is not None:
            KEPT.db = g.db
    return g.db


def connect() -> sqlite3.Connection:
    db = sqlite3.connect(DATABASE)
    db.row_factory = sqlite3.Row
    db.execute("PRAGMA foreign_keys = ON")
    return db


@app.teardown_appcontext
def close_db(error: BaseException | None) -> None:
    db = g.pop("db", None)
    if db is not None and KEPT is None:
        db.close()


@app.after_request
def add_cors(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@app.errorhandler(404)
def not_found(error: Exception) -> tuple[Response, int]:
    return jsonify(error="not found"), 404


@app.errorhandler(500)
def failed(error: Exception) -> tuple[Response, int]:
    return jsonify(error="server error"), 500


def login_required(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def checked(*args: Any, **kwargs: Any) -> Any:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        now = datetime.now(UTC).replace(tzinfo=None)
        key_hash = hashlib.sha256(token.encode()).hexdigest()
        since = str(now - timedelta(days=14)), str(now - timedelta(days=90))
        g.user = get_db().execute(SIGNED_IN, (key_hash, *since)).fetchone()
        if scheme != "Bearer" or g.user is None:
            return jsonify(error="sign in"), 401
        return view(*args, **kwargs)

    return checked


@app.route("/api/empty")
@login_required
def empty() -> Response:
    return jsonify({})


@app.route("/api/users/<int:user_id>")
@login_required
def profile(user_id: int) -> Response | tuple[Response, int]:
    row = find_person(user_id)
    if row is None:
        return not_found(LookupError())
    person = dict(row)
    is_shown = person.pop("is_shown")
    hides_follows = person.pop("hide_following") or not person["following_count"]
    del person["hide_followers"]
    person["id"] = str(person["id"])
    person["is_verified"] = bool(person["is_verified"])
    person["private_account"] = bool(person["private_account"])
    person["created_at"] = moment(person["created_at"])
    person["is_reduced"] = not is_shown
    if is_shown:
        person["recent_activity"] = [] if hides_follows else recent_activity(user_id)
    else:
        for name in HIDDEN:
            del person[name]
    return jsonify(person)


@app.route("/api/users/<int:user_id>/followers")
@login_required
def followers(user_id: int) -> Response | tuple[Response, int]:
    person = find_person(user_id)
    if person is None:
        return not_found(LookupError())
    if person["hide_followers"] or not person["is_shown"]:
        return jsonify(error="hidden"), 403
    limit = min(request.args.get("limit", 20, type=int), 100)
    before = request.args.get("before", 2**63 - 1, type=int)
    values = {"person": user_id, "viewer": g.user["id"], "before": before, "limit": limit + 1}
    rows = get_db().execute(FOLLOWERS, values).fetchall()
    after = f"{request.base_url}?before={rows[limit - 1]['edge']}" if len(rows) > limit else None
    return jsonify(next=after, previous=None, results=[card(row) for row in rows[:limit]])


@app.route("/api/posts/<int:post_id>")
@login_required
def post(post_id: int) -> Response | tuple[Response, int]:
    found = posts_as_json(query(post_queries.POST, post=post_id))
    if not found:
        return not_found(LookupError())
    rows = query(post_queries.COMMENTS, post=post_id, limit=21)
    first = [post_queries.comment(row, json.loads) for row in rows[:20]]
    after = f"{request.base_url}/comments?before={rows[19]['id']}" if len(rows) > 20 else None
    return jsonify(found[0] | {"comments": {"next": after, "results": first}})


@app.route("/api/posts/<int:post_id>/comments")
@login_required
def comments(post_id: int) -> Response | tuple[Response, int]:
    if not query(post_queries.POST, post=post_id):
        return not_found(LookupError())
    limit = min(request.args.get("limit", 20, type=int), 100)
    rows = query(post_queries.COMMENTS, post=post_id, limit=limit + 1)
    return page(rows, limit, [post_queries.comment(row, json.loads) for row in rows[:limit]])


@app.route("/api/posts")
@login_required
def posts() -> Response:
    limit = min(request.args.get("limit", 20, type=int), 100)
    rows = query(post_queries.POSTS, before=before(), limit=limit + 1)
    return page(rows, limit, posts_as_json(rows[:limit]))


@app.route("/api/users/<int:user_id>/posts")
@login_required
def posts_of(user_id: int) -> Response | tuple[Response, int]:
    if not query(post_queries.PERSON, person=user_id):
        return not_found(LookupError())
    limit = min(request.args.get("limit", 20, type=int), 100)
    rows = query(post_queries.POSTS_OF, person=user_id, before=before(), limit=limit + 1)
    return page(rows, limit, posts_as_json(rows[:limit]))


@app.route("/api/feed")
@login_required
def feed() -> Response:
    """The home feed, newest first; nobody asks this file for another mode."""
    limit = min(request.args.get("limit", 20, type=int), 40)
    rows = query(feed_queries.FEED, before=before(), limit=limit + 1)
    found, viewer = found_inside(rows[:limit]), g.user["id"]
    items = [feed_queries.item(row, found, viewer, json.loads) for row in rows[:limit]]
    return page(rows, limit, items)


@app.route("/api/notifications")
@login_required
def notifications() -> Response:
    limit = min(request.args.get("limit", 20, type=int), 100)
    rows = query(notification_queries.NOTIFICATIONS, before=before(), limit=limit + 1)
    made = [notification_queries.notification(row, json.loads) for row in rows[:limit]]
    return page(rows, limit, made)


@app.route("/api/search")
@login_required
def search() -> Response:
    """The first page of posts that have all words; nobody asks this file for operators or other types."""
    q, limit = request.args.get("q", ""), min(request.args.get("limit", 20, type=int), 100)
    words = search_queries.words_of(q)
    found = query(search_queries.SEARCH, match=search_queries.match_of(words)) if words else []
    scores = search_queries.ranked(found)

    def read(ids: list[int]) -> list[dict[str, Any]]:
        return posts_as_json(query(post_queries.embedded_query(ids)))

    results = search_queries.items(q, scores[:limit], read)
    after = request.base_url if len(scores) > limit else None
    return jsonify(next=after, previous=None, results=results, query=search_queries.understood(q))


def query(sql: str, **values: Any) -> list[sqlite3.Row]:
    return get_db().execute(sql, {"viewer": g.user["id"], **values}).fetchall()


def before() -> int:
    return request.args.get("before", 2**63 - 1, type=int)


def page(rows: list[sqlite3.Row], limit: int, results: list[dict[str, Any]]) -> Response:
    after = f"{request.base_url}?before={rows[limit - 1]['id']}" if len(rows) > limit else None
    return jsonify(next=after, previous=None, results=results)


def posts_as_json(rows: list[sqlite3.Row]) -> list[dict[str, Any]]:
    by_id = found_inside(rows)
    return [post_queries.whole(row, by_id, json.loads) for row in rows]


def found_inside(rows: list[sqlite3.Row]) -> dict[int, sqlite3.Row]:
    """Return the posts that some quote or pass on, as far as the caller may see them."""
    inside = post_queries.wanted(rows)
    found = query(post_queries.embedded_query(inside)) if inside else []
    return {row["id"]: row for row in found}


def find_person(user_id: int) -> Any:
    values = {"person": user_id, "viewer": g.user["id"]}
    return get_db().execute(PROFILE, values).fetchone()


def recent_activity(user_id: int) -> list[dict[str, Any]]:
    rows = get_db().execute(RECENT, {"person": user_id, "viewer": g.user["id"]}).fetchall()
    return [
        {
            "id": str(row["id"]),
            "type": row["type"],
            "object": {
                "id": str(row["object_id"]),
                "type": "user",
                "username": row["username"],
                "display_name": row["display_name"],
            },
            "created_at": moment(row["created_at"]),
        }
        for row in rows
    ]


def moment(text: str) -> str:
    return datetime.fromisoformat(text).isoformat(timespec="milliseconds") + "Z"


def card(row: sqlite3.Row) -> dict[str, Any]:
    person = dict(row)
    if person["private_account"]:
        person["headline"] = ""
    del person["edge"]
    person["id"] = str(person["id"])
    person["is_verified"] = bool(person["is_verified"])
    person["private_account"] = bool(person["private_account"])
    return person
