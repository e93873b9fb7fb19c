"""How often people may write and do things in rooms; RATE_LIMIT_SCALE multiplies each."""

from django.conf import settings

from socialsite.lib.limits import Policy

# With SQLite one process writes all, and its memory is exact; a second write for each message would halve what it can take.
SENDS = Policy("messages", limit=20, window_s=20, store="local" if settings.SQLITE else "shared")
MESSAGE_EDITS = Policy("message_edits", limit=60, window_s=600)
MESSAGE_DELETIONS = Policy("message_deletions", limit=60, window_s=600)
REACTIONS = Policy("message_reactions", limit=60, window_s=60)
PINS = Policy("message_pins", limit=60, window_s=600)
MARKS = Policy("read_marks", limit=300, window_s=60, store="local")
STRANGERS_A_DAY = 10
"""Conversations a person may begin in a day with people they are not connected to"""
ROOMS = Policy("rooms", limit=20, window_s=3600)
ROOM_EDITS = Policy("room_edits", limit=60, window_s=3600)
ROOM_JOINS = Policy("room_joins", limit=240, window_s=600)
"""A client that comes back joins again what it was in, so this is no measure of new rooms alone"""
ROOM_LEAVES = Policy("room_leaves", limit=60, window_s=600)
ROOM_INVITATIONS = Policy("room_invitations", limit=60, window_s=3600)
"""Calls, each for up to fifty people"""
ROOM_MEMBERS = Policy("room_members", limit=240, window_s=3600)
"""Roles, silences, removals and bans"""
