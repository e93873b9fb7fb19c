"""The page that explains feeds: why a post stands in a person's feed, or does not."""

import json
from typing import Any

from django import forms
from django.contrib.admin.options import ModelAdmin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.models import User
from posts.actions.feeds import explain_feed
from posts.feeds.explaining import Explanation
from socialsite.lib.admin import MODERATORS
from socialsite.lib.admin.dashboard import OPTIONS
from socialsite.lib.admin.roles import has_role

PAGE = "posts_post_feed"
POINTS = {**OPTIONS, "indexAxis": "y"}
"""Chart.js: a bar for each part, one below the other"""


class PersonForm(forms.Form):
    """Whose feed is asked about."""

    required_css_class = "required"
    person = forms.CharField(max_length=31, label="Whose feed", widget=UnfoldAdminTextInputWidget)

    def __init__(self, viewer: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.viewer = viewer

    def clean_person(self) -> User:
        name = self.cleaned_data["person"].strip().removeprefix("@").lower()
        found: User | None = User.objects.visible_to(self.viewer).filter(username=name).first()
        if found is None:
            raise forms.ValidationError("There is nobody of this name.")
        return found


class FeedExplainer(ModelAdmin[Any]):
    """Mixin: the page of a post that explains feeds, for moderators. What it told is in the trail."""

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.explain_view)
        return [path("<path:object_id>/feed/", page, name=PAGE), *super().get_urls()]

    def explain_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for a person, and answer why the post stands in their feed or does not."""
        post = self.get_object(request, object_id)
        if post is None or not has_role(request, MODERATORS):
            raise Http404
        sent = request.POST if request.method == "POST" else None
        form, found = PersonForm(request.user, sent), None
        if form.is_valid():
            person = form.cleaned_data["person"]
            found = explain_feed(actor=_actor(request), person=person, post=post)
        context = {
            **self.admin_site.each_context(request),
            "title": "Explain a feed",
            "opts": self.opts,
            "original": post,
            "back": reverse("admin:posts_post_change", args=[post.pk]),
            "form": form,
            **(_told(found) if found else {}),
        }
        return TemplateResponse(request, "admin/feed_explainer.html", context)


def link_to_explainer(post_id: int) -> str:
    address = reverse(f"admin:{PAGE}", args=[post_id])
    shape = '<a class="text-link hover:underline" href="{}">Explain a feed</a>'
    return format_html(shape, address)


def _actor(request: HttpRequest) -> User:
    actor: Any = request.user
    person: User = actor
    return person


def _told(found: Explanation) -> dict[str, Any]:
    sources = [f"{name} #{tag}" if tag else name for name, tag in found.sources]
    conditions = [[one.text, "yes" if one.holds else "no"] for one in found.conditions]
    parts: list[list[Any]] = [[part.name, f"{part.points:.3f}"] for part in found.parts]
    series = {
        "label": "points",
        "data": [part.points for part in found.parts],
        "backgroundColor": "var(--color-primary-600)",
        "borderRadius": 3,
        "maxBarThickness": 18,
    }
    labels = [part.name for part in found.parts]
    return {
        "verdict": found.verdict,
        "sources": ", ".join(sources) or "nothing",
        "conditions": {"headers": ["Condition", "Holds"], "rows": conditions},
        "parts": {"headers": ["Part", "Points"], "rows": [*parts, ["score", f"{found.score:.3f}"]]},
        "chart": json.dumps({"labels": labels, "datasets": [series]}),
        "options": json.dumps(POINTS),
    }
