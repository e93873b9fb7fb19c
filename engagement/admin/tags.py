"""Hashtags in the console."""

from typing import Any

from django.contrib import admin
from unfold.decorators import display

from engagement.admin.content import CappedPaginator
from engagement.models import Tag
from socialsite.lib.admin import EvidenceAdmin, at


@admin.register(Tag)
class TagAdmin(EvidenceAdmin):
    icon = "tag"
    paginator = CappedPaginator
    list_display = ["name", "usage", at("created_at", "first used")]
    search_fields = ["tag"]
    search_help_text = "Part of a tag"
    ordering = ["-usage_count", "-pk"]
    sortable_by = ("usage",)
    fields = ["name", "usage", "created_at"]
    export_fields = ("tag", "usage_count", "created_at")

    def get_search_results(self, request: Any, queryset: Any, search_term: str) -> Any:
        return super().get_search_results(request, queryset, search_term.strip().lstrip("#"))

    @display(description="tag")
    def name(self, tag: Tag) -> str:
        return str(tag)

    @display(description="public posts", ordering="usage_count")
    def usage(self, tag: Tag) -> str:
        return f"{tag.usage_count:,}"
