"""The SQL of both peers: the site's rules by hand, on the site's tables and indexes."""

SIGNED_IN = """
SELECT u.id, u.role FROM accounts_session s JOIN accounts_user u ON u.id = s.user_id
WHERE s.key_hash = ? AND s.ended_at IS NULL AND s.last_used_at > ? AND s.created_at > ?
AND u.suspended_by IS NULL AND u.deleted_at IS NULL
"""

_SEEN = """
u.deleted_at IS NULL AND u.suspended_by IS NULL
AND NOT EXISTS (SELECT 1 FROM accounts_block WHERE blocker_id = :viewer AND blocked_id = u.id)
AND NOT EXISTS (SELECT 1 FROM accounts_block WHERE blocker_id = u.id AND blocked_id = :viewer)
"""

PROFILE = f"""
SELECT u.id, u.username, u.display_name, u.avatar_url, u.headline, u.is_verified, u.private_account,
u.bio, u.location, u.industry, u.post_count, u.follower_count, u.following_count, u.connection_count,
u.created_at, u.hide_followers, u.hide_following,
u.private_account = 0 OR u.id = :viewer
OR EXISTS (SELECT 1 FROM accounts_follow WHERE follower_id = :viewer AND followed_id = u.id)
OR EXISTS (SELECT 1 FROM accounts_connection WHERE low_id = min(u.id, :viewer)
    AND high_id = max(u.id, :viewer) AND status = 'accepted') AS is_shown
FROM accounts_user u WHERE u.id = :person AND {_SEEN}
"""

FOLLOWERS = f"""
SELECT u.id, u.username, u.display_name, u.avatar_url, u.headline, u.is_verified, u.private_account,
f.id AS edge
FROM accounts_follow f JOIN accounts_user u ON u.id = f.follower_id
WHERE f.followed_id = :person AND f.id < :before AND {_SEEN}
ORDER BY f.id DESC LIMIT :limit
"""

RECENT = f"""
SELECT a.id, a.type, a.created_at, u.id AS object_id, u.username, u.display_name
FROM analytics_activity a JOIN accounts_user u ON u.id = a.object_id
WHERE a.user_id = :person AND a.is_public AND a.type = 'follow'
AND NOT u.hide_followers AND NOT u.private_account AND {_SEEN}
ORDER BY a.id DESC LIMIT 5
"""
