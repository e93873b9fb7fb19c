"""The routes of notifications: thin, each method hands what was sent to one action."""
