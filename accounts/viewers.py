"""Which of many people may see a thing: what `visible_to` says, asked for all of them in a statement for each kind of reader."""

from collections.abc import Callable, Collection
from functools import partial
from typing import Any

from django.db.models import Field, QuerySet

from accounts.models import User
from accounts.reads import Reader, stand_in
from socialsite.lib.viewers import PreparedViewers

READERS: tuple[Reader, ...] = ("member", "moderator")
Rule = Callable[..., QuerySet[Any]]


class Viewers:
    """A rule `(viewer, **values) -> what they may see`, asked for many viewers at once; it may use their id and their role only."""

    def __init__(self, rule: Rule, /, **values: Field[Any, Any]) -> None:
        self._asked = {
            reader: PreparedViewers(partial(_for_reader, rule, reader), **values)
            for reader in READERS
        }

    def among(self, ids: Collection[int], **values: Any) -> set[int]:
        """Return those of the people for whom the rule finds something with these values."""
        moderators = moderators_among(ids)
        members = [pk for pk in ids if pk not in moderators]
        found = self._asked["member"].among(members, **values)
        return found | self._asked["moderator"].among(moderators, **values)


def moderators_among(ids: Collection[int]) -> set[int]:
    """Return those of the people who are moderators now: one statement."""
    roles = (User.Role.MODERATOR, User.Role.ADMIN)
    rows = User.objects.filter(pk__in=ids, role__in=roles, suspended_by__isnull=True)
    return set(rows.values_list("pk", flat=True))


def people_of(ids: Collection[int]) -> dict[int, User]:
    """Return those of the people who may be here, as far as rules and filters ask about them: one statement."""
    there = User.objects.filter(pk__in=ids, deleted_at__isnull=True, suspended_by__isnull=True)
    return {user.pk: user for user in there.only("role", "suspended_by", "filter_count")}


def _for_reader(rule: Rule, reader: Reader, viewer: Any, **values: Any) -> QuerySet[Any]:
    return rule(stand_in(reader, viewer), **values).order_by().values_list("pk")
