import pytest
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter
from django.urls.resolvers import RoutePattern

from socialsite.lib.api.paths import WordResolver
from socialsite.lib.converters import TargetConverter
from socialsite.lib.ids import Kind, mint

UNKNOWN = ["", "users", "users/", "nothing", "nothing/1", "users/@bob/nothing", "<", "../users/me"]


def below_api() -> WordResolver:
    return next(p for p in get_resolver().url_patterns if isinstance(p, WordResolver))


def resolved(resolver: URLResolver, path: str) -> object:
    try:
        match = resolver.resolve(path)
    except Resolver404:
        return None
    return match.func, match.args, match.kwargs, match.route, match.url_name


def example(pattern: URLPattern | URLResolver) -> str:
    text = str(pattern.pattern)
    for converter in pattern.pattern.converters.values():
        before, _, rest = text.partition("<")
        text = before + value_for(converter) + rest.partition(">")[2]
    return text


def value_for(converter: object) -> str:
    if isinstance(converter, IntConverter):
        return "7"
    is_any = isinstance(converter, TargetConverter)
    kind = Kind.POST if is_any else getattr(converter, "kind", None)
    return str(mint(kind)) if kind else "abc"


@pytest.mark.django_db
def test_paths_found_by_their_first_word_are_those_that_all_patterns_in_order_find() -> None:
    quick = below_api()
    plain = URLResolver(RoutePattern("api/", is_endpoint=False), quick.url_patterns)
    paths = [*map(example, quick.url_patterns), *UNKNOWN]
    for path in paths:
        assert resolved(quick, f"api/{path}") == resolved(plain, f"api/{path}")
    assert all(resolved(quick, f"api/{path}") for path in paths[: -len(UNKNOWN)])
