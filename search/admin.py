"""The index in the console: how much it holds of each kind, whether it is whole, and the button that makes it anew."""

from datetime import date, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Count, Max, Min, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import display

from search.actions import request_reindex
from search.backends import backend
from search.indexing import extra, missing
from search.models import Document, IndexState
from search.searchables import KINDS
from socialsite.lib.admin import (
    ADMINS,
    Act,
    Chart,
    EvidenceAdmin,
    Panel,
    Table,
    add_act,
    add_chart,
    add_panel,
    at,
)
from socialsite.lib.ids import Kind, first_id_at, time_of

DAYS = 14


@admin.register(IndexState)
class IndexStateAdmin(EvidenceAdmin):
    seen_by = ADMINS
    icon = "manage_search"
    list_display = ["name", "documents", "state", at("finished_at", "last made"), "written", "removed"]  # fmt: skip
    ordering = ["kind"]
    fields = ["name", "documents", "state", "started_at", "finished_at", "written", "removed"]
    export_fields = ("kind", "written", "removed", "started_at", "finished_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[IndexState]:
        return IndexState.objects.filter(kind__in=[int(kind) for kind in KINDS])

    @display(description="kind", ordering="kind")
    def name(self, state: IndexState) -> str:
        return Kind(state.kind).name.lower()

    @display(description="documents")
    def documents(self, state: IndexState) -> str:
        return f"{Document.objects.of_kind(state.kind).count():,}"

    @display(label={"being made": "info", "made": "success", "never made": "warning"})
    def state(self, state: IndexState) -> str:
        if state.is_running:
            return "being made"
        return "made" if state.finished_at else "never made"


def figures_of(state: IndexState) -> Table:
    """Return what the index holds of a kind, and how far that is from what there is."""
    kind, rows = Kind(state.kind), Document.objects.of_kind(state.kind)
    ends = rows.aggregate(oldest=Min("pk"), newest=Max("pk"))
    figures: list[list[Any]] = [
        ["Kept by", backend().name],
        ["Documents", f"{rows.count():,}"],
        ["Oldest thing", _time(ends["oldest"])],
        ["Newest thing", _time(ends["newest"])],
        ["Things without a document", f"{missing(kind).count():,}"],
        ["Documents of nothing", f"{extra(kind).count():,}"],
    ]
    return Table(["Figure", "Now"], figures)


def run_reindex(*, actor: Any, thing: IndexState) -> str:
    request_reindex(actor=actor, kind=thing.kind)
    return "The index is made anew in the background."


def documents_by_day() -> dict[date, int]:
    """Return how many things of each of the last days can be found."""
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    starts = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    counts = {
        f"day_{n}": Count(
            "pk",
            filter=Q(pk__gte=first_id_at(start), pk__lt=first_id_at(start + timedelta(days=1))),
        )
        for n, start in enumerate(starts)
    }
    found = Document.objects.filter(pk__gte=first_id_at(starts[0])).aggregate(**counts)
    return {start.date(): found[f"day_{n}"] for n, start in enumerate(starts)}


def _time(pk: int | None) -> str:
    if pk is None:
        return "–"
    return format_html("{}", time_of(pk).strftime("%Y-%m-%d %H:%M"))


add_panel(IndexState, Panel(title="Now", table=figures_of, roles=ADMINS))
add_act(
    IndexState,
    Act(
        name="reindex",
        title="Make anew",
        note="Every thing of this kind is read and its document written; what is gone is forgotten. The site goes on meanwhile.",
        run=run_reindex,
        roles=ADMINS,
        icon="refresh",
    ),
)
add_chart(
    Chart(
        title="Searchable things",
        note=f"in the index, made in the last {DAYS} days",
        days=documents_by_day,
    )
)
