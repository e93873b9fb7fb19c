"""The event log in the console: who did what, and how much is done a day."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import BooleanRadioFilter, DropdownFilter, RangeDateTimeFilter
from unfold.decorators import display

from accounts.admin.names import name_at, name_in
from analytics.models import Activity
from analytics.types import TYPES
from socialsite.lib.admin import EvidenceAdmin, at, link_to_id, person


class TypeFilter(DropdownFilter):
    title = "type"
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name.replace("_", " ")) for name in sorted(TYPES)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Activity]) -> QuerySet[Activity]:
        return queryset.filter(type=self.value()) if self.value() else queryset


@admin.register(Activity)
class ActivityAdmin(EvidenceAdmin):
    icon = "timeline"
    list_display = [
        at("created_at", "time"),
        person("user", "person"),
        "type",
        "object",
        "is_public",
    ]
    list_filter = [
        TypeFilter,
        ("is_public", BooleanRadioFilter),
        ("created_at", RangeDateTimeFilter),
    ]
    search_fields = ["user__username__exact", "object_id__exact"]
    search_help_text = "A whole username, or the whole id of an object"
    ordering = ["-pk"]
    fields = ["id", "created_at", "user", "type", "object", "is_public"]
    export_fields = ("id", "created_at", "user__username", "type", "object_id", "is_public")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Activity]:
        named = Activity.objects.annotate(object_name=name_at("object_id"))
        return named.select_related("user")

    @display(ordering="object_id")
    def object(self, activity: Activity) -> str:
        return link_to_id(activity.object_id, name_in(activity, "object"))
