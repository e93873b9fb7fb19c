"""What people write can be taken away and come back: three causes, each set and taken back on its own (ARCHITECTURE.md habit 5).

The author deletes; a moderator hides, and the author still sees it; a moderator removes, and only moderators still see it. A cause is
the id of the action that did it, so that undoing one restores just what it changed, whatever happened meanwhile.
"""

from typing import Any

from django.db import models
from django.db.models import Q


class Content(models.Model):
    """The columns of anything that can be deleted by its author and hidden or removed by moderators."""

    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.BigIntegerField(null=True, blank=True)
    """Who deleted it: its author, or the owner of the thing it stands below"""
    hidden_by = models.BigIntegerField(null=True, blank=True)
    """The moderation action that hides or holds it"""
    removed_by = models.BigIntegerField(null=True, blank=True)
    """The moderation action that removed it"""

    class Meta:
        abstract = True

    @property
    def is_live(self) -> bool:
        return is_live(self)

    @property
    def state(self) -> str:
        """What its author and moderators are told of where it stands."""
        return state_of(self)


def is_live(thing: Any) -> bool:
    """Tell whether a thing, or a row of one, is there for others; as the condition `live`."""
    return thing.deleted_at is None and thing.hidden_by is None and thing.removed_by is None


def state_of(thing: Any) -> str:
    """Return where a thing, or a row of one, stands."""
    if thing.removed_by:
        return "removed"
    if thing.deleted_at:
        return "deleted"
    return "hidden" if thing.hidden_by else "live"


def live(prefix: str = "") -> Q:
    """Return the condition that a thing is there for others: neither deleted, nor hidden, nor removed."""
    names = ("deleted_at", "hidden_by", "removed_by")
    return Q(**{f"{prefix}{name}__isnull": True for name in names})


def there_for_author(prefix: str = "") -> Q:
    """Return the condition that its author still sees it: neither deleted nor removed."""
    return Q(**{f"{prefix}{name}__isnull": True for name in ("deleted_at", "removed_by")})
