"""What moderators and the screening did."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import (
    ChoicesDropdownFilter,
    DropdownFilter,
    RangeDateTimeFilter,
)
from unfold.decorators import display
from unfold.enums import ActionVariant

from accounts.admin.names import name_at, name_in
from accounts.models import User
from moderation import actions
from moderation.admin.forms import UndoForm
from moderation.models import Action
from socialsite.lib.admin import (
    Act,
    EvidenceAdmin,
    add_act,
    at,
    link_to_id,
    person,
)

LIVE, UNDONE = "live", "undone"


class StateFilter(DropdownFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(LIVE, LIVE.capitalize()), (UNDONE, UNDONE.capitalize())]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Action]) -> QuerySet[Action]:
        if self.value() in {LIVE, UNDONE}:
            return queryset.filter(undone_at__isnull=self.value() == LIVE)
        return queryset


@admin.register(Action)
class ActionAdmin(EvidenceAdmin):
    icon = "gavel"
    place = 2
    list_display = [
        "kind",
        "target",
        person("moderator"),
        "reason",
        "note",
        "state",
        at("until"),
        at("created_at"),
    ]
    list_filter = [
        ("kind", ChoicesDropdownFilter),
        ("reason", ChoicesDropdownFilter),
        StateFilter,
        ("created_at", RangeDateTimeFilter),
    ]
    search_fields = ["moderator__username", "note", "target_id__exact", "id__exact"]
    search_help_text = "A moderator's name, part of a reason, or a whole id"
    ordering = ["-pk"]
    fields = [
        "id", "kind", "target", "moderator", "reason", "evidence", "note", "statement", "until", "state", "created_at", "undone_at",
        "undone_by", "undo_note",
    ]  # fmt: skip
    export_fields = (
        "id", "kind", "target_id", "moderator__username", "reason", "note", "until", "created_at", "undone_at",
        "undone_by__username",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Action]:
        reader: Any = request.user
        rows = Action.objects.visible_to(reader).select_related("moderator", "undone_by")
        return rows.annotate(target_name=name_at("target_id"))

    @display(ordering="target_id")
    def target(self, action: Action) -> str:
        return link_to_id(action.target_id, name_in(action, "target"))

    @display(label={LIVE: "warning", UNDONE: "default"}, ordering="undone_at")
    def state(self, action: Action) -> str:
        return LIVE if action.is_live else UNDONE


def undo(*, actor: User, thing: Action, note: str) -> str:
    actions.undo_action(actor=actor, action=thing, note=note)
    return "The action is undone."


add_act(
    Action,
    Act(
        name="undo",
        title="Undo",
        note="What the action changed is as it was before.",
        run=undo,
        form=UndoForm,
        fits=lambda action: action.is_live,
        icon="undo",
        variant=ActionVariant.PRIMARY,
    ),
)
