"""What people were told, in the console: the type and when, never the words."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import DropdownFilter, RangeDateTimeFilter
from unfold.decorators import display

from notifications.models import Notification
from notifications.types import TYPES
from socialsite.lib.admin import EvidenceAdmin, at, person


class TypeFilter(DropdownFilter):
    title = "type"
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name.replace("_", " ")) for name in sorted(TYPES)]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Notification]
    ) -> QuerySet[Notification]:
        return queryset.filter(type=self.value()) if self.value() else queryset


class StateFilter(DropdownFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("unread", "Unread"), ("read", "Read"), ("mailed", "Mailed")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Notification]
    ) -> QuerySet[Notification]:
        if self.value() == "mailed":
            return queryset.filter(emailed_at__isnull=False)
        if self.value() in {"unread", "read"}:
            return queryset.filter(read_at__isnull=self.value() == "unread")
        return queryset


@admin.register(Notification)
class NotificationAdmin(EvidenceAdmin):
    """Neither who did it nor what it is about: that a private person is told something is enough to help them."""

    icon = "notifications"
    list_display = ["type", person("recipient"), "state", at("created_at"), at("emailed_at")]
    list_filter = [TypeFilter, StateFilter, ("created_at", RangeDateTimeFilter)]
    search_fields = ["recipient__username__exact", "id__exact"]
    search_help_text = "A whole username of the reader, or a whole id"
    ordering = ["-pk"]
    fields = ["id", "type", "recipient", "state", "in_app", "created_at", "read_at", "emailed_at"]
    export_fields = ("id", "type", "recipient__username", "created_at", "read_at", "emailed_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notification]:
        shown = Notification.objects.select_related("recipient")
        return shown.defer("params", "target_id", "dedup_key")

    @display(label={"read": "success", "unread": "info", "dismissed": "default"})
    def state(self, notification: Notification) -> str:
        if notification.dismissed_at:
            return "dismissed"
        return "read" if notification.read_at else "unread"
