"""Edges between people, as far as moderators may know of them: mutes are nobody's business."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateTimeFilter
from unfold.decorators import display

from accounts.models import Block, Connection, Follow, FollowRequest
from socialsite.lib.admin import EvidenceAdmin, at, person


class EdgeAdmin(EvidenceAdmin):
    """A list of pairs, searched by the whole name of one of the two."""

    ends: tuple[str, str]
    list_display_links = None
    list_filter = [("created_at", RangeDateTimeFilter)]
    search_help_text = "A whole username"
    ordering = ["-pk"]

    @property
    def links_by(self) -> tuple[str, ...]:  # type: ignore[override]
        return self.ends

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related(*self.ends)

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        # The whole name, so that the index of names answers on a table of millions.
        return [f"{end}__username__exact" for end in self.ends]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        name = search_term.strip().removeprefix("@").lower()
        found: tuple[QuerySet[Any], bool] = super().get_search_results(request, queryset, name)
        return found


@admin.register(Follow)
class FollowAdmin(EdgeAdmin):
    ends = ("follower", "followed")
    icon = "person_add"
    list_display = [person("follower"), person("followed"), at("created_at", "since")]
    fields = ["id", "follower", "followed", "created_at"]
    export_fields = ("id", "follower__username", "followed__username", "created_at")


@admin.register(FollowRequest)
class FollowRequestAdmin(EdgeAdmin):
    ends = ("requester", "target")
    icon = "pending"
    list_display = [person("requester"), person("target"), at("created_at", "asked")]
    fields = ["id", "requester", "target", "created_at"]


@admin.register(Connection)
class ConnectionAdmin(EdgeAdmin):
    """Who is connected with whom, without what one wrote to the other."""

    ends = ("low", "high")
    icon = "handshake"
    list_display = [
        person("low", "one"),
        person("high", "other"),
        person("requester", "asked by"),
        "state",
        at("created_at", "asked"),
        at("answered_at"),
    ]
    list_filter = [("status", ChoicesDropdownFilter), ("created_at", RangeDateTimeFilter)]
    fields = ["id", "low", "high", "requester", "status", "created_at", "answered_at"]
    export_fields = ("id", "low__username", "high__username", "status", "created_at", "answered_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("requester").defer("message")

    @display(
        label={"accepted": "success", "pending": "info", "declined": "default"}, ordering="status"
    )
    def state(self, connection: Connection) -> str:
        return connection.status


@admin.register(Block)
class BlockAdmin(EdgeAdmin):
    ends = ("blocker", "blocked")
    icon = "block"
    list_display = [person("blocker"), person("blocked"), at("created_at", "since")]
    fields = ["id", "blocker", "blocked", "created_at"]
    export_fields = ("id", "blocker__username", "blocked__username", "created_at")
