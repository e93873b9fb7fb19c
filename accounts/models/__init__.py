"""People, what proves who they are, and the edges between them that decide who sees what."""

from accounts.models.audiences import Audience, AudienceMember
from accounts.models.connections import Connection
from accounts.models.credentials import (
    ApiToken,
    KnownDevice,
    RecoveryCode,
    RefreshToken,
    SecondFactor,
    Session,
)
from accounts.models.edges import Block, Follow, FollowRequest, Mute
from accounts.models.filters import Filter, FilterTerm
from accounts.models.sockets import Presence, SocketHost, SocketUser, Ticket
from accounts.models.users import Anonymous, User, Viewer, may_know_of

__all__ = [
    "Anonymous",
    "ApiToken",
    "Audience",
    "AudienceMember",
    "Block",
    "Connection",
    "Filter",
    "FilterTerm",
    "Follow",
    "FollowRequest",
    "KnownDevice",
    "Mute",
    "Presence",
    "RecoveryCode",
    "RefreshToken",
    "SecondFactor",
    "Session",
    "SocketHost",
    "SocketUser",
    "Ticket",
    "User",
    "Viewer",
    "may_know_of",
]
