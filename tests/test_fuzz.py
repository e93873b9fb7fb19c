import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.conf import settings as site
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.result import Ok

from accounts.testing import Cast, client_of
from socialsite.lib.testing.client import ApiClient
from socialsite.lib.testing.contract import document
from socialsite.lib.testing.matrix import passing
from tests.places import Places, make_places, places_on

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(600)]
CASES = int(os.environ.get("FUZZ_CASES", "8" if site.SQLITE else "3"))
"""For each operation and role; 8 make 2 800 in all. What differs between the databases the hostile inputs send to both."""
ROLES = (
    "user",
    pytest.param("anonymous", marks=pytest.mark.once),
    pytest.param("moderator", marks=pytest.mark.once),
)
HEALTH = "/health"


@pytest.fixture(params=ROLES)
def caller(request: pytest.FixtureRequest, cast: Cast, settings: Any) -> ApiClient:
    settings.RATE_LIMIT_SCALE = 1e9
    people = {"user": cast.charlie, "moderator": cast.moderator}
    return client_of(people[request.param]) if request.param in people else ApiClient()


def fuzzed_operations() -> Iterator[Any]:
    schema = schemathesis.openapi.from_dict(document())
    found = (result.ok() for result in schema.get_all_operations() if isinstance(result, Ok))
    return (operation for operation in found if operation.path != HEALTH)


def answer_of(caller: ApiClient, case: Any) -> Any:
    """Make the call a case describes; its effects are taken back."""
    sent = case.as_transport_kwargs(base_url="http://testserver")
    headers = {
        k: v for k, v in sent["headers"].items() if k.lower() not in {"authorization", "cookie"}
    }
    body = sent.get("json") if "json" in sent else None
    with passing():
        return caller.generic(
            case.method.upper(), case.formatted_path, query_params=case.query or None,
            headers=headers, **({} if body is None else {"json": body}),
        )  # fmt: skip


def is_sound(case: Any, answer: Any) -> None:
    assert answer.status_code < 500, (case.method, case.path, answer.content)
    shape = {"type", "errors", "request_id"}
    assert answer.status_code < 400 or set(answer.json()) >= shape, (case.path, answer.content)


def lead_somewhere(case: Any, places: Places, number: int) -> None:
    """Let every other call of an operation be about a thing that is there; made-up ids hardly ever name one."""
    if number % 2 and case.path_parameters:
        known = places_on(case.path, places)
        case.path_parameters = {
            name: known.get(name, value) for name, value in case.path_parameters.items()
        }


def test_y92_no_generated_call_fails_and_every_refusal_has_the_shape(
    caller: ApiClient, cast: Cast
) -> None:
    made, places = 0, make_places(cast)
    for operation in fuzzed_operations():

        @settings(
            max_examples=CASES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def run(case: Any) -> None:
            nonlocal made
            made += 1
            lead_somewhere(case, places, made)
            is_sound(case, answer_of(caller, case))

        run()
    assert made >= 88 * CASES, "with 8, three roles must make 2 000 calls at least"
