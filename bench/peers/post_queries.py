"""Posts by hand, for both peers: the site's rules as SQL on the site's tables and indexes, and a row as JSON."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

CARD = ("username", "display_name", "avatar_url", "headline", "is_verified", "private_account")
COLUMNS = (
    "content", "post_type", "visibility", "media", "hashtags", "mentions", "lang", "content_warning", "sensitive",
    "comment_policy", "quote_policy", "mention_policy", "approve_comments", "like_count", "comment_count", "share_count",
    "reaction_counts", "quote_count", "view_count", "quote_of_id", "quote_state", "shared_id", "version", "created_at", "edited_at",
)  # fmt: skip
NAMES = ("id", *COLUMNS, "author_id", *CARD, "my_reactions", "bookmarked", "shared_by_me")
COMMENT = ("target_id", "parent_id", "content", "mentions", "like_count", "reply_count", "standing", "created_at", "edited_at")  # fmt: skip
COMMENT_NAMES = ("id", *COMMENT, "author_id", *CARD, "liked")


def _named(table: str, names: tuple[str, ...]) -> str:
    return ", ".join(f"{table}.{name}" for name in names)


def _no_block(person: str) -> str:
    return f"""
NOT EXISTS (SELECT 1 FROM accounts_block WHERE blocker_id = :viewer AND blocked_id = {person}.id)
AND NOT EXISTS (SELECT 1 FROM accounts_block WHERE blocker_id = {person}.id AND blocked_id = :viewer)
"""


_THERE = "{0}.deleted_at IS NULL AND {0}.hidden_by IS NULL AND {0}.removed_by IS NULL"
_FOLLOWS = (
    "EXISTS (SELECT 1 FROM accounts_follow WHERE follower_id = :viewer AND followed_id = u.id)"
)
_CONNECTED = """EXISTS (SELECT 1 FROM accounts_connection WHERE low_id = min(u.id, :viewer)
AND high_id = max(u.id, :viewer) AND status = 'accepted')"""
SEEN = f"""
p.deleted_at IS NULL AND p.removed_by IS NULL AND (p.author_id = :viewer OR (
  p.hidden_by IS NULL AND u.deleted_at IS NULL AND u.suspended_by IS NULL AND {_no_block("u")} AND (
    (p.visibility IN ('public', 'unlisted') AND (u.private_account = 0 OR {_FOLLOWS} OR {_CONNECTED}))
    OR (p.visibility = 'followers' AND {_FOLLOWS})
    OR (p.visibility = 'connections' AND {_CONNECTED})
    OR (p.visibility IN ('mentioned', 'list') AND EXISTS (SELECT 1 FROM accounts_audiencemember
        WHERE audience_id = p.audience_id AND member_id = :viewer))))
) AND (p.shared_id IS NULL OR EXISTS (
  SELECT 1 FROM posts_post s JOIN accounts_user a ON a.id = s.author_id WHERE s.id = p.shared_id
  AND {_THERE.format("s")} AND s.visibility IN ('public', 'unlisted') AND a.private_account = 0
  AND a.deleted_at IS NULL AND a.suspended_by IS NULL AND {_no_block("a")}))
"""
POSTS_SEEN = f"""
SELECT p.id, {_named("p", COLUMNS)}, u.id AS author_id, {_named("u", CARD)},
(SELECT group_concat(name, ' ') FROM engagement_reaction WHERE user_id = :viewer AND target_id = p.id) AS my_reactions,
EXISTS (SELECT 1 FROM engagement_bookmark WHERE owner_id = :viewer AND target_id = p.id) AS bookmarked,
EXISTS (SELECT 1 FROM engagement_share WHERE user_id = :viewer AND target_id = p.id) AS shared_by_me{{more}}
FROM posts_post p JOIN accounts_user u ON u.id = p.author_id
"""
_POSTS = f"{POSTS_SEEN.format(more='')} WHERE {SEEN}"

POST = f"{_POSTS} AND p.id = :post"
POSTS = f"""{_POSTS} AND p.hidden_by IS NULL AND p.visibility <> 'unlisted' AND p.post_type <> 'share'
AND p.id < :before ORDER BY p.id DESC LIMIT :limit"""
POSTS_OF = f"{_POSTS} AND p.author_id = :person AND p.id < :before ORDER BY p.id DESC LIMIT :limit"
PERSON = f"SELECT 1 FROM accounts_user u WHERE u.id = :person AND u.deleted_at IS NULL AND u.suspended_by IS NULL AND {_no_block('u')}"
COMMENTS = f"""
SELECT c.id, {_named("c", COMMENT)}, u.id AS author_id, {_named("u", CARD)},
EXISTS (SELECT 1 FROM engagement_reaction WHERE user_id = :viewer AND target_id = c.id AND name = 'like') AS liked
FROM engagement_comment c JOIN accounts_user u ON u.id = c.author_id
WHERE c.target_id = :post AND {_THERE.format("c")}
AND (c.standing = 'shown' OR c.author_id = :viewer OR c.target_owner_id = :viewer)
AND u.deleted_at IS NULL AND u.suspended_by IS NULL AND {_no_block("u")}
ORDER BY c.id DESC LIMIT :limit
"""

Row = Mapping[str, Any]
Loads = Callable[[str], Any]


def embedded_query(ids: list[int]) -> str:
    return f"{_POSTS} AND p.id IN ({', '.join(map(str, ids))})"


def wanted(rows: list[Row]) -> list[int]:
    """Return the posts that these quote or pass on."""
    quoted = [row["quote_of_id"] for row in rows if row["quote_state"] == "given"]
    return [pk for pk in (*quoted, *(row["shared_id"] for row in rows)) if pk]


def embedded(row: Row, loads: Loads) -> dict[str, Any]:
    media = loads(row["media"])
    return {
        "id": str(row["id"]),
        "author": author(row),
        "content": row["content"],
        "post_type": row["post_type"],
        "visibility": row["visibility"],
        "media": media,
        "media_urls": [medium["url"] for medium in media],
        "hashtags": loads(row["hashtags"]),
        "mentions": loads(row["mentions"]),
        "lang": row["lang"],
        "content_warning": row["content_warning"],
        "sensitive": bool(row["sensitive"]),
        "policy": {
            "comment": row["comment_policy"],
            "quote": row["quote_policy"],
            "mention": row["mention_policy"],
            "approve_comments": bool(row["approve_comments"]),
        },
        "like_count": row["like_count"],
        "comment_count": row["comment_count"],
        "share_count": row["share_count"],
        "quote_count": row["quote_count"],
        "view_count": row["view_count"],
        "reactions": loads(row["reaction_counts"]),
        "version": row["version"],
        "created_at": moment(row["created_at"]),
        "edited_at": moment(row["edited_at"]),
    }


def whole(row: Row, found: dict[int, Row], loads: Loads) -> dict[str, Any]:
    shared, quoting = found.get(row["shared_id"]), quote(row, found, loads)
    mine, counts = (row["my_reactions"] or "").split(" "), loads(row["reaction_counts"])
    return embedded(row, loads) | {
        "reactions": [counted | {"me": counted["emoji"] in mine} for counted in counts],
        "shared": embedded(shared, loads) if shared else None,
        "quote": quoting,
        "quote_of": quoting and quoting["id"],
        "liked": "like" in mine,
        "bookmarked": bool(row["bookmarked"]),
        "shared_by_me": bool(row["shared_by_me"]),
        "state": "live",
    }


def quote(row: Row, found: dict[int, Row], loads: Loads) -> dict[str, Any] | None:
    if not row["quote_state"]:
        return None
    post = found.get(row["quote_of_id"])
    return {
        "id": str(row["quote_of_id"]) if post else None,
        "state": "given" if post else "gone",
        "post": embedded(post, loads) if post else None,
    }


def author(row: Row, who: str = "author_id") -> dict[str, Any]:
    is_private = bool(row["private_account"])
    return {
        "id": str(row[who]),
        "username": row["username"],
        "display_name": row["display_name"],
        "avatar_url": row["avatar_url"],
        "headline": "" if is_private else row["headline"],
        "is_verified": bool(row["is_verified"]),
        "private_account": is_private,
    }


def comment(row: Row, loads: Loads) -> dict[str, Any]:
    return {
        "id": str(row["id"]),
        "target_id": str(row["target_id"]),
        "parent_id": str(row["parent_id"]) if row["parent_id"] else None,
        "author": author(row),
        "content": row["content"],
        "mentions": loads(row["mentions"]),
        "like_count": row["like_count"],
        "reply_count": row["reply_count"],
        "liked": bool(row["liked"]),
        "standing": row["standing"],
        "is_deleted": False,
        "created_at": moment(row["created_at"]),
        "edited_at": moment(row["edited_at"]),
    }


def moment(text: str | None) -> str | None:
    return datetime.fromisoformat(text).isoformat(timespec="milliseconds") + "Z" if text else None
