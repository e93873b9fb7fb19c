"""Notifications by hand, for both peers: the site's rules as SQL on the site's tables and indexes, and a row as JSON."""

from collections.abc import Callable, Mapping
from typing import Any

from bench.peers.post_queries import CARD, SEEN, author, moment

COLUMNS = ("id", "type", "target_id", "params", "created_at", "read_at", "actor_id")
NOTIFICATION_NAMES = (*COLUMNS, *CARD)
NOUNS = {16: "post", 17: "comment"}
"""By the number of the kind, the last six bits of an id"""
TEXTS = {
    "like": "{actor} likes your {thing}.",
    "share": "{actor} shared your {thing}.",
    "comment": "{actor} commented on your {thing}.",
    "follow": "{actor} follows you.",
}


def _no_block(person: str) -> str:
    return f"""NOT EXISTS (SELECT 1 FROM accounts_block WHERE blocker_id = :viewer AND blocked_id = {person}.id)
AND NOT EXISTS (SELECT 1 FROM accounts_block WHERE blocker_id = {person}.id AND blocked_id = :viewer)"""


def _post_seen(column: str) -> str:
    there = "SELECT 1 FROM posts_post p JOIN accounts_user u ON u.id = p.author_id"
    return f"{there} WHERE p.id = {column} AND {SEEN}"


NOTIFICATIONS = f"""
SELECT {", ".join(f"n.{name}" for name in COLUMNS)}, {", ".join(f"v.{name}" for name in CARD)}
FROM notifications_notification n LEFT JOIN accounts_user v ON v.id = n.actor_id
WHERE n.recipient_id = :viewer AND n.in_app = 1 AND n.is_held = 0 AND n.dismissed_at IS NULL AND n.id < :before
AND (v.id IS NULL OR (v.deleted_at IS NULL AND v.suspended_by IS NULL AND {_no_block("v")}))
AND (n.target_id IS NULL
  OR EXISTS ({_post_seen("n.target_id")})
  OR EXISTS (SELECT 1 FROM engagement_comment c JOIN accounts_user w ON w.id = c.author_id
    WHERE c.id = n.target_id AND c.deleted_at IS NULL AND c.hidden_by IS NULL AND c.removed_by IS NULL
    AND (c.standing = 'shown' OR c.author_id = :viewer OR c.target_owner_id = :viewer)
    AND w.deleted_at IS NULL AND w.suspended_by IS NULL AND {_no_block("w")}
    AND EXISTS ({_post_seen("c.target_id")})))
ORDER BY n.id DESC LIMIT :limit
"""


def notification(row: Mapping[str, Any], loads: Callable[[str], Any]) -> dict[str, Any]:
    target_id, name = row["target_id"], row["display_name"] or ""
    return {
        "id": str(row["id"]),
        "type": row["type"],
        "actor": author(row, "actor_id") if row["actor_id"] else None,
        "target": {"id": str(target_id), "type": NOUNS[target_id & 63]} if target_id else None,
        "text": TEXTS[row["type"]].format(actor=name, **loads(row["params"])),
        "created_at": moment(row["created_at"]),
        "read_at": moment(row["read_at"]),
        "filtered": [],
    }
