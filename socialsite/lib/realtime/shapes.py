"""JSON schemas of serializers, by the machinery that makes the OpenAPI document: one shape, told in two contracts."""

from typing import Any, Literal

from drf_spectacular.plumbing import ComponentRegistry
from rest_framework.serializers import Serializer

from socialsite.lib.api import refusals
from socialsite.lib.api.schema import Schema
from socialsite.lib.api.views import ApiViewSet
from socialsite.lib.errors import CODES

Shape = dict[str, Any]
Direction = Literal["request", "response"]
MARK = "x-spec-enum-id"
PARTS: Any = refusals.ERROR["properties"]
CODE: Shape = {"type": "string", "enum": list(CODES)}
FRAME_ERROR: Shape = {
    "type": "object",
    "description": "Why a command was refused, as REST says it.",
    "required": ["type", "errors"],
    "properties": {
        "type": PARTS["type"],
        "errors": PARTS["errors"],
        "retry_after": {"type": "integer", "minimum": 0, "description": "Seconds to wait."},
    },
}
EDGES = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}


class Shapes:
    """Collects the components that a document's messages refer to."""

    def __init__(self) -> None:
        self._describer = Schema()
        self._describer.registry = ComponentRegistry()
        self._describer.view = _NoView()
        self._describer.method, self._describer.path = "POST", "/"

    def sent(self, body: type[Serializer[Any]]) -> Shape:
        """Return the schema of what a client sends."""
        return self._of(body, "request")

    def answered(self, answer: type[Serializer[Any]]) -> Shape:
        """Return the schema of what the server sends."""
        return self._of(answer, "response")

    def components(self) -> dict[str, Shape]:
        """Return all schemas that were referred to, by name, and the error's."""
        made: Shape = self._describer.registry.build({})
        found = made.get("schemas", {}) | {"ErrorCode": CODE, "FrameError": FRAME_ERROR}
        return {name: json_schema(shape) for name, shape in sorted(found.items())}

    def _of(self, serializer: type[Serializer[Any]], direction: Direction) -> Shape:
        if not serializer().fields:
            return {"type": "object", "additionalProperties": False}
        found: Shape = self._describer.resolve_serializer(serializer(), direction).ref
        return found


class _NoView(ApiViewSet):
    """Stands where a view is asked for: frames have none."""

    request = None  # type: ignore[assignment]


def json_schema(shape: Any) -> Any:
    """Return a schema of OpenAPI 3.0 as one of JSON Schema draft 7, which AsyncAPI speaks."""
    if isinstance(shape, list):
        return [json_schema(part) for part in shape]
    if not isinstance(shape, dict):
        return shape
    # The names below `properties` are names of fields, not words of the schema.
    plain = {
        word: {name: json_schema(field) for name, field in part.items()}
        if word == "properties"
        else json_schema(part)
        for word, part in shape.items()
        if word not in {"nullable", "example", "discriminator", "xml", "externalDocs", MARK}
    }
    for strict, edge in EDGES.items():
        if isinstance(plain.get(strict), bool):
            plain |= {strict: plain.pop(edge)} if plain.pop(strict) else {}
    if "example" in shape:
        plain["examples"] = [shape["example"]]
    return _or_null(plain) if shape.get("nullable") else plain


def _or_null(shape: Shape) -> Shape:
    if "enum" in shape and None not in shape["enum"]:
        shape = {**shape, "enum": [*shape["enum"], None]}
    if isinstance(shape.get("type"), str):
        return {**shape, "type": [shape["type"], "null"]}
    return {"anyOf": [shape, {"type": "null"}]}
