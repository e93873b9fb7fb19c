"""Headers of our own making: their text is known to be sound, so Django's check of each one is spared."""

from collections.abc import Mapping

from django.http import HttpResponse

Headers = dict[str, tuple[str, str]]
"""lower-case name -> (name, value), as Django keeps them"""


def prepared(headers: Mapping[str, str]) -> Headers:
    """Return headers in the form that `add` takes; raises BadHeaderError for text that no header can hold."""
    checked = HttpResponse(headers=dict(headers))
    return {name.lower(): (name, checked.headers[name]) for name in headers}


def add(response: HttpResponse, headers: Headers) -> None:
    """Set prepared headers that the response does not have yet."""
    kept = response.headers._store
    for key, pair in headers.items():
        kept.setdefault(key, pair)


def put(response: HttpResponse, name: str, value: str) -> None:
    """Set a header whose value is a number or an id."""
    response.headers._store[name.lower()] = (name, value)
