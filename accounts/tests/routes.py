"""Every operation of the URL configuration, with a path that can be called."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from socialsite.lib.api.access import Access
from socialsite.lib.api.operations import Operation
from socialsite.lib.ids import Kind, mint

PLACE = re.compile(r"<(?:(\w+):)?\w+>")
UNSAFE = {"post", "put", "patch", "delete"}
ONE_CLICK = "/api/notifications/unsubscribe"
"""Called by mail programs, with a form and a token from the mail (RFC 8058)"""


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    view: Any
    operation: Operation
    is_plain: bool
    """Whether the path names no single thing"""

    @property
    def takes_credentials(self) -> bool:
        """Whether a cookie or a token counts here; the routes that make them ignore both."""
        return bool(self.view.authentication_classes)

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"


def unsafe_routes() -> list[Route]:
    """Return the operations that change things, by both forms of their path."""
    return [route for route in _routes() if route.method in UNSAFE]


def reads_of_people() -> list[Route]:
    """Return what anybody who is signed in may read, but for the pages of one thing, which may not be there."""
    reads = [route for route in _routes() if route.method == "get" and route.is_plain]
    return [route for route in reads if route.operation.access is Access.SIGNED_IN]


def guarded_routes() -> list[Route]:
    return [route for route in unsafe_routes() if route.takes_credentials]


def _routes() -> Iterator[Route]:
    for text, callback in _views(get_resolver(), "/"):
        for method, name in getattr(callback, "actions", {}).items():
            operation = getattr(getattr(callback.cls, name), "operation", None)
            if operation is not None:
                path = PLACE.sub(_example, text)
                yield Route(method, path, callback.cls, operation, is_plain=path == text)


def _views(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, Any]]:
    for pattern in resolver.url_patterns:
        text = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield text, pattern.callback
        elif "admin" not in text:
            yield from _views(pattern, text)


def _example(place: re.Match[str]) -> str:
    """Return a value that fits a place of a path: an id of the kind, which names nothing."""
    kinds = {kind.name.lower(): kind for kind in Kind}
    kind = kinds.get(place[1] or "")
    return str(mint(kind)) if kind else "1"
