from typing import Any

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from socialsite.lib.errors import CODES

TWIN = "/api/things/{audience_or_session_or_user}"


@pytest.fixture(scope="module")
def contract() -> Any:
    return SchemaGenerator(urlconf="socialsite.lib.tests.twin_urls").get_schema(public=True)


def test_y92_document_is_valid_and_made_without_warnings(contract: Any) -> None:
    validate_schema(contract)
    assert not GENERATOR_STATS


def test_y92_paths_of_one_shape_are_one_path_and_no_operation_is_lost(contract: Any) -> None:
    assert list(contract["paths"]) == ["/api/things", TWIN]
    assert set(contract["paths"][TWIN]) == {"get", "put", "delete"}


def test_y92_answer_of_a_twin_is_one_of_both(contract: Any) -> None:
    answer = contract["paths"][TWIN]["get"]["responses"]["200"]
    assert answer["content"]["application/json"]["schema"]["oneOf"] == [
        {"$ref": "#/components/schemas/CircleAnswer"},
        {"$ref": "#/components/schemas/PersonAnswer"},
    ]


def test_y92_body_of_a_twin_is_one_of_both(contract: Any) -> None:
    body = contract["paths"][TWIN]["put"]["requestBody"]
    assert body["required"]
    assert len(body["content"]["application/json"]["schema"]["oneOf"]) == 2


def test_y92_twin_names_its_variable_for_every_kind(contract: Any) -> None:
    for operation in contract["paths"][TWIN].values():
        (variable,) = [p for p in operation["parameters"] if p["in"] == "path"]
        assert variable["name"] == "audience_or_session_or_user"
        assert variable["required"]


def test_y92_twin_says_what_each_kind_does(contract: Any) -> None:
    operation = contract["paths"][TWIN]["get"]
    assert operation["summary"] == "A circle / A person"
    assert "anyone" in operation["description"]
    assert "signed_in" in operation["description"]


def test_y92_operation_ids_are_unique(contract: Any) -> None:
    ids = [op["operationId"] for path in contract["paths"].values() for op in path.values()]
    assert len(ids) == len(set(ids)) == 4


def test_y92_list_is_described_as_pages(contract: Any) -> None:
    operation = contract["paths"]["/api/things"]["get"]
    assert {p["name"] for p in operation["parameters"]} == {"cursor", "limit", "count", "ids"}
    page = contract["components"]["schemas"]["PersonAnswerPage"]
    assert page["required"] == ["next", "previous", "results"]


def test_y92_ids_are_sent_as_text_and_taken_as_text_or_number(contract: Any) -> None:
    schemas = contract["components"]["schemas"]
    assert schemas["CircleAnswer"]["properties"]["id"]["type"] == "string"
    kinds = schemas["CircleBodyRequest"]["properties"]["owner_id"]["oneOf"]
    assert [kind["type"] for kind in kinds] == ["string", "integer"]


def test_y92_field_that_may_be_missing_is_not_required(contract: Any) -> None:
    assert contract["components"]["schemas"]["PersonAnswer"]["required"] == ["id", "joined_at"]


def test_y92_every_operation_publishes_its_refusals(contract: Any) -> None:
    responses = contract["paths"][TWIN]["put"]["responses"]
    assert {"400", "401", "403", "404", "409", "413", "415", "429", "503"} <= set(responses)
    refusal = contract["components"]["responses"]["Conflict"]["content"]["application/json"]
    assert refusal["schema"] == {"$ref": "#/components/schemas/Error"}
    assert "request_id" in contract["components"]["schemas"]["Error"]["required"]


def test_y92_error_codes_are_a_closed_list(contract: Any) -> None:
    assert contract["components"]["schemas"]["ErrorCode"]["enum"] == list(CODES)


def test_y92_credentials_are_named_and_anyone_needs_none(contract: Any) -> None:
    assert set(contract["components"]["securitySchemes"]) == {"bearer", "cookie"}
    assert {} not in contract["paths"]["/api/things"]["get"]["security"]
