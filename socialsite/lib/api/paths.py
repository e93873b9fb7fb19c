"""Paths: each one answers with and without its final slash, never by redirect; the slashless form is the documented one."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from django.urls import ResolverMatch, URLPattern, URLResolver, path
from django.urls.resolvers import RoutePattern
from django.utils.functional import cached_property

HIDDEN = "slash-twin"
"""Marks the pattern that the published contract leaves out."""


def route(text: str, view: Any, methods: Mapping[str, str], name: str) -> list[URLPattern]:
    """Return the two patterns of a path whose viewset methods are named by HTTP method: `{"get": "list"}`."""
    callback = view.as_view(dict(methods))
    bare = text.rstrip("/")
    return [
        path(bare, callback, name=name),
        path(f"{bare}/", callback, name=f"{name}-{HIDDEN}"),
    ]


def below(prefix: str, *modules: str) -> URLResolver:
    """Return the resolver of all paths of these modules below a prefix."""
    patterns = [pattern for module in modules for pattern in import_module(module).urlpatterns]
    return WordResolver(RoutePattern(prefix, is_endpoint=False), patterns)


class WordResolver(URLResolver):
    """Tries only the patterns that begin with the path's own first word; the others could not match it.

    Django tries all patterns in their order, and there are hundreds.
    """

    def resolve(self, path: str) -> ResolverMatch:
        word = path.removeprefix(str(self.pattern)).partition("/")[0]
        return self._by_word.get(word, self._wild).resolve(path)

    @cached_property
    def _by_word(self) -> dict[str, URLResolver]:
        words = {first_word(pattern) for pattern in self.url_patterns}
        return {word: self._of(word) for word in words if "<" not in word}

    @cached_property
    def _wild(self) -> URLResolver:
        return self._of("")

    def _of(self, word: str) -> URLResolver:
        """Return a plain resolver of the patterns that begin with this word or with a variable."""
        found = [p for p in self.url_patterns if first_word(p) == word or "<" in first_word(p)]
        return URLResolver(self.pattern, found)


def first_word(pattern: URLPattern | URLResolver) -> str:
    return str(pattern.pattern).partition("/")[0]
