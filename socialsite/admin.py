"""The console's site: our sign-in, our pages and no others, and a first page of figures."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from unfold.sites import UnfoldAdminSite

from accounts.console import is_let_in, password_page, sign_in_page, sign_out
from socialsite.lib.admin import EvidenceAdmin
from socialsite.lib.admin.dashboard import shown_charts, shown_figures

View = Callable[..., HttpResponse]
FLOORS = [
    *(label for label in apps.app_configs if label not in {"lib", "django_tasks_database"}),
    "lib",
    "django_tasks_database",
]
NAMES = {"django_tasks_database": "Background work"}
"""What the console calls the apps of libraries"""
ExtraContext = dict[str, Any] | None


class ConsoleSite(UnfoldAdminSite):
    """Django's admin as the moderators' console."""

    index_template = "admin/dashboard.html"
    index_title = "Dashboard"
    dropped = {"password_change_done", "view_on_site"}

    def register(
        self, model_or_iterable: Any, admin_class: type | None = None, **options: Any
    ) -> None:
        """Take our own pages only: those of libraries would write past the actions and their audit."""
        if admin_class is not None and issubclass(admin_class, EvidenceAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return is_let_in(request)

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """As Django's, with refusals told by a page."""

        def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            # PostgreSQL knows no text with NUL, and the filters of Django do not look for it.
            if "\0" in request.path or "%00" in request.META["QUERY_STRING"]:
                return self._refuse(request, 400, "The address holds a NUL character.")
            try:
                return view(request, *args, **kwargs)
            except Http404:
                return self._refuse(request, 404, "There is no such page, or no such thing.")
            except PermissionDenied:
                return self._refuse(request, 403, "Your role does not allow this.")

        guarded: View = super().admin_view(update_wrapper(told, view), cacheable)
        return guarded

    def get_urls(self) -> list[URLPattern]:
        return [url for url in super().get_urls() if getattr(url, "name", "") not in self.dropped]

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: ExtraContext = None) -> HttpResponse:
        if request.method == "GET" and self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        return sign_in_page(request, self.each_context(request))

    login.login_required = False  # type: ignore[attr-defined]

    def logout(self, request: HttpRequest, extra_context: ExtraContext = None) -> HttpResponse:
        if request.method == "POST":
            sign_out(request)
        return HttpResponseRedirect(reverse("admin:login"))

    def password_change(
        self, request: HttpRequest, extra_context: ExtraContext = None
    ) -> HttpResponse:
        return password_page(request, self.each_context(request))

    def index(self, request: HttpRequest, extra_context: ExtraContext = None) -> HttpResponse:
        shown = {"figures": shown_figures(request), "charts": shown_charts(request)}
        page: HttpResponse = super().index(request, {**shown, **(extra_context or {})})
        return page

    def search(self, request: HttpRequest, extra_context: ExtraContext = None) -> HttpResponse:
        # Names of pages fit on one page, and unfold reads any number of another as it comes.
        request.GET = request.GET.copy()  # type: ignore[assignment]
        request.GET.pop("page", None)  # type: ignore[misc]
        found: HttpResponse = super().search(request, extra_context)
        return found

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """Return the apps in the order of the floors, what they run on last, and the pages of each in their own order."""
        found: list[dict[str, Any]] = super().get_app_list(request, app_label)
        for app in found:
            app["name"] = NAMES.get(app["app_label"], app["name"])
            app["models"].sort(key=lambda entry: self._registry[entry["model"]].place)
        return sorted(found, key=lambda app: FLOORS.index(app["app_label"]))

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        home = {"name": self.index_title, "admin_url": reverse("admin:index"), "model": None}
        groups = [{"name": "", "models": [home]}, *self.get_app_list(request)]
        return [
            {
                "title": group["name"],
                "separator": False,
                "items": [self._entry(request, model) for model in group["models"]],
            }
            for group in groups
        ]

    def _entry(self, request: HttpRequest, entry: dict[str, Any]) -> dict[str, Any]:
        model: type[Model] | None = entry["model"]
        page, here = entry["admin_url"], request.path
        return {
            "title": entry["name"],
            "icon": self._registry[model].icon if model else "dashboard",
            "link": page,
            "active": here.startswith(page) if model else here == page,
            "has_permission": True,
        }

    def _refuse(self, request: HttpRequest, status: int, told: str) -> HttpResponse:
        page = {**self.each_context(request), "title": f"Error {status}", "told": told}
        return TemplateResponse(request, "admin/refusal.html", page, status=status)
