"""How often people may do things (RELIABILITY.md 4.8); RATE_LIMIT_SCALE multiplies each."""

from socialsite.lib.limits import Policy

HALF_HOUR, QUARTER_HOUR, HOUR, DAY = 1800, 900, 3600, 86400

SIGN_UPS = Policy("sign_ups", limit=5, window_s=HALF_HOUR, critical=True)
GUESSES = Policy("guesses", limit=5, window_s=QUARTER_HOUR, critical=True)
"""Per account and address, or per account and known device."""
GUESSES_BY_ADDRESS = Policy("guesses_by_address", limit=20, window_s=QUARTER_HOUR, critical=True)
GUESSES_BY_ACCOUNT = Policy("guesses_by_account", limit=25, window_s=HOUR, critical=True)
"""Over all addresses; a known device does not count."""
FACTOR_GUESSES = Policy("factor_guesses", limit=5, window_s=QUARTER_HOUR, critical=True)
RESETS_BY_MAIL = Policy("resets_by_mail", limit=5, window_s=HALF_HOUR, critical=True)
RESETS_BY_ADDRESS = Policy("resets_by_address", limit=25, window_s=300, critical=True)
TOKEN_CHECKS = Policy("token_checks", limit=30, window_s=300, critical=True)
VERIFICATION_MAILS = Policy("verification_mails", limit=3, window_s=HOUR)
REFRESHES = Policy("refreshes", limit=60, window_s=300)
PASSWORD_CHECKS = Policy("password_checks", limit=5, window_s=QUARTER_HOUR, critical=True)
API_TOKENS = Policy("api_tokens", limit=20, window_s=DAY)
FOLLOWS = Policy("follows", limit=60, window_s=HOUR)
CONNECTION_REQUESTS = Policy("connection_requests", limit=30, window_s=DAY)
BLOCKS = Policy("blocks", limit=120, window_s=HOUR)
EDITS = Policy("edits", limit=60, window_s=HOUR)
FILTERS = Policy("filters", limit=240, window_s=HOUR)
LISTS = Policy("lists", limit=600, window_s=HOUR)
PRESENCE = Policy("presence", limit=30, window_s=300)
TICKETS = Policy("socket_tickets", limit=120, window_s=300)
GUESTS = Policy("guests", limit=10, window_s=HALF_HOUR, critical=True)
