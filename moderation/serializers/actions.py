"""What moderators do, and how the affected person reads it."""

from typing import Any

from rest_framework import serializers

from accounts.serializers.fields import TextField
from moderation.models import LENGTHS, Action, Reason
from socialsite.lib import targets
from socialsite.lib.api.serializers import Answer, Body, IdField, TimeField

DEEDS = tuple(kind for kind in Action.Kind.values if kind != Action.Kind.HOLD)
"""What a moderator can ask for; only the site holds"""


class GroundsBody(Body):
    """Why, and for how long; `note` is for moderators, `statement` is told to the person."""

    reason = serializers.ChoiceField(choices=Reason.choices, required=False)
    statement = TextField(max_length=LENGTHS["statement"], required=False, allow_blank=True)
    until = serializers.DateTimeField(required=False, allow_null=True)


class ActionBody(GroundsBody):
    """What to do to what: `suspend` and `warn` concern the owner of a thing, `hide` and `delete` the thing itself."""

    target_id = IdField()
    action = serializers.ChoiceField(choices=DEEDS)
    note = TextField(max_length=LENGTHS["note"])


class UndoBody(Body):
    """Why an action is taken back, for moderators."""

    note = TextField(max_length=LENGTHS["note"], required=False, allow_blank=True)


class ActionQuery(Body):
    target = IdField(required=False)
    moderator = IdField(required=False)
    action = serializers.ChoiceField(choices=Action.Kind.choices, required=False)
    state = serializers.ChoiceField(choices=("live", "undone"), required=False)


class TypedTarget(Answer):
    """Mixin: what a row is about, by its id and the noun of its kind."""

    target_id = IdField(read_only=True)
    target_type = serializers.SerializerMethodField()

    def get_target_type(self, row: Any) -> str:
        return targets.noun_of(row.target_id)


class StatementAnswer(TypedTarget):
    """An action as the person whom it concerns reads it: what was done, by which rule, on what evidence, and until when."""

    model = Action

    id = IdField(read_only=True)
    action = serializers.ChoiceField(choices=Action.Kind.choices, source="kind", read_only=True)
    reason = serializers.CharField(read_only=True)
    evidence = serializers.CharField(read_only=True)
    statement = serializers.CharField(read_only=True)
    until = TimeField(read_only=True, allow_null=True)
    created_at = TimeField(read_only=True)
    undone_at = TimeField(read_only=True, allow_null=True)


class ActionAnswer(StatementAnswer):
    """An action as moderators read it. `moderator_id` is null for what the site did by itself, `undone_by_id` also when its time
    was over."""

    owner_id = IdField(read_only=True)
    case_id = IdField(read_only=True, allow_null=True)
    moderator_id = IdField(read_only=True, allow_null=True)
    note = serializers.CharField(read_only=True)
    undone_by_id = IdField(read_only=True, allow_null=True)
    undo_note = serializers.CharField(read_only=True)
