"""How often people may publish, change and delete posts; RATE_LIMIT_SCALE multiplies each."""

from socialsite.lib.limits import Policy

POSTS = Policy("posts", limit=60, window_s=3600)
POST_EDITS = Policy("post_edits", limit=120, window_s=3600)
POST_DELETIONS = Policy("post_deletions", limit=30, window_s=1800)
FEEDBACK = Policy("feed_feedback", limit=300, window_s=3600)
