"""The base of every page of the console: evidence, which is read and never edited."""

from typing import Any

from django.contrib.admin import ShowFacets
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin

from socialsite.lib.admin.acts import ActPages
from socialsite.lib.admin.exports import Exports
from socialsite.lib.admin.panels import panels_of
from socialsite.lib.admin.roles import MODERATORS, has_role

OF_FILTERS = {"", "__exact", "_from_0", "_from_1", "_to_0", "_to_1"}
"""What the theme's filters add to the name of a column"""


class EvidenceAdmin(ActPages, Exports, ModelAdmin):
    """A list with filters and search, and a page of each row, all read-only; acts are the only way to change something."""

    seen_by: frozenset[str] = MODERATORS
    icon = "description"
    """Name of the symbol in the side bar"""
    place = 100
    """Where it stands among the pages of its app, the lowest first"""
    list_per_page = 50
    list_max_show_all = 0
    list_filter_submit = True
    list_fullwidth = True
    # More counts over the whole table would cost more than the list.
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    actions_on_top = True
    change_form_outer_after_template = "admin/panels.html"
    empty_value_display = "–"
    links_by: tuple[str, ...] = ()
    """Columns by which other pages link to parts of the list"""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_role(request, self.seen_by)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Allow what the page offers and no more: Django's rule would tell a hash or an address letter by letter."""
        offered = [*self.links_by, *map(_parameter_of, self.get_list_filter(request))]
        return any(lookup.removeprefix(name) in OF_FILTERS for name in offered)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        thing: Model | None = kwargs.get("obj") or context.get("original")
        if thing is not None:
            context["actions_detail"] = self.act_buttons(request, thing)
            context["panels"] = panels_of(request, thing)
        return super().render_change_form(request, context, *args, **kwargs)


def _parameter_of(listed: Any) -> str:
    """Return the name that a filter goes by in a query."""
    name: str = listed[0] if isinstance(listed, tuple) else listed.parameter_name
    return name
