"""What happens to messages: the effects that their actions emit."""

from dataclasses import dataclass

from socialsite.lib.effects import Aside


@dataclass(frozen=True, kw_only=True)
class MessageEffect(Aside):
    message_id: int
    room_id: int


class MessageSent(MessageEffect):
    pass


class MessageEdited(MessageEffect):
    pass


class MessageDeleted(MessageEffect):
    """The sender of a message or a moderator of its room deleted it."""


class MessagePurged(MessageEffect):
    """A deleted message is gone for good, because its time was over."""


class MessageReacted(MessageEffect):
    pass


class ReactionWithdrawn(MessageEffect):
    pass


class MessagePinned(MessageEffect):
    pass


class MessageUnpinned(MessageEffect):
    pass


@dataclass(frozen=True, kw_only=True)
class MessageOpened(MessageEffect):
    """A moderator of the site opened the page of a reported message."""

    owner_id: int
