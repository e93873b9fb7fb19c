import os
import re
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes
from zlib import crc32

import pytest
from django.conf import settings as site

from accounts.testing import Cast, client_of
from socialsite.lib.api.cursors import PARAMETERS
from socialsite.lib.testing.client import ApiClient
from socialsite.lib.testing.contract import Operation, operations
from socialsite.lib.testing.matrix import passing
from tests import hostile
from tests.places import Places, make_places, places_on

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(600)]
T = TypeVar("T")
ROLES = (
    "user",
    pytest.param("anonymous", marks=pytest.mark.once),
    pytest.param("moderator", marks=pytest.mark.once),
)
TURNS = 1 if os.environ.get("HOSTILE_ALL") else 3
"""On SQLite everything but headers is sent by a person who signed in; otherwise every third thing, another on each route"""


@pytest.fixture(params=ROLES)
def role(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture
def caller(role: str, cast: Cast, settings: Any) -> ApiClient:
    settings.RATE_LIMIT_SCALE = 1e9
    people = {"user": cast.charlie, "moderator": cast.moderator}
    return client_of(people[role]) if role in people else ApiClient()


def is_turn(role: str, *case: object) -> bool:
    """Whether a caller sends this case."""
    return (role == "user" and site.SQLITE) or is_picked(role, *case)


def is_picked(*case: object) -> bool:
    return crc32(str(case).encode()) % TURNS == 0


def sent(caller: ApiClient, method: str, path: str, **options: Any) -> Any:
    """Send one call whose effect is taken back."""
    with passing():
        return caller.generic(method, path, **options)


def refused_well(answer: Any) -> bool:
    """Tell whether an answer is no failure, and speaks the error shape when it refuses."""
    if answer.status_code >= 500:
        return False
    if answer.status_code < 400:
        return True
    return set(answer.json()) >= {"type", "errors", "request_id"}


@pytest.fixture
def places(cast: Cast) -> Places:
    return make_places(cast)


def path_of(operation: Operation, places: Places) -> str:
    """Return a path of an operation that names things which are there, or `me`."""
    known = places_on(operation.path, places)
    return re.sub(r"{(\w+)}", lambda found: known.get(found[1], "me"), operation.path)


def path_with(operation: Operation, segment: str) -> str:
    return re.sub(r"{\w+}", lambda found: segment, operation.path)


def writes() -> Iterator[Operation]:
    return (o for o in operations() if o.method in {"post", "put", "patch", "delete"})


def below_variables() -> Iterator[Operation]:
    return (o for o in operations() if "{" in o.path)


def cases(role: str, places: Iterator[T], inputs: Iterable[str]) -> Iterator[tuple[T, str]]:
    """Yield each place with each input that a caller sends there."""
    return (case for case in product(places, inputs) if is_turn(role, *case))


def queries() -> Iterator[tuple[Operation, str]]:
    """Each list's own parameters; those that all lists share on one of them, and an unknown one on each."""
    for operation in operations():
        if operation.method == "get":
            shared = set() if operation.path == "/api/blocks" else PARAMETERS
            yield from ((operation, name) for name in set(operation.parameters) - shared)
            yield operation, "nosuch"


def test_there_are_enough_hostile_inputs() -> None:
    assert hostile.count() >= 220
    assert len(list(operations())) > 110


def test_m8_m66_no_body_breaks_any_route(role: str, caller: ApiClient, places: Places) -> None:
    for operation, name in cases(role, writes(), hostile.BODIES):
        body = {"data": hostile.BODIES[name], "content_type": "application/json"}
        answer = sent(caller, operation.method.upper(), path_of(operation, places), **body)
        assert refused_well(answer), (operation, name, answer.content)


def test_m8_no_query_breaks_any_route(role: str, caller: ApiClient, places: Places) -> None:
    for (operation, parameter), name in cases(role, queries(), hostile.VALUES):
        query = f"{parameter}={hostile.VALUES[name]}"
        answer = sent(caller, "GET", f"{path_of(operation, places)}?{query}")
        assert refused_well(answer), (operation, parameter, name, answer.content)


def test_m8_no_path_breaks_any_route(role: str, caller: ApiClient) -> None:
    for operation, name in cases(role, below_variables(), hostile.SEGMENTS):
        segment = unquote_to_bytes(hostile.SEGMENTS[name]).decode("latin-1")
        answer = sent(caller, operation.method.upper(), path_with(operation, segment))
        assert refused_well(answer), (operation, name, answer.content)


@pytest.mark.once
@pytest.mark.parametrize("role", ["user", "anonymous"], indirect=True)
def test_m8_no_header_breaks_any_route(role: str, caller: ApiClient, places: Places) -> None:
    # The probe of /health writes from another thread, which the test's own transaction locks out.
    called = (o for o in operations() if o.path != "/health")
    for operation, name in product(called, hostile.HEADERS):
        # Headers are read before anything knows of the route.
        if not is_picked(role, operation, name):
            continue
        headers = hostile.HEADERS[name]
        environ = {f"HTTP_{k.upper().replace('-', '_')}": v for k, v in headers.items()}
        if "Content-Type" in headers:
            environ = {"CONTENT_TYPE": headers["Content-Type"]}
        body = {"data": b"{}"} if operation.method != "get" else {}
        path = path_of(operation, places)
        answer = sent(caller, operation.method.upper(), path, **body, **environ)
        assert refused_well(answer), (operation, name, answer.content)


def test_a_route_that_fails_would_be_seen(
    caller: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socialsite.lib.api.parsers._refuse_depth", lambda text: 1 / 0)
    caller.raise_request_exception = False
    answer = sent(caller, "POST", "/api/auth/login", data=b"{}", content_type="application/json")
    assert not refused_well(answer)
