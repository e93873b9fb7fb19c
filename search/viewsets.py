"""The routes of the search."""

from typing import Any

from django.http import HttpResponse

from search.asking import asked_for
from search.limits import SEARCHES as LIMIT
from search.pages import Page, first_of, page_of
from search.parsing import Parsed
from search.searchables import SEARCHES
from search.serializers import (
    GROUPED,
    TYPED,
    PeopleAnswer,
    QueryBody,
    SearchAnswer,
    SearchQuery,
)
from socialsite.lib.api.access import Access
from socialsite.lib.api.calls import Call
from socialsite.lib.api.operations import reads
from socialsite.lib.api.renderers import dumps
from socialsite.lib.api.views import ApiViewSet


class SearchViewSet(ApiViewSet):
    @reads(SearchAnswer, access=Access.ANYONE, query=SearchQuery, conditional=False, limit=LIMIT)
    def search(self, request: Call, query: dict[str, Any]) -> HttpResponse:
        """What fits a query, as far as the caller may see it, the best first."""
        asked = asked_for(request.user, query["text"], newest_first=query["sort"] == "date")
        if "type" in query:
            limit = query.get("limit", TYPED)
            page = page_of(request, query["type"], asked, limit, query.get("cursor"))
            return _answer(page, asked.query)
        limit = query.get("limit", GROUPED)
        groups = {name: first_of(name, asked, limit) for name in SEARCHES}
        return _json({"query": asked.query.echo(), **groups})

    @reads(PeopleAnswer, access=Access.ANYONE, query=QueryBody, conditional=False, limit=LIMIT)
    def people(self, request: Call, query: dict[str, Any]) -> HttpResponse:
        """People by the beginning of a name or username first, then by what they say of themselves."""
        asked = asked_for(request.user, query["text"])
        limit = query.get("limit", TYPED)
        return _answer(page_of(request, "users", asked, limit, query.get("cursor")), asked.query)


def _answer(page: Page, query: Parsed) -> HttpResponse:
    body = {
        "next": page.next,
        "previous": page.previous,
        "results": page.results,
        "query": query.echo(),
    }
    return _json(body, {"Link": page.link} if page.link else {})


def _json(body: dict[str, Any], headers: dict[str, str] | None = None) -> HttpResponse:
    # Rendered once, here: DRF's own response would copy the same data again.
    return HttpResponse(dumps(body), content_type="application/json", headers=headers)
