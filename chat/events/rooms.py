"""What happens to rooms and to who is in them: the effects that their actions emit."""

from dataclasses import dataclass

from socialsite.lib.effects import Effect


@dataclass(frozen=True, kw_only=True)
class RoomEffect(Effect):
    room_id: int


@dataclass(frozen=True, kw_only=True)
class RoomCreated(RoomEffect):
    kind: str


class RoomEdited(RoomEffect):
    pass


class RoomArchived(RoomEffect):
    pass


class RoomUnarchived(RoomEffect):
    pass


class RoomDeleted(RoomEffect):
    """An owner deleted a room."""


class RoomPurged(RoomEffect):
    """A deleted room is gone for good, with all that was said in it, because its time was over."""


class RoomJoined(RoomEffect):
    """A person joined a room by themselves."""


class RoomLeft(RoomEffect):
    pass


@dataclass(frozen=True, kw_only=True)
class MemberEffect(RoomEffect):
    """Something that a member did to another person in a room."""

    user_id: int


class MemberAdded(MemberEffect):
    """A person was put into a group by somebody they are connected to."""


class MemberInvited(MemberEffect):
    pass


class MemberRemoved(MemberEffect):
    """A member, or an invitation, was taken back."""


class MemberBanned(MemberEffect):
    pass


class MemberUnbanned(MemberEffect):
    pass


class MemberSilenced(MemberEffect):
    """A member may only read for a while, or write again."""


@dataclass(frozen=True, kw_only=True)
class RoleChanged(MemberEffect):
    """A member has another role, or the room another owner, also because the last one left."""

    role: str
