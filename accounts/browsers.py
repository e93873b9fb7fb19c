"""What a browser brings along to a sign-in and what it is given: the same at the API and at the console."""

from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from accounts.actions.sessions import Origin
from socialsite.lib import context
from socialsite.lib.api.calls import Call
from socialsite.lib.mail import one_line


def origin_of(request: HttpRequest | Call) -> Origin:
    """Return where a call comes from."""
    return Origin(
        address=context.address.get(),
        user_agent=one_line(request.headers.get("User-Agent", ""))[:200],
        device=request.COOKIES.get(settings.DEVICE_COOKIE, ""),
    )


def replacing_origin_of(request: HttpRequest | Call) -> Origin:
    """Return where a call comes from, with the sign-in of its session cookie, which the answer's cookie takes the place of."""
    return replace(origin_of(request), cookie=request.COOKIES.get(settings.API_SESSION_COOKIE, ""))


def set_cookie(response: HttpResponseBase, name: str, value: str, days: int) -> None:
    response.set_cookie(
        name, value, max_age=days * 86400, httponly=True, samesite="Lax", secure=settings.HTTPS
    )
