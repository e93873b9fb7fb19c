"""What moderators did and what anybody did, in the console; and how to shut a person out and let them back in."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import (
    ChoicesDropdownFilter,
    DropdownFilter,
    RangeDateTimeFilter,
)
from unfold.decorators import display
from unfold.enums import ActionVariant
from unfold.widgets import (
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextareaWidget,
)

from accounts.admin.names import name_at, name_in
from accounts.models import User
from moderation import actions
from moderation.models import LENGTHS, Action, AuditEntry
from socialsite.lib.admin import (
    MODERATORS,
    Act,
    ActForm,
    EvidenceAdmin,
    Figure,
    Panel,
    Table,
    add_act,
    add_figure,
    add_panel,
    ago,
    at,
    link,
    link_to_id,
    person,
)
from socialsite.lib.effects import Effect
from socialsite.lib.errors import Conflict

LIVE, UNDONE = "live", "undone"
NOBODYS_BUSINESS = ("muted", "unmuted")
"""Verbs that the console leaves out: whom a person does not want to hear of"""
ROWS_SHOWN = 20


class SuspendForm(ActForm):
    note = forms.CharField(
        label="Reason, for other moderators",
        max_length=LENGTHS["note"],
        widget=UnfoldAdminTextareaWidget({"rows": 3, "autofocus": True}),
    )
    statement = forms.CharField(
        label="Statement, mailed to the person",
        max_length=LENGTHS["statement"],
        required=False,
        widget=UnfoldAdminTextareaWidget({"rows": 4}),
    )
    until = forms.SplitDateTimeField(
        label="Until (UTC)",
        required=False,
        widget=UnfoldAdminSplitDateTimeWidget(),
        help_text="Leave empty for a suspension that only a moderator ends.",
    )


def suspend(*, actor: User, thing: User, **said: Any) -> str:
    actions.suspend_user(actor=actor, user=thing, **said)
    return f"{thing} is suspended."


def undo(*, actor: User, thing: Action) -> str:
    actions.undo_action(actor=actor, action=thing)
    return "The action is undone."


def lift(*, actor: User, thing: User) -> str:
    cause = Action.objects.live().filter(pk=thing.suspended_by or 0).first()
    if cause is None:
        raise Conflict("already_undone", "The suspension was undone by another just now.")
    actions.undo_action(actor=actor, action=cause)
    return f"{thing} is back."


add_act(
    User,
    Act(
        name="suspend",
        title="Suspend",
        note="The person is signed out everywhere and vanishes for everyone but moderators. Nothing of theirs is deleted.",
        run=suspend,
        form=SuspendForm,
        fits=lambda user: user.suspended_by is None,
        variant=ActionVariant.DANGER,
    ),
)
add_act(
    User,
    Act(
        name="lift-suspension",
        title="Undo suspension",
        note="Everything is as it was before: profile, edges and settings.",
        run=lift,
        fits=lambda user: user.suspended_by is not None,
        icon="undo",
        variant=ActionVariant.SUCCESS,
    ),
)
add_act(
    Action,
    Act(
        name="undo",
        title="Undo",
        note="What the action changed is as it was before.",
        run=undo,
        fits=lambda action: action.is_live,
        icon="undo",
        variant=ActionVariant.PRIMARY,
    ),
)


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
    place = 0
    list_display = [
        "kind",
        "target",
        person("moderator"),
        "note",
        "state",
        at("until"),
        at("created_at"),
    ]
    list_filter = [
        ("kind", ChoicesDropdownFilter),
        StateFilter,
        ("created_at", RangeDateTimeFilter),
    ]
    search_fields = ["moderator__username", "note", "target_id__exact", "id__exact"]
    search_help_text = "A moderator's name, part of a reason, or a whole id"
    ordering = ["-pk"]
    fields = [
        "id", "kind", "target", "moderator", "note", "statement", "until", "state", "created_at", "undone_at",
        "undone_by",
    ]  # fmt: skip
    export_fields = (
        "id", "kind", "target_id", "moderator__username", "note", "until", "created_at", "undone_at",
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


class VerbFilter(DropdownFilter):
    """The verbs of the effects that the apps know."""

    title = "verb"
    parameter_name = "verb"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        known = sorted({actions.verb_of(effect) for effect in _leaves(Effect)})
        return [(verb, verb.replace("_", " ")) for verb in known if verb not in NOBODYS_BUSINESS]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry]
    ) -> QuerySet[AuditEntry]:
        return queryset.filter(verb=self.value()) if self.value() else queryset


def _leaves(effect: type[Effect]) -> Iterator[type[Effect]]:
    for child in effect.__subclasses__():
        yield from _leaves(child)
    if not effect.__subclasses__():
        yield effect


@admin.register(AuditEntry)
class AuditEntryAdmin(EvidenceAdmin):
    icon = "policy"
    list_display = [
        at("created_at", "time"), "actor", "deed", "target", "shown_detail", "credential",
    ]  # fmt: skip
    list_filter = [VerbFilter, ("created_at", RangeDateTimeFilter)]
    search_fields = ["verb__exact", "request_id__exact", "actor_id__exact", "target_id__exact"]
    search_help_text = "A whole verb, request id, or id of a person or thing"
    ordering = ["-pk"]
    fields = ["id", "created_at", "actor", "verb", "target", "shown_detail", "credential", "request_id"]  # fmt: skip
    export_fields = (
        "id", "created_at", "actor_id", "verb", "target_id", "detail", "credential", "request_id",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        reader: Any = request.user
        return trail(AuditEntry.objects.visible_to(reader))

    @display(ordering="actor_id")
    def actor(self, entry: AuditEntry) -> str:
        return link_to_id(entry.actor_id, name_in(entry, "actor")) if entry.actor_id else "the site"

    @display(description="verb", ordering="verb")
    def deed(self, entry: AuditEntry) -> str:
        return entry.verb.replace("_", " ")

    @display(ordering="target_id")
    def target(self, entry: AuditEntry) -> str:
        return link_to_id(entry.target_id, name_in(entry, "target"))

    @display(description="detail")
    def shown_detail(self, entry: AuditEntry) -> str:
        return told(entry)


def trail(entries: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
    """Return the trail as the console shows it, with the names of the people in it."""
    names = {"actor_name": name_at("actor_id"), "target_name": name_at("target_id")}
    return entries.exclude(verb__in=NOBODYS_BUSINESS).annotate(**names)


def told(entry: AuditEntry) -> str:
    """Return what else an entry holds, in one line."""
    return ", ".join(f"{name} {value}" for name, value in entry.detail.items())


def history_of(user: User) -> Table:
    rows = Action.objects.filter(target_id=user.pk).select_related("moderator", "undone_by")
    return Table(
        ["Action", "Reason", "Moderator", "Time", "Until", "Undone"],
        [
            [
                link(row),
                row.note,
                link(row.moderator),
                ago(row.created_at),
                ago(row.until),
                ago(row.undone_at),
            ]
            for row in rows.order_by("-pk")[:ROWS_SHOWN]
        ],
    )


def trail_of(user: User) -> Table:
    about = AuditEntry.objects.filter(Q(actor_id=user.pk) | Q(target_id=user.pk))
    return Table(
        ["Time", "Actor", "Verb", "Target", "Detail"],
        [
            [
                ago(row.created_at),
                link_to_id(row.actor_id, name_in(row, "actor")),
                row.verb.replace("_", " "),
                link_to_id(row.target_id, name_in(row, "target")),
                told(row),
            ]
            for row in trail(about).order_by("-pk")[:ROWS_SHOWN]
        ],
    )


def count_lately() -> int:
    return Action.objects.filter(created_at__gt=timezone.now() - timedelta(days=7)).count()


add_panel(User, Panel(title="Moderation", table=history_of))
add_panel(User, Panel(title=f"Last {ROWS_SHOWN} entries of the audit trail", table=trail_of))
add_figure(
    Figure(
        title="Moderation",
        note="actions in the last week",
        icon="gavel",
        count=count_lately,
        page="admin:moderation_action_changelist",
        roles=MODERATORS,
    )
)
