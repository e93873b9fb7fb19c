"""What happens to people: the effects that accounts' actions emit."""

from dataclasses import dataclass

from socialsite.lib.effects import Effect


@dataclass(frozen=True, kw_only=True)
class PersonEffect(Effect):
    """Something one person did to another."""

    target_id: int


class Registered(Effect):
    """A person made an account, or a guest became one."""


class GuestForgotten(Effect):
    """A guest was away for long: the name is free again, what they said stays."""


@dataclass(frozen=True, kw_only=True)
class SignedIn(Effect):
    """A person signed in; `is_new_device` when neither the device nor its address and program were seen before."""

    session_id: int
    is_new_device: bool


@dataclass(frozen=True, kw_only=True)
class SessionEnded(Effect):
    session_id: int


class PasswordChanged(Effect):
    pass


class EmailVerified(Effect):
    """A person proved that a mail address is theirs, for the first time or after a change."""


class EmailChangeRequested(Effect):
    pass


class ProfileEdited(Effect):
    pass


class SettingsChanged(Effect):
    pass


@dataclass(frozen=True, kw_only=True)
class AccountPrivacyChanged(Effect):
    """A person made their account private, or open again."""

    is_private: bool


class SecondFactorEnabled(Effect):
    pass


class SecondFactorDisabled(Effect):
    pass


@dataclass(frozen=True, kw_only=True)
class ApiTokenCreated(Effect):
    token_id: int


@dataclass(frozen=True, kw_only=True)
class ApiTokenRevoked(Effect):
    token_id: int


class Followed(PersonEffect):
    pass


class Unfollowed(PersonEffect):
    pass


class FollowerRemoved(PersonEffect):
    """A person took a follower off their list."""


class FollowRequested(PersonEffect):
    pass


class FollowRequestWithdrawn(PersonEffect):
    pass


class FollowAccepted(PersonEffect):
    """A person let `target_id` follow them."""


class FollowRejected(PersonEffect):
    pass


@dataclass(frozen=True, kw_only=True)
class ConnectionEffect(PersonEffect):
    connection_id: int


class ConnectionRequested(ConnectionEffect):
    pass


class ConnectionAccepted(ConnectionEffect):
    pass


class ConnectionDeclined(ConnectionEffect):
    pass


class ConnectionWithdrawn(ConnectionEffect):
    pass


class ConnectionRemoved(ConnectionEffect):
    pass


class Blocked(PersonEffect):
    pass


class Unblocked(PersonEffect):
    pass


class Muted(PersonEffect):
    pass


class Unmuted(PersonEffect):
    pass


@dataclass(frozen=True, kw_only=True)
class BadgeSet(PersonEffect):
    """An administrator gave or took the badge of a person."""

    is_verified: bool


@dataclass(frozen=True, kw_only=True)
class RoleSet(PersonEffect):
    """An administrator gave a person another role."""

    role: str


class SessionsEnded(PersonEffect):
    """A moderator ended every sign-in of a person."""


@dataclass(frozen=True, kw_only=True)
class FilterEffect(Effect):
    """Something a person did to a filter of theirs."""

    filter_id: int


class FilterCreated(FilterEffect):
    pass


class FilterChanged(FilterEffect):
    pass


class FilterDeleted(FilterEffect):
    pass


class FiltersImported(Effect):
    pass


@dataclass(frozen=True, kw_only=True)
class ListEffect(Effect):
    """Something a person did to a list of theirs."""

    list_id: int


class ListCreated(ListEffect):
    pass


class ListChanged(ListEffect):
    pass


class ListDeleted(ListEffect):
    pass


@dataclass(frozen=True, kw_only=True)
class ListMemberAdded(PersonEffect):
    list_id: int


@dataclass(frozen=True, kw_only=True)
class ListMemberRemoved(PersonEffect):
    list_id: int
