"""Acts: what a moderator can do to a thing, each a page with a form that calls one action of an app."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import update_wrapper
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.options import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.enums import ActionVariant

from socialsite.lib.admin.roles import MODERATORS, has_role
from socialsite.lib.errors import AppError

Run = Callable[..., str]


class ActForm(forms.Form):
    """The form of an act that asks for nothing but a second thought."""

    required_css_class = "required"


@dataclass(frozen=True, kw_only=True)
class Act:
    """A button on the page of a thing.

    `run` is called with `actor`, `thing` and the fields of the form, and answers the sentence that tells the moderator what was done.
    """

    name: str
    title: str
    note: str
    """What will happen, told above the form"""
    run: Run
    form: type[forms.Form] = ActForm
    roles: frozenset[str] = MODERATORS
    fits: Callable[[Any], bool] = lambda _thing: True
    """Whether the thing is in a state for this"""
    initial: Callable[[Any], dict[str, Any]] = lambda _thing: {}
    """What the form holds at first"""
    icon: str = "gavel"
    variant: ActionVariant = ActionVariant.DEFAULT


_ACTS: dict[type[Model], list[Act]] = {}


def add_act(model: type[Model], act: Act) -> None:
    """Put an act on the pages of a model, which may belong to an app below."""
    _ACTS.setdefault(model, []).append(act)


class ActPages(ModelAdmin[Any]):
    """Mixin: the pages of the acts of a model, and their buttons."""

    def acts_for(self, request: HttpRequest, thing: Any) -> Iterator[Act]:
        """Yield the acts that this person may do to a thing in its present state."""
        for act in _ACTS.get(self.model, ()):
            if has_role(request, act.roles) and act.fits(thing):
                yield act

    def get_urls(self) -> list[URLPattern]:
        def page(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            return self.admin_site.admin_view(self.act_view)(request, **kwargs)

        update_wrapper(page, self.act_view)
        route = path("<path:object_id>/act/<slug:name>/", page, name=self._route())
        return [route, *super().get_urls()]

    def act_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Show the form of an act, and do it when the form comes back."""
        thing = self.get_object(request, object_id)
        known = {act.name: act for act in _ACTS.get(self.model, ())}
        if thing is None or name not in known or not self.has_view_permission(request, thing):
            raise Http404
        act = known[name]
        if not has_role(request, act.roles):
            raise PermissionDenied
        if not act.fits(thing):
            messages.warning(request, f"{act.title}: {thing} is not in a state for this any more.")
            return HttpResponseRedirect(self._page_of(thing))
        return self._answer(request, act, thing)

    def _answer(self, request: HttpRequest, act: Act, thing: Any) -> HttpResponse:
        sent = request.POST if request.method == "POST" else None
        form = act.form(sent, initial=act.initial(thing))
        if form.is_valid() and self._do(request, act, thing, form):
            return HttpResponseRedirect(self._page_of(thing))
        page = {
            **self.admin_site.each_context(request),
            "title": act.title,
            "opts": self.opts,
            "original": thing,
            "act": act,
            "form": form,
            "back": self._page_of(thing),
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/act.html", page)

    @staticmethod
    def _do(request: HttpRequest, act: Act, thing: Any, form: forms.Form) -> bool:
        try:
            told = act.run(actor=request.user, thing=thing, **form.cleaned_data)
        except AppError as refusal:
            field = refusal.attr if refusal.attr in form.fields else None
            form.add_error(field, refusal.message)
            return False
        messages.success(request, told)
        return True

    def act_buttons(self, request: HttpRequest, thing: Any) -> list[dict[str, Any]]:
        """Return the buttons of a thing's page as unfold's templates take them."""
        return [
            {
                "title": act.title,
                "icon": act.icon,
                "variant": act.variant,
                "attrs": {},
                "dialog": None,
                "path": reverse(f"admin:{self._route()}", args=[thing.pk, act.name]),
            }
            for act in self.acts_for(request, thing)
        ]

    def _route(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_act"

    def _page_of(self, thing: Any) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(name, args=[thing.pk])
