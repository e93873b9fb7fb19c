"""The base of the pages of what people write, and its cells."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet, When
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator
from unfold.decorators import display

from accounts.models import User
from engagement.admin.states import COLOURS_OF_COMMENTS, is_reported, state_now, state_of
from socialsite.lib.admin import EvidenceAdmin, ago, link_to_id
from socialsite.lib.admin.cells import NOTHING
from socialsite.lib.ids import MAX_ID
from socialsite.lib.tallies import Tally

MAX_COUNTED = 10_000
"""A list counts no further: to count everything would cost more than to show it"""
EXCERPT = 140
WRAPPED = "white-space: pre-wrap; overflow-wrap: anywhere;"


class CappedPaginator(Paginator[Any]):
    """Pages of the newest rows of a list; filters and search lead to older ones."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        # What the rows carry is not worth making for a number; in this order no table is sorted for it.
        return int(rows.order_by("-pk").values("pk")[:MAX_COUNTED].count())


class ContentAdmin(EvidenceAdmin):
    """A list of what people write, as far as moderators may read it: whatever everybody may, and what was reported."""

    change_form_outer_after_template = "admin/panels_beside.html"
    paginator = CappedPaginator
    list_display_links = ["excerpt"]
    links_by: tuple[str, ...] = ("author",)
    search_fields = ["content"]
    search_help_text = "A whole username, part of a text, or a whole id"
    ordering = ["-pk"]
    sortable_by = ("written",)
    """No index has the other columns in order"""
    untouched: tuple[When, ...] = ()
    """States of what neither its author nor a moderator took away"""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: Any = self.model._default_manager
        seen: QuerySet[Any] = rows.visible_to(request.user).select_related("author")
        return seen.annotate(state_now=state_now(*self.untouched), is_reported=is_reported())

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        name = User.objects.filter(username=term.removeprefix("@").lower())
        if not term or (term.startswith("@") and " " not in term):
            return (queryset.filter(author__in=name) if term else queryset), False
        wanted = Q(content__icontains=term) | Q(author__in=name)
        # Not longer, before it is read as a number: Python refuses to read any.
        if term.isdecimal() and len(term) <= len(str(MAX_ID)) and int(term) <= MAX_ID:
            wanted |= Q(pk=int(term))
        # Apart, so that only what was found is asked who may read it.
        found = self.model._default_manager.filter(wanted).order_by()
        return queryset.filter(pk__in=found.values("pk")), False

    @display(description="text")
    def excerpt(self, thing: Any) -> str:
        return excerpt_of(thing.content)

    @display(description="text")
    def text(self, thing: Any) -> str:
        return whole(thing.content)

    @display(label=COLOURS_OF_COMMENTS)
    def state(self, thing: Any) -> str:
        return state_of(thing)

    @display(label=True)
    def marks(self, thing: Any) -> list[str]:
        return marks_of(thing)

    @display(description="marks")
    def all_marks(self, thing: Any) -> str:
        return ", ".join(marks_of(thing)) or NOTHING

    @display(description="mentions")
    def named(self, thing: Any) -> str:
        people = ((link_to_id(int(row["id"]), f"@{row['username']}"),) for row in thing.mentions)
        return format_html_join(", ", "{}", people) or NOTHING

    @display(description="written", ordering="id")
    def written(self, thing: Any) -> str:
        return ago(thing.created_at)

    @display(ordering="like_count")
    def likes(self, thing: Any) -> int:
        return int(thing.like_count)


def excerpt_of(text: str, length: int = EXCERPT) -> str:
    """Return the beginning of a text in one line, or a dash."""
    short = Truncator(" ".join(text.split())).chars(length)
    # A floor under its width, or the other columns squeeze it to a word a line.
    style = "min-width: 14rem; overflow-wrap: anywhere; white-space: normal;"
    return format_html('<div style="{}">{}</div>', style, short or NOTHING)


def whole(text: str) -> str:
    """Return a text as it was written, its lines kept; a long one can be scrolled."""
    if not text:
        return NOTHING
    style = f"{WRAPPED} max-height: 24rem; overflow-y: auto;"
    return format_html('<div style="{}">{}</div>', style, text)


def marks_of(thing: Any) -> list[str]:
    """Return what is to be noticed about a thing beside its state."""
    marks = {
        "reported": vars(thing)["is_reported"],
        "edited": thing.edited_at is not None,
        "author suspended": thing.author.suspended_by is not None,
    }
    return [mark for mark, is_set in marks.items() if is_set]


def tally_of(counts: Tally) -> str:
    """Return how many people put which emoji on a thing."""
    rows = ((row["emoji"], row["count"]) for row in counts)
    return format_html_join(" ", "{}\u00a0{}", rows) or NOTHING


def links_out(media: Iterable[dict[str, str]]) -> str:
    """Return media as links with their descriptions: the page itself asks no other site for anything."""
    rows = [(_outward(medium["url"]), medium.get("alt") or "no description") for medium in media]
    return format_html_join("", "<div>{}<br>{}</div>", rows) or NOTHING


def _outward(url: str) -> str:
    if urlsplit(url).scheme not in {"http", "https"}:
        return url
    return format_html(
        '<a class="text-link hover:underline" style="overflow-wrap: anywhere;" href="{}" target="_blank" '
        'rel="noopener noreferrer nofollow">{}</a>',
        url,
        url,
    )
