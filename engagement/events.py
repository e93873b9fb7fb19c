"""What people do with each other's things: the effects that engagement's actions emit."""

from dataclasses import dataclass

from socialsite.lib.effects import Effect


@dataclass(frozen=True, kw_only=True)
class TargetEffect(Effect):
    """Something a person did to a thing of `owner_id`."""

    target_id: int
    owner_id: int


class Liked(TargetEffect):
    pass


class Unliked(TargetEffect):
    pass


class Reacted(TargetEffect):
    """A person put an emoji on a thing."""


class Unreacted(TargetEffect):
    pass


class Shared(TargetEffect):
    pass


class Unshared(TargetEffect):
    pass


class Bookmarked(TargetEffect):
    """A person put a thing among their bookmarks; nobody else learns of it."""


class Unbookmarked(TargetEffect):
    pass


@dataclass(frozen=True, kw_only=True)
class Mentioned(TargetEffect):
    """A thing names a person for the first time; `owner_id` is who wrote it, `user_id` who is named."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class VersionRemoved(TargetEffect):
    """An earlier version of a text was taken out of its history."""

    number: int


@dataclass(frozen=True, kw_only=True)
class CommentEffect(Effect):
    """Something that happened to a comment on a thing of `owner_id`; `parent_id` is the comment it answers."""

    comment_id: int
    target_id: int
    owner_id: int
    parent_id: int | None


@dataclass(frozen=True, kw_only=True)
class CommentPublished(CommentEffect):
    """A comment became visible to others: when it was written, or when the thing's owner let it through."""

    author_id: int
    parent_author_id: int | None


@dataclass(frozen=True, kw_only=True)
class CommentAwaitsLeave(CommentEffect):
    """A comment was written, or written anew, that the thing's owner has to let through."""

    version: int


class CommentTurnedAway(CommentEffect):
    """The thing's owner hid a comment for all."""


class CommentEdited(CommentEffect):
    pass


class CommentDeleted(CommentEffect):
    pass


@dataclass(frozen=True, kw_only=True)
class TagFollowed(Effect):
    """A person follows a tag; nobody else learns of it."""

    tag_id: int


@dataclass(frozen=True, kw_only=True)
class TagUnfollowed(Effect):
    tag_id: int


@dataclass(frozen=True, kw_only=True)
class KeptOutOfTrends(Effect):
    """A moderator keeps a thing out of what trends."""

    object_id: int
    bar_id: int


@dataclass(frozen=True, kw_only=True)
class LetIntoTrends(Effect):
    """A moderator lets a thing trend again."""

    object_id: int
    bar_id: int
