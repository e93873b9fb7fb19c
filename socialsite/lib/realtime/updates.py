"""What the site itself has to say: one event, `system_update`, on the topics of those whom it concerns."""

from typing import Any

from rest_framework import serializers

from socialsite.lib.api.serializers import Answer, IdField
from socialsite.lib.realtime.signals import News, tell_on_commit

EVENT = "system_update"
TRENDING, ALERT, ANNOUNCEMENT, MAINTENANCE = (
    "trending",
    "moderation_alert",
    "announcement",
    "maintenance",
)


class SystemUpdate(Answer):
    """`kind` says which of the other fields are there.

    `trending`: the first places of a table have changed, `of` a kind of thing in a `range`. `moderation_alert`: a case was opened or has
    become more urgent. `announcement` and `maintenance`: a `text` for everybody.
    """

    kind = serializers.ChoiceField(
        choices=(TRENDING, ALERT, ANNOUNCEMENT, MAINTENANCE), read_only=True
    )
    range = serializers.CharField(read_only=True, required=False)
    of = serializers.CharField(read_only=True, required=False)
    case_id = IdField(read_only=True, required=False)
    priority = serializers.IntegerField(read_only=True, required=False)
    reason = serializers.CharField(read_only=True, required=False)
    text = serializers.CharField(read_only=True, required=False)


def tell_update(topic: str, kind: str, *, key: str = "", **data: Any) -> None:
    """Say something, when the caller's transaction commits; what has the same key replaces what was not sent yet."""
    tell_on_commit(News(topic=topic, event=EVENT, data={"kind": kind, **data}, key=key))
