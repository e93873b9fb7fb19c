"""The home feed by hand, for both peers: the newest ids of each source from an index, then the rows that the reader may see."""

from typing import Any

from bench.peers.post_queries import NAMES, POSTS_SEEN, SEEN, Loads, Row, whole

_BITE = 28
"""How many of the newest posts of each source are looked at for a page of 20"""
_CONNECTED = """SELECT high_id FROM accounts_connection WHERE low_id = :viewer AND status = 'accepted'
UNION SELECT low_id FROM accounts_connection WHERE high_id = :viewer AND status = 'accepted'"""
_MUTED = """EXISTS (SELECT 1 FROM accounts_mute WHERE muter_id = :viewer AND muted_id = {}
AND (until IS NULL OR until > CURRENT_TIMESTAMP))"""
_DISMISSED = "EXISTS (SELECT 1 FROM posts_feedback WHERE user_id = :viewer AND target_id = {} AND kind = 'dismiss')"
_TAGS = "SELECT tag_id FROM engagement_tagfollow WHERE user_id = :viewer"
_BY_PEOPLE = f"""
SELECT id FROM posts_post WHERE id < :before AND author_id IN (
  SELECT followed_id FROM accounts_follow WHERE follower_id = :viewer UNION SELECT :viewer UNION {_CONNECTED})
ORDER BY id DESC LIMIT {_BITE}
"""
_BY_TAGS = f"""
SELECT g.target_id AS id FROM engagement_tagging g WHERE g.target_id < :before AND g.tag_id IN ({_TAGS})
AND EXISTS (SELECT 1 FROM posts_post WHERE id = g.target_id AND visibility = 'public' AND post_type <> 'share')
AND NOT EXISTS (SELECT 1 FROM engagement_tagging f WHERE f.target_id = g.target_id AND f.tag_id < g.tag_id
  AND f.tag_id IN ({_TAGS}))
ORDER BY target_id DESC LIMIT {_BITE}
"""
FEED_NAMES = (*NAMES, "followed", "connected", "followed_tag")
_SOURCES = f"""
EXISTS (SELECT 1 FROM accounts_follow WHERE follower_id = :viewer AND followed_id = p.author_id) AS followed,
EXISTS (SELECT 1 FROM accounts_connection WHERE low_id = min(p.author_id, :viewer)
  AND high_id = max(p.author_id, :viewer) AND status = 'accepted') AS connected,
(SELECT t.tag FROM engagement_tagging g JOIN engagement_tag t ON t.id = g.tag_id
  WHERE g.target_id = p.id AND g.tag_id IN ({_TAGS}) ORDER BY g.tag_id LIMIT 1) AS followed_tag
"""
FEED = f"""
{POSTS_SEEN.format(more=f", {_SOURCES}")} WHERE {SEEN} AND p.hidden_by IS NULL
AND p.id IN (SELECT id FROM (SELECT id FROM ({_BY_PEOPLE}) UNION SELECT id FROM ({_BY_TAGS})) ORDER BY id DESC LIMIT {_BITE})
AND NOT {_MUTED.format("p.author_id")} AND NOT {_DISMISSED.format("p.id")}
AND (p.shared_id IS NULL OR NOT ({_DISMISSED.format("p.shared_id")}
  OR {_MUTED.format("(SELECT author_id FROM posts_post WHERE id = p.shared_id)")}))
ORDER BY p.id DESC LIMIT :limit
"""


def item(row: Row, found: dict[int, Row], viewer: int, loads: Loads) -> dict[str, Any]:
    names = [("own", row["author_id"] == viewer), ("following", row["followed"]), ("connection", row["connected"])]  # fmt: skip
    sources = [{"name": name, "tag": None} for name, holds in names if holds]
    if row["followed_tag"]:
        sources.append({"name": "tag", "tag": row["followed_tag"]})
    return {
        "type": row["post_type"],
        "id": str(row["id"]),
        "object": whole(row, found, loads),
        "reason": {"sources": sources, "score": None, "parts": None},
        "filtered": [],
    }
