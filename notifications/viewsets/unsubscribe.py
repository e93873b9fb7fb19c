"""The end of mails by the link in them: for a mail program's one click, and as a page for people. Nobody needs to sign in."""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from rest_framework import serializers
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.renderers import StaticHTMLRenderer
from rest_framework.response import Response

from notifications import actions
from notifications.actions.preferences import DIGEST
from notifications.types import TYPES
from notifications.unsubscribing import read_token
from socialsite.lib.api.access import Access
from socialsite.lib.api.calls import Call
from socialsite.lib.api.operations import reads
from socialsite.lib.api.parsers import StrictJSONParser
from socialsite.lib.api.serializers import Body, EmptyAnswer
from socialsite.lib.api.views import ApiViewSet

POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"


class TokenQuery(Body):
    """`token` is what the link in the mail carries."""

    token = serializers.CharField(max_length=500)


class OneClickBody(Body):
    """What RFC 8058 has a mail program send; nothing is needed."""

    def get_fields(self) -> dict[str, Any]:
        return {"List-Unsubscribe": serializers.CharField(required=False, max_length=40)}


class UnsubscribeViewSet(ApiViewSet):
    # The token is the credential: a browser that happens to be signed in, as whomever, is asked for nothing more.
    authentication_classes = ()
    parser_classes = (FormParser, MultiPartParser, StrictJSONParser)

    @reads(EmptyAnswer, access=Access.ANYONE, query=TokenQuery, conditional=False)
    def ask(self, request: Call, query: dict[str, Any]) -> Response:
        """A page with a button: programs that look at the links in mails must not end anything."""
        _, what = read_token(query["token"])
        return page(request, what, is_done=False)

    @reads(EmptyAnswer, access=Access.ANYONE, query=TokenQuery, scope="write", conditional=False)
    def end(self, request: Call, query: dict[str, Any]) -> Response:
        """End the mails that the link came with; twice changes nothing."""
        OneClickBody(data=request.data).is_valid(raise_exception=True)
        user, what = read_token(query["token"])
        actions.unsubscribe(actor=user, what=what)
        return page(request, what, is_done=True)


def page(request: Call, what: str, *, is_done: bool) -> Response:
    """Return the page, in plain HTML: it names neither the person nor their address."""
    known = TYPES.get(what)
    sort = "the digest" if what == DIGEST else f"mails about “{known.name if known else what}”"
    facts = {"site": settings.SITE_NAME, "sort": sort.replace("_", " "), "is_done": is_done}
    request.accepted_renderer = StaticHTMLRenderer()
    html = render_to_string("unsubscribe.html", facts)
    return Response(
        html, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": POLICY}
    )
