"""A body that each write accepts; `{user}` and so on stand for the ids of the state that a row of the matrix is in."""

from typing import Any

from accounts.testing import PASSWORD

BODIES: dict[str, dict[str, Any]] = {
    "POST /api/auth/register": {
        "username": "newcomer",
        "email": "newcomer@example.org",
        "password": PASSWORD,
    },
    "POST /api/auth/login": {"username": "{person}", "password": PASSWORD},
    "POST /api/auth/token": {"username": "{person}", "password": PASSWORD},
    "POST /api/auth/mfa/verify": {"mfa_token": "none", "code": "000000"},
    "POST /api/auth/token/refresh": {"refresh_token": "rt_none"},
    "POST /api/auth/token/revoke": {"refresh_token": "rt_none"},
    "POST /api/auth/email": {"email": "elsewhere@example.org"},
    "POST /api/auth/verify-email": {"token": "none"},
    "POST /api/auth/confirm": {"password": PASSWORD},
    "POST /api/auth/password/forgot": {"email": "somebody@example.org"},
    "POST /api/auth/password/reset": {"token": "none", "password": PASSWORD},
    "POST /api/auth/password/change": {
        "password": PASSWORD,
        "new_password": "another horse battery",
    },
    "POST /api/auth/mfa": {},
    "POST /api/auth/tokens": {"name": "a program", "scopes": ["read"]},
    "PUT /api/settings": {"hide_likes": True},
    "PUT /api/users/<user>": {"headline": "Reads"},
    "PUT /api/v1/users/me": {"headline": "Reads", "digest": "off"},
    "PUT /api/users/<user>/mute": {"duration": 3600},
    "POST /api/users/<user>/follow": {"action": "follow"},
    "POST /api/v1/follow": {"user_id": "{user}"},
    "POST /api/connections/request": {"target_user_id": "{user}", "message": "Hello"},
    "POST /api/v1/notifications/read-all": {},
    "PUT /api/settings/notifications": {"quiet_hours": {"start": "22:00", "end": "07:00"}},
    "PUT /api/feed/preferences": {"weights": {"quiet": 1}},
    "POST /api/feed/feedback": {"id": "{post}", "kind": "less"},
    "POST /api/posts": {"content": "See this.", "quote_of": "{post}"},
    "PUT /api/posts/<post>": {"content": "Said better."},
    "PUT /api/posts/<post>/policy": {"quote": "nobody"},
    "POST /api/posts/<post>/share": {},
    "POST /api/posts/<post>/like": {"liked": True},
    "POST /api/posts/<post>/reactions": {"emoji": "🎉"},
    "DELETE /api/posts/<post>/reactions": {"emoji": "🎉"},
    "POST /api/posts/<post>/comments": {"content": "Well said."},
    "PUT /api/comments/<comment>": {"content": "Well said indeed."},
    "POST /api/comments/<comment>/like": {"liked": True},
    "POST /api/bookmarks": {"target_id": "{target}"},
    "PUT /api/bookmarks/<target>": {"note": "Read again"},
    "POST /api/bookmarks/folders": {"name": "Recipes"},
    "PUT /api/bookmarks/folders/<folder>": {"name": "Travels"},
    "POST /api/filters": {"title": "Series", "terms": [{"kind": "keyword", "value": "spoiler"}]},
    "PUT /api/filters/<filter>": {"title": "Later"},
    "POST /api/filters/import": {"filters": []},
    "POST /api/lists": {"name": "Painters", "tags": ["art"]},
    "PUT /api/lists/<list>": {"name": "Poets"},
    "POST /api/markers": {},
    "POST /api/join": {"room_id": "{room}"},
    "POST /api/rooms": {"name": "Painters", "kind": "group"},
    "PUT /api/rooms/<room>": {"description": "For whoever paints."},
    "POST /api/rooms/<room>/members": {"user_id": "{asked}"},
    "PUT /api/rooms/<room>/members/<user>": {"banned": True},
    "POST /api/messages": {"room_id": "{room}", "content": "Good morning."},
    "POST /api/messages (to:owner)": {"recipient_id": "{recipient}", "content": "Good morning."},
    "POST /api/messages (to:missing)": {"recipient_id": "{recipient}", "content": "Good morning."},
    "PUT /api/messages/<room>/<message>": {"content": "Good evening."},
    "POST /api/messages/<room>/<message>/reactions": {"emoji": "👍"},
    "DELETE /api/messages/<room>/<message>/reactions": {"emoji": "👍"},
    "POST /api/rooms/<room>/read": {"up_to_seq": 1},
    "POST /api/v1/moderation/report": {"target_id": "{target}", "reason": "spam"},
    "POST /api/v1/moderation/reports/<report>/review": {"actions": ["dismiss"]},
    "POST /api/v1/moderation/actions": {"target_id": "{user}", "action": "suspend", "note": "spam"},
}
HIDE = {"target_id": "{target}", "action": "hide", "note": "spam"}
BODIES |= {
    f"POST /api/v1/moderation/actions ({state})": HIDE
    for state in (
        *("post:public", "post:private", "post:followers", "post:hidden", "post:reported"),
        *("comment:shown", "comment:connections"),
    )
}
"""Rows of the matrix with a body of their own"""
