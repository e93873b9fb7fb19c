from collections.abc import Iterator
from typing import Any

import pytest
from django.test import RequestFactory
from django.utils import timezone

from accounts.models import Session
from operations.views import ContractView
from socialsite.lib.api.twins import shape_of
from socialsite.lib.testing.matrix import Row, call, fill, fill_body, masked, operations
from tests.access import ROWS
from tests.bodies import BODIES
from tests.world import World

CALLERS = ("anonymous", "owner", "moderator")
API_ROWS = [row for row in ROWS if row.path.startswith("/api/") and "?" not in row.path]
FIRST = list({row.operation: row for row in reversed(API_ROWS)}.values())
"""One row of each operation: the first of the tables"""
LAST = list({row.operation: row for row in API_ROWS if row.state in {"own", "confirmed"}}.values())
LAST += [row for row in FIRST if row.operation not in {known.operation for known in LAST}]
"""One row of each operation, with a confirmed password where one is asked for"""
PAGES = {"GET /api/schema", "GET /api/asyncapi", "GET /api/docs"}
SECRETS = (
    "nonce",
    "access_token",
    "refresh_token",
    "csrf_token",
    "expires_in",
    "token",
    "secret",
    "uri",
)


def without_secrets(answer: Any) -> Any:
    """Return what two calls must share: not the secrets that each makes anew, nor what depends on the moment."""
    status, body, headers = masked(answer)
    path = answer.request["PATH_INFO"].rstrip("/").encode()
    body = body.replace(path + b"/?", path + b"?")
    if any(name in body.decode(errors="replace") for name in SECRETS):
        return status
    made = {"ETag", "Location", "Set-Cookie"} if answer.status_code in {200, 201} else set()
    kept = {name: value for name, value in headers.items() if name not in made}
    return (status, kept) if made and answer.request["REQUEST_METHOD"] != "GET" else (status, body)


@pytest.mark.once
def test_m2_m9_every_route_answers_alike_with_and_without_slash(world: World) -> None:
    for row in FIRST:
        for caller in CALLERS:
            bare, slashed = (world.call(caller, row, slash=slash) for slash in ("", "/"))
            assert not 300 <= bare.status_code < 400, row
            assert without_secrets(bare) == without_secrets(slashed), f"{row} {caller}"


def has_error_shape(answer: Any) -> bool:
    body = answer.json()
    is_whole = {"type", "errors", "request_id"} <= set(body)
    is_named = body["request_id"] == answer.headers["X-Request-Id"]
    return (
        is_whole and is_named and all({"code", "detail", "attr"} == set(e) for e in body["errors"])
    )


def refusals() -> Iterator[tuple[Row, str]]:
    """Yield a row and a caller for each way in which an operation refuses somebody."""
    seen = set()
    for row in API_ROWS:
        for caller in ("anonymous", "owner", "stranger"):
            refusal = row.operation, row.expected[caller]
            if row.expected[caller] >= 400 and refusal not in seen:
                seen.add(refusal)
                yield row, caller


def test_m9_m10_every_refusal_has_the_one_shape(world: World) -> None:
    for row, caller in refusals():
        answer = world.call(caller, row)
        assert has_error_shape(answer), f"{row} {caller}: {answer.content!r}"


def refused(answer: Any, *names: str) -> bool:
    attrs = {e["attr"] for e in answer.json()["errors"] if e["code"] == "unknown_field"}
    return answer.status_code == 400 and attrs == set(names)


def allowed(world: World, row: Row) -> tuple[Any, str, Any]:
    """Return a client that the row lets in, with the path and the body it accepts."""
    places = world.places_of(row.state)
    passes = [name for name, status in row.expected.items() if status < 300 and name != "reader"]
    caller = world.clients[world.name_of(passes[0] if passes else "owner", row.state)]
    return caller, fill(row.path, places), fill_body(BODIES.get(row.operation), places)


def test_m10_an_unknown_query_parameter_is_refused_everywhere(world: World) -> None:
    Session.objects.update(confirmed_at=timezone.now())
    for row in LAST:
        if row.operation not in PAGES:
            client, path, body = allowed(world, row)
            assert refused(call(client, row.method, f"{path}?nosuch=1", body), "nosuch"), row


def test_m10_a_method_the_path_does_not_know_is_405(world: World) -> None:
    client = world.clients["moderator"]
    known = {name for name, _ in operations()}
    for row in FIRST:
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            path = f"{method} {row.path}"
            if path not in known and row.operation not in PAGES:
                answer = call(client, method, fill(row.path, world.places_of(row.state)))
                assert (answer.status_code, has_error_shape(answer)) == (405, True), path
                assert row.method in answer.headers["Allow"].split(", "), path


def test_y92_the_published_contract_lists_every_operation_and_no_other() -> None:
    request = RequestFactory().get("/api/schema", HTTP_ACCEPT="application/json")
    document = ContractView.as_view()(request).data
    listed = {
        f"{method.upper()} {shape_of(path)}"
        for path, item in document["paths"].items()
        for method in item
    }
    routed = {shape_of(name.replace("<", "{").replace(">", "}")) for name, _ in operations()}
    api = {name for name in routed if name.partition(" ")[2].startswith("/api/")} - PAGES
    assert api <= listed, sorted(api - listed)
    assert not {name for name in listed - routed if "/api/" in name}


def test_t4_head_and_options_tell_no_more_than_get(world: World) -> None:
    client = world.clients["blocked"]
    for row in FIRST:
        if row.method == "GET" and row.expected["blocked"] == 404:
            hidden, missing = (
                fill(row.path, world.places_of(state)) for state in (row.state, "missing")
            )
            for method in ("HEAD", "OPTIONS"):
                there, nowhere = (masked(call(client, method, path)) for path in (hidden, missing))
                assert there == nowhere, f"{method} {row.path}"
            assert call(client, "HEAD", hidden).status_code == row.expected["blocked"]
