"""How often people may sort their suggestions; RATE_LIMIT_SCALE multiplies it."""

from socialsite.lib.limits import Policy

DISMISSALS = Policy("dismissals", limit=300, window_s=3600)
