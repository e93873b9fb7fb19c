"""What trends in the console, and why; keeping things out of it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts.models import User
from engagement.actions.trends import keep_out_of_trends, let_into_trends
from engagement.models import Tag, Trend, TrendBar, TrendTable
from engagement.models.trends import MAX_REASON
from engagement.trending.history import course_of
from engagement.trending.kinds import KINDS
from engagement.trending.making import bars
from socialsite.lib.admin import (
    Act,
    ActForm,
    EvidenceAdmin,
    Panel,
    Table,
    add_act,
    add_panel,
    at,
    link,
    link_to_id,
    person,
)
from socialsite.lib.admin.cells import NOTHING
from socialsite.lib.errors import Conflict

BAR = '<div class="bg-primary-600 rounded" style="height: 0.75rem; width: {}%; min-width: 2px;"></div>'


class ReasonForm(ActForm):
    reason = forms.CharField(
        label="Reason, for other moderators",
        max_length=MAX_REASON,
        widget=UnfoldAdminTextareaWidget({"rows": 3, "autofocus": True}),
    )


class RangeFilter(DropdownFilter):
    title = "range"
    parameter_name = "range"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name) for name in Trend.Range.values]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(range=self.value()) if self.value() else queryset


class KindFilter(DropdownFilter):
    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(kind, kind) for kind in KINDS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class NamedList(ChangeList):
    """A page of the list whose rows know the names of their things: a statement for each kind."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: list[Any] = list(self.result_list)
        self.result_list = put_names(rows)


class NamedAdmin(EvidenceAdmin):
    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return NamedList

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        found = super().get_object(request, object_id, from_field)
        return put_names([found])[0] if found else None

    @display(description="thing")
    def thing(self, row: Any) -> str:
        name = vars(row).get("thing_name", NOTHING)
        if row.kind == "hashtags":
            tag = Tag(pk=row.object_id, tag=name.removeprefix("#"))
            return link(tag)
        return link_to_id(row.object_id, name)


def put_names(rows: list[Any]) -> list[Any]:
    """Put on rows of trends and bars what their things are called."""
    for kind in {row.kind for row in rows} & set(KINDS):
        named = KINDS[kind].names([row.object_id for row in rows if row.kind == kind])
        for row in rows:
            if row.kind == kind:
                row.thing_name = named.get(row.object_id, NOTHING)
    return rows


@admin.register(Trend)
class TrendAdmin(NamedAdmin):
    icon = "trending_up"
    list_display = ["range", "kind", "place_now", "thing", "people", "points", "why", at("made_at")]
    list_filter = [RangeFilter, KindFilter]
    ordering = ["range", "kind", "rank"]
    fields = ["range", "kind", "place_now", "thing", "people", "points", "why", "made_at"]
    export_fields = ("range", "kind", "object_id", "rank", "previous_rank", "people", "score", "made_at")  # fmt: skip

    @display(description="rank, and before", ordering="rank")
    def place_now(self, trend: Trend) -> str:
        before = "new" if trend.previous_rank is None else str(trend.previous_rank)
        return f"{trend.rank} ({before})"

    @display(description="score", ordering="score")
    def points(self, trend: Trend) -> str:
        return f"{trend.score:.2f}"

    @display(description="people by deed")
    def why(self, trend: Trend) -> str:
        parts = (
            (name.replace("_", " "), number)
            for name, number in sorted(trend.parts.items())
            if number
        )
        return format_html_join(", ", "{}: {}", parts) or NOTHING


@admin.register(TrendBar)
class TrendBarAdmin(NamedAdmin):
    icon = "trending_down"
    list_display = [
        "kind",
        "thing",
        "reason",
        person("moderator"),
        at("created_at"),
        at("undone_at"),
    ]
    list_filter = [KindFilter]
    ordering = ["-pk"]
    fields = ["kind", "thing", "reason", "moderator", "created_at", "undone_at", "undone_by"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("moderator")


@admin.register(TrendTable)
class TrendTableAdmin(EvidenceAdmin):
    icon = "avg_pace"
    list_display = ["range", "kind", at("made_at"), "deeds", "took_ms", at("busy_since")]
    list_filter = [RangeFilter, KindFilter]
    ordering = ["range", "kind"]
    fields = ["range", "kind", "made_at", "newest_id", "deeds", "took_ms", "busy_since"]


def course(trend: Trend) -> Table:
    """Return how many people did something in each part of the range, as bars."""
    parts = course_of(trend.kind, trend.object_id, trend.range)
    most = max((part.people for part in parts), default=0) or 1
    rows = [
        [f"{part.begin:%Y-%m-%d %H:%M}", part.people, part.deeds,
         format_html(BAR, round(100 * part.people / most)) if part.people else ""]
        for part in parts
    ]  # fmt: skip
    return Table(["From (UTC)", "People", "Deeds", ""], rows)


def add_trend_acts(
    model: type[Model], kind_of: Callable[[Any], str], id_of: Callable[[Any], int]
) -> None:
    """Put on the pages of a model the act that keeps its things out of what trends, and the one that takes this back."""

    def live(thing: Any) -> QuerySet[TrendBar]:
        found: QuerySet[TrendBar] = bars(kind_of(thing)).filter(object_id=id_of(thing))
        return found

    def keep_out(*, actor: User, thing: Any, reason: str) -> str:
        keep_out_of_trends(actor=actor, kind=kind_of(thing), object_id=id_of(thing), reason=reason)
        return "It does not trend any more."

    def let_in(*, actor: User, thing: Any) -> str:
        bar = live(thing).first()
        if bar is None:
            raise Conflict("already_undone", "Another moderator let it in just now.")
        let_into_trends(actor=actor, bar=bar)
        return "It may trend again."

    add_act(
        model,
        Act(
            name="keep-out",
            title="Keep out of trends",
            note="It leaves all lists of what trends at once. It stays where it is otherwise, and can be let in again.",
            run=keep_out,
            form=ReasonForm,
            fits=lambda thing: not live(thing).exists(),
            icon="trending_down",
            variant=ActionVariant.WARNING,
        ),
    )
    add_act(
        model,
        Act(
            name="let-in",
            title="Let into trends",
            note="It trends again by what people do.",
            run=let_in,
            fits=lambda thing: live(thing).exists(),
            icon="undo",
            variant=ActionVariant.SUCCESS,
        ),
    )


add_trend_acts(Trend, lambda trend: str(trend.kind), lambda trend: int(trend.object_id))
add_trend_acts(TrendBar, lambda bar: str(bar.kind), lambda bar: int(bar.object_id))
add_trend_acts(Tag, lambda _tag: "hashtags", lambda tag: int(tag.pk))
add_panel(Trend, Panel(title="How it came", table=course))
