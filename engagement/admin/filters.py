"""What narrows the lists of what people write."""

from datetime import UTC, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import DropdownFilter, RangeDateTimeFilter
from unfold.utils import parse_datetime_str

from engagement.admin.states import CHEAPLY, COLOURS
from moderation.models import Report
from socialsite.lib.ids import MAX_ID, TIME_SHIFT, first_id_at

SECOND = 1000 << TIME_SHIFT
"""How far the ids of a second reach"""


class WrittenFilter(RangeDateTimeFilter):
    """A span of time in UTC, a day without a time being the whole day: a range of the ids, which carry the time."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        begin, end = self._moment("from", "00:00:00"), self._moment("to", "23:59:59")
        if begin:
            queryset = queryset.filter(pk__gte=first_id_at(begin))
        if end:
            queryset = queryset.filter(pk__lt=min(first_id_at(end) + SECOND, MAX_ID))
        return queryset

    def _moment(self, name: str, otherwise: str) -> datetime | None:
        day, time = (
            self.used_parameters.get(f"{self.parameter_name}_{name}_{part}") for part in (0, 1)
        )
        found = parse_datetime_str(f"{day} {time or otherwise}")
        return found.replace(tzinfo=UTC) if found else None


class StateFilter(DropdownFilter):
    title = "state"
    parameter_name = "state"
    states: tuple[str, ...] = tuple(COLOURS)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(state, state.capitalize()) for state in self.states]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() in self.states:
            return queryset.filter(CHEAPLY.get(self.value() or "", Q()), state_now=self.value())
        return queryset


class ReportedFilter(DropdownFilter):
    title = "reports"
    parameter_name = "reports"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "Waiting"), ("any", "Any"), ("none", "None")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        reports = Report.objects.filter(target_id=OuterRef("pk"))
        if self.value() == "open":
            # From the reports, not from every row.
            return queryset.filter(pk__in=Report.objects.open().values("target_id"))
        if self.value() in {"any", "none"}:
            return queryset.filter(Exists(reports) if self.value() == "any" else ~Exists(reports))
        return queryset
