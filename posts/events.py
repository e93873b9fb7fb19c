"""What happens to posts: the effects that posts' actions emit."""

from dataclasses import dataclass

from socialsite.lib.effects import Effect

MARKED = "markers"
"""The event of people's streams: feeds were read further"""


@dataclass(frozen=True, kw_only=True)
class PostEffect(Effect):
    post_id: int


class PostPublished(PostEffect):
    pass


class PostEdited(PostEffect):
    pass


class PostDeleted(PostEffect):
    """An author put a post into their trash."""


class PostRestored(PostEffect):
    """An author took a post out of their trash."""


class PostPurged(PostEffect):
    """A deleted post is gone for good, by its author's wish or because its time was over."""


class PolicyChanged(PostEffect):
    """An author said anew who may comment on a post, quote it, or call others to it."""


class FeedbackGiven(PostEffect):
    """A person said of a post whether they want more or less like it, or took that back; nobody else learns of it."""


class FeedPreferencesChanged(Effect):
    """A person said anew how they want their feed; nobody else learns of it."""


@dataclass(frozen=True, kw_only=True)
class FeedExplained(PostEffect):
    """A moderator asked why a post stands in the feed of `person_id`, or does not: the answer holds what that person keeps to themselves."""

    person_id: int


@dataclass(frozen=True, kw_only=True)
class QuoteEffect(PostEffect):
    """Something that happened between a post, of `owner_id`, and one that quotes it."""

    quote_id: int
    owner_id: int


class PostQuoted(QuoteEffect):
    pass


class QuoteWithdrawn(QuoteEffect):
    """The author of a post took back the consent to a quote of it."""
