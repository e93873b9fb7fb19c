"""A person's filters; nobody else sees any of it."""

from functools import partial
from typing import Any

from django.db.models import QuerySet

from accounts.actions import filters
from accounts.limits import FILTERS
from accounts.models import Filter
from accounts.serializers.filters import (
    ExportAnswer,
    FilterAnswer,
    FilterBody,
    FilterChanges,
    ImportBody,
)
from socialsite.lib.api.calls import Call
from socialsite.lib.api.etags import check_if_match
from socialsite.lib.api.operations import lists, reads, writes
from socialsite.lib.api.views import ApiViewSet


class FilterViewSet(ApiViewSet):
    @lists(FilterAnswer)
    def list(self, request: Call, query: dict[str, Any]) -> QuerySet[Filter]:
        """The caller's filters, newest first, those whose time has run out too."""
        return Filter.objects.visible_to(request.user).for_api(request.user)

    @reads(FilterAnswer)
    def read(self, request: Call, query: dict[str, Any], filter: int) -> Filter:  # noqa: A002 - the path's word
        """One filter of the caller's."""
        return FilterAnswer.find(request.user, filter)

    @writes(FilterAnswer, body=FilterBody, status=201, limit=FILTERS)
    def create(self, request: Call, data: dict[str, Any]) -> int:
        """Make a filter: from now on it hides what it catches, or marks it."""
        return filters.create_filter(actor=request.user, **data).pk

    @writes(FilterAnswer, body=FilterChanges, limit=FILTERS)
    def edit(self, request: Call, data: dict[str, Any], filter: int) -> int:  # noqa: A002 - the path's word
        """Change what is sent of a filter."""
        check = partial(check_if_match, request)
        filters.change_filter(actor=request.user, filter_id=filter, changes=data, check=check)
        return filter

    @writes(limit=FILTERS)
    def delete(self, request: Call, data: dict[str, Any], filter: int) -> None:  # noqa: A002 - the path's word
        """Forget a filter."""
        filters.delete_filter(actor=request.user, filter_id=filter)

    @reads(ExportAnswer)
    def export(self, request: Call, query: dict[str, Any]) -> Any:
        """All the caller's filters in one document, to keep, to pass on, or to import."""
        return ExportAnswer.find(request.user, None)

    @writes(ExportAnswer, body=ImportBody, limit=FILTERS)
    def take_in(self, request: Call, data: dict[str, Any]) -> int:
        """Make the filters of an export one's own; one with a title that is in use is made the same. Twice is as once."""
        filters.import_filters(actor=request.user, **data)
        return request.user.pk
