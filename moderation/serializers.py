"""What moderators send and read."""

from rest_framework import serializers

from accounts.serializers.fields import TextField
from moderation.models import LENGTHS, Action, AuditEntry
from socialsite.lib.api.serializers import Answer, Body, IdField, TimeField


class ActionBody(Body):
    """What to do to whom; `note` is for moderators, `statement` is mailed to the person."""

    target_id = IdField()
    action = serializers.ChoiceField(choices=Action.Kind.choices)
    note = TextField(max_length=LENGTHS["note"])
    statement = TextField(max_length=LENGTHS["statement"], required=False, allow_blank=True)
    until = serializers.DateTimeField(required=False, allow_null=True)


class ActionQuery(Body):
    target = IdField(required=False)
    moderator = IdField(required=False)
    action = serializers.ChoiceField(choices=Action.Kind.choices, required=False)
    state = serializers.ChoiceField(choices=("live", "undone"), required=False)


class ActionAnswer(Answer):
    """A moderator's action; `undone_by_id` is null too when the site took it back, its time being over."""

    model = Action

    id = IdField(read_only=True)
    action = serializers.ChoiceField(choices=Action.Kind.choices, source="kind", read_only=True)
    target_id = IdField(read_only=True)
    moderator_id = IdField(read_only=True)
    note = serializers.CharField(read_only=True)
    statement = serializers.CharField(read_only=True)
    until = TimeField(read_only=True, allow_null=True)
    created_at = TimeField(read_only=True)
    undone_at = TimeField(read_only=True, allow_null=True)
    undone_by_id = IdField(read_only=True, allow_null=True)


class AuditQuery(Body):
    """Times are dates or RFC 3339; `after` is included, `before` is not."""

    actor = IdField(required=False)
    verb = serializers.SlugField(max_length=60, required=False)
    target = IdField(required=False)
    after = serializers.DateTimeField(required=False)
    before = serializers.DateTimeField(required=False)


class AuditEntryAnswer(Answer):
    """One thing that was done; `actor_id` is null for what the site did by itself."""

    model = AuditEntry

    id = IdField(read_only=True)
    actor_id = IdField(read_only=True, allow_null=True)
    credential = serializers.CharField(read_only=True)
    verb = serializers.CharField(read_only=True)
    target_id = IdField(read_only=True, allow_null=True)
    request_id = serializers.CharField(read_only=True)
    detail = serializers.DictField(read_only=True)
    created_at = TimeField(read_only=True)
