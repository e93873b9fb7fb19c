"""Lists as CSV files in which nothing is a formula (RELIABILITY T28)."""

import re
from typing import Any

import tablib
from django.contrib.admin.options import IncorrectLookupParameters, ModelAdmin
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from import_export.admin import ExportMixin
from import_export.formats.base_formats import CSV
from import_export.resources import ModelResource, modelresource_factory

MAX_ROWS = 10_000
"""A file is made in memory: more rows are had by filters, or by the operator's backup."""
FORMULA = re.compile(r"\A[\s'\"]*[=+\-@|%＝＋－＠]")
NUMBER = re.compile(r"\A[+-]?\d+(\.\d+)?\Z")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def neutral(cell: Any) -> str:
    """Return a cell that no spreadsheet, terminal or log takes for more than text."""
    text = CONTROL.sub(" ", "" if cell is None else str(cell))
    return f"'{text}" if FORMULA.match(text) and not NUMBER.match(text) else text


class NeutralCSV(CSV):
    """CSV in UTF-8, each cell made neutral."""

    def export_data(self, dataset: tablib.Dataset, **options: Any) -> str:
        rows = [[neutral(cell) for cell in row] for row in dataset]
        plain = tablib.Dataset(*rows, headers=dataset.headers)
        return str(super().export_data(plain, **options))


class Exports(ExportMixin, ModelAdmin[Any]):
    """Mixin: a list with `export_fields` has a button that downloads what its filters and search leave."""

    export_fields: tuple[str, ...] = ()
    export_formats = [NeutralCSV]
    skip_export_form = True
    to_encoding = "utf-8"

    def get_export_fields(self, request: HttpRequest) -> tuple[str, ...]:
        return self.export_fields

    def has_export_permission(self, request: HttpRequest) -> bool:
        return bool(self.get_export_fields(request)) and self.has_view_permission(request)

    def export_action(self, request: HttpRequest) -> HttpResponse:
        try:
            file: HttpResponse = super().export_action(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(f"../?{ERROR_FLAG}=1")
        return file

    def get_export_resource_classes(self, request: HttpRequest) -> list[type[ModelResource]]:
        named = list(self.get_export_fields(request))
        return [
            modelresource_factory(self.model, meta_options={"fields": named, "export_order": named})
        ]

    def get_export_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        if not self.has_export_permission(request):
            raise PermissionDenied
        rows: QuerySet[Any] = super().get_export_queryset(request)
        return rows[:MAX_ROWS]
