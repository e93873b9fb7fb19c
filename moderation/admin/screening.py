"""What the screening said of each text."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import RangeDateTimeFilter, RangeNumericFilter
from unfold.decorators import display

from moderation.admin.cases import said_by
from moderation.models import Screening
from socialsite.lib.admin import EvidenceAdmin, at, link_to_id, person


@admin.register(Screening)
class ScreeningAdmin(EvidenceAdmin):
    icon = "filter_alt"
    place = 4
    list_display = ["said", "target", person("author"), at("created_at")]
    list_filter = [("score", RangeNumericFilter), ("created_at", RangeDateTimeFilter)]
    search_fields = ["author__username", "target_id__exact", "id__exact"]
    search_help_text = "An author's name, or a whole id"
    ordering = ["-pk"]
    fields = ["id", "target", "author", "said", "created_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Screening]:
        rows: QuerySet[Any] = Screening.objects.select_related("author")
        return rows

    @display(description="score", ordering="score")
    def said(self, screening: Screening) -> str:
        return said_by(screening)

    @display(ordering="target_id")
    def target(self, screening: Screening) -> str:
        return link_to_id(screening.target_id)
