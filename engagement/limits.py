"""How often people may do things with each other's things (RELIABILITY.md 4.8); RATE_LIMIT_SCALE multiplies each."""

from socialsite.lib.limits import Policy

HOUR, DAY = 3600, 86400

LIKES = Policy("likes", limit=300, window_s=HOUR)
REACTIONS = Policy("reactions", limit=300, window_s=HOUR)
SHARES = Policy("shares", limit=60, window_s=HOUR)
BOOKMARKS = Policy("bookmarks", limit=300, window_s=HOUR)
COMMENTS = Policy("comments", limit=120, window_s=HOUR)
COMMENT_EDITS = Policy("comment_edits", limit=120, window_s=HOUR)
TAG_FOLLOWS = Policy("tag_follows", limit=200, window_s=HOUR)
COMMENT_DELETIONS = Policy("comment_deletions", limit=60, window_s=1800)
