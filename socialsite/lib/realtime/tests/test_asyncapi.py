import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.test import Client
from rest_framework import serializers

from socialsite.lib.api.serializers import Answer, Body, IdField
from socialsite.lib.limits import Policy
from socialsite.lib.realtime import asyncapi, published
from socialsite.lib.realtime.commands import COMMANDS, command
from socialsite.lib.realtime.shapes import json_schema
from socialsite.lib.realtime.streams import EVENTS, EventType
from socialsite.lib.realtime.topics import TOPICS, Topic
from socialsite.lib.testing.contract import document as openapi

SCHEMA = json.loads((Path(__file__).parent / "data" / "asyncapi-3.0.0.json").read_text())


POKES = Policy("pokes", limit=7, window_s=60)


class PokeBody(Body):
    room_id = IdField()
    text = serializers.CharField(allow_null=True, required=False)


class PokeAnswer(Answer):
    seq = serializers.IntegerField()


def poke(caller: Any, data: dict[str, Any]) -> dict[str, Any]:
    """Poke a room.

    Once is enough.
    """
    return {}


@pytest.fixture
def poked(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """The document of a site that has one more of everything."""
    topic = Topic("pokes", lambda viewer, key: key, events=[("poke_count", PokeAnswer)])
    monkeypatch.setitem(EVENTS, "poked", EventType("poked", PokeAnswer))
    monkeypatch.setitem(TOPICS, "pokes", topic)
    command("poke", body=PokeBody, answer=PokeAnswer, limit=POKES)(poke)
    yield asyncapi.document()
    del COMMANDS["poke"]


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def resolve(document: dict[str, Any], reference: str) -> Any:
    found: Any = document
    for word in reference.removeprefix("#/").split("/"):
        found = found[word]
    return found


def test_y92_document_is_valid_asyncapi(poked: dict[str, Any]) -> None:
    for document in (poked, asyncapi.document()):
        assert not list(jsonschema.Draft7Validator(SCHEMA).iter_errors(document))


def test_y92_every_reference_leads_somewhere(poked: dict[str, Any]) -> None:
    found = set(references(poked))
    assert len(found) > 20
    for reference in found:
        assert resolve(poked, reference)


def test_y92_every_payload_is_a_sound_schema(poked: dict[str, Any]) -> None:
    for message in poked["components"]["messages"].values():
        jsonschema.Draft7Validator.check_schema(message["payload"])
    for schema in poked["components"]["schemas"].values():
        jsonschema.Draft7Validator.check_schema(schema)


def test_y92_every_message_belongs_to_the_channel_and_to_an_operation() -> None:
    document = asyncapi.document()
    messages = set(document["components"]["messages"])
    assert set(document["channels"]["socket"]["messages"]) == messages
    used = {r.rpartition("/")[2] for r in references(document["operations"]) if "messages" in r}
    assert used == messages


def test_y92_command_says_body_answer_scope_limit_and_docstring(poked: dict[str, Any]) -> None:
    operation = poked["operations"]["receive_poke"]
    assert operation["summary"] == "Poke a room."
    assert "Scope of a token: `chat`. Limit `pokes`: 7 in 60 s." in operation["description"]
    asked = poked["components"]["messages"]["poke"]["payload"]
    assert asked["required"] == ["event", "data"]
    body = resolve(poked, asked["properties"]["data"]["$ref"])
    assert body["required"] == ["room_id"]
    assert body["properties"]["text"]["type"] == ["string", "null"]
    answer = poked["components"]["messages"]["poke.ack"]["payload"]["properties"]["data"]
    assert resolve(poked, answer["$ref"])["properties"]["seq"]["type"] == "integer"


def test_y92_shapes_are_those_of_the_rest_contract() -> None:
    ours, theirs = (
        asyncapi.document()["components"]["schemas"],
        openapi()["components"]["schemas"],
    )
    shared = sorted((ours.keys() & theirs.keys()) - {"ErrorCode"})
    assert {name: ours[name] for name in shared} == {
        name: json_schema(theirs[name]) for name in shared
    }
    assert ours["ErrorCode"]["enum"] == theirs["ErrorCode"]["enum"]


def test_y92_what_may_be_null_says_so_as_json_schema_does() -> None:
    assert json_schema({"type": "string", "nullable": True}) == {"type": ["string", "null"]}
    assert json_schema({"enum": ["a"], "type": "string", "nullable": True}) == {
        "enum": ["a", None],
        "type": ["string", "null"],
    }
    assert json_schema({"$ref": "#/x", "nullable": True}) == {
        "anyOf": [{"$ref": "#/x"}, {"type": "null"}]
    }
    assert json_schema({"minimum": 0, "exclusiveMinimum": True}) == {"exclusiveMinimum": 0}


def test_y92_field_named_as_a_word_of_schemas_is_kept() -> None:
    shape = {"type": "object", "properties": {"example": {"type": "string", "example": "x"}}}
    assert json_schema(shape)["properties"] == {"example": {"type": "string", "examples": ["x"]}}


@pytest.mark.parametrize("path", ["/api/asyncapi", "/api/asyncapi/"])
def test_y92_document_is_for_anyone(path: str) -> None:
    answer = Client().get(path, headers={"Authorization": "Bearer wrong"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.json()["asyncapi"] == "3.0.0"
    assert answer.json()["channels"]["socket"]["address"] == "/ws/"


def test_c28_document_tells_every_close_code() -> None:
    codes = asyncapi.document()["channels"]["socket"]["x-close-codes"]
    assert set(codes) == {str(code) for code in published.CLOSED}
    assert {"4400", "4401", "4403", "4408", "4409", "4008", "4429", "1009", "1012"} <= set(codes)
