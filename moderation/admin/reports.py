"""What people reported, one by one."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateTimeFilter
from unfold.decorators import display

from moderation.models import Report
from socialsite.lib.admin import EvidenceAdmin, at, link_to_id, person


@admin.register(Report)
class ReportAdmin(EvidenceAdmin):
    icon = "flag"
    place = 1
    list_display = ["reason", "target", person("reporter"), "comment", "outcome", at("created_at")]
    list_filter = [
        ("reason", ChoicesDropdownFilter),
        ("outcome", ChoicesDropdownFilter),
        ("created_at", RangeDateTimeFilter),
    ]
    search_fields = ["reporter__username", "target_id__exact", "id__exact"]
    search_help_text = "A reporter's name, or a whole id"
    ordering = ["-pk"]
    fields = ["id", "case", "target", "reporter", "reason", "comment", "outcome", "created_at", "closed_at"]  # fmt: skip
    export_fields = (
        "id", "case_id", "target_id", "reporter__username", "reason", "outcome", "created_at", "closed_at",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        reader: Any = request.user
        return Report.objects.visible_to(reader).select_related("reporter", "case")

    @display(ordering="target_id")
    def target(self, report: Report) -> str:
        return link_to_id(report.target_id)
