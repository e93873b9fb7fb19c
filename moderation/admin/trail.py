"""What anybody did."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import (
    DropdownFilter,
    RangeDateTimeFilter,
)
from unfold.decorators import display

from accounts.admin.names import name_at, name_in
from moderation import actions
from moderation.models import PRIVATE_VERBS, AuditEntry
from socialsite.lib.admin import (
    EvidenceAdmin,
    at,
    link_to_id,
)
from socialsite.lib.effects import Effect


class VerbFilter(DropdownFilter):
    """The verbs of the effects that the apps know."""

    title = "verb"
    parameter_name = "verb"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        known = sorted({actions.verb_of(effect) for effect in _leaves(Effect)})
        return [(verb, verb.replace("_", " ")) for verb in known if verb not in PRIVATE_VERBS]

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
    place = 3
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
    return entries.exclude(verb__in=PRIVATE_VERBS).annotate(**names)


def told(entry: AuditEntry) -> str:
    """Return what else an entry holds, in one line."""
    return ", ".join(f"{name} {value}" for name, value in entry.detail.items())
