"""How often people may report (RELIABILITY.md 4.8); RATE_LIMIT_SCALE multiplies it."""

from socialsite.lib.limits import Policy

REPORTS = Policy("reports", limit=20, window_s=86400)
