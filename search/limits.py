"""How often people may search; RATE_LIMIT_SCALE multiplies it."""

from socialsite.lib.limits import Policy

SEARCHES = Policy("searches", limit=300, window_s=300, store="local")
