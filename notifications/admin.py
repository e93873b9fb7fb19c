"""What people were told, in the console: the type and when, never the words."""

from datetime import date, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import DropdownFilter, RangeDateTimeFilter
from unfold.decorators import display

from notifications.models import Digest, Notification
from notifications.types import TYPES
from socialsite.lib.admin import Chart, EvidenceAdmin, add_chart, at, person

DAYS = 30


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
        return [("unread", "Unread"), ("read", "Read"), ("held", "Held"), ("mailed", "Mailed")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Notification]
    ) -> QuerySet[Notification]:
        if self.value() == "mailed":
            return queryset.filter(emailed_at__isnull=False)
        if self.value() == "held":
            return queryset.filter(is_held=True, dismissed_at__isnull=True)
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

    @display(label={"read": "success", "unread": "info", "held": "warning", "dismissed": "default"})
    def state(self, notification: Notification) -> str:
        if notification.dismissed_at:
            return "dismissed"
        if notification.is_held:
            return "held"
        return "read" if notification.read_at else "unread"


def digests_by_day() -> dict[date, int]:
    """Return how many digests went out on each of the last 30 days, in UTC, today last."""
    today = timezone.now().date()
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Digest.objects.filter(sent_at__gte=midnight - timedelta(days=DAYS - 1)).order_by()
    counted = dict(rows.values_list(TruncDate("sent_at")).annotate(Count("pk")))
    return {day: counted.get(day, 0) for day in days}


add_chart(Chart(title="Digests", note=f"mails of the last {DAYS} days", days=digests_by_day))
