"""People and their edges in the console."""

from accounts.admin import acts, dashboard, kept
from accounts.admin.edges import BlockAdmin, ConnectionAdmin, FollowAdmin, FollowRequestAdmin
from accounts.admin.people import UserAdmin

__all__ = [
    "BlockAdmin",
    "ConnectionAdmin",
    "FollowAdmin",
    "FollowRequestAdmin",
    "UserAdmin",
    "acts",
    "dashboard",
    "kept",
]
