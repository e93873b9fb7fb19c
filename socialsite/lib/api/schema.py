"""The published contract: OpenAPI made from the operations, one document for both forms of each path."""

import re
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from socialsite.lib.api import cursors, refusals
from socialsite.lib.api.operations import Operation
from socialsite.lib.ids import MAX_ID

ID_TEXT = {"type": "string", "pattern": "^[1-9][0-9]{0,18}$", "example": "123456789012345678"}
ID_SENT = {"oneOf": [ID_TEXT, {"type": "integer", "minimum": 1, "maximum": MAX_ID}]}
TIME = {
    "type": "string",
    "format": "date-time",
    "description": "RFC 3339 in UTC, with milliseconds.",
}


class IdFieldShape(OpenApiSerializerFieldExtension):
    target_class = "socialsite.lib.api.serializers.IdField"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        return dict(ID_SENT if direction == "request" else ID_TEXT)


class TimeFieldShape(OpenApiSerializerFieldExtension):
    target_class = "socialsite.lib.api.serializers.TimeField"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        return dict(TIME)


PAGE = [
    OpenApiParameter(
        "cursor", str, description="Opaque position; take it from `next` or `previous`."
    ),
    OpenApiParameter(
        "limit",
        {
            "type": "integer",
            "minimum": 1,
            "maximum": cursors.MAX_LIMIT,
            "default": cursors.DEFAULT_LIMIT,
        },
    ),
    OpenApiParameter(
        "count", {"type": "string", "enum": ["true", "false"]}, description="Adds `count`."
    ),
    OpenApiParameter("ids", str, description="Up to 100 ids, separated by commas: a batch read."),
]


def _header(name: str, text: str) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, description=text)


IDEMPOTENCY = _header("Idempotency-Key", "Calls repeated with one key within 24 h have one effect.")
IF_NONE_MATCH = _header("If-None-Match", "The ETag of an earlier answer; 304 when nothing changed.")
IF_MATCH = _header("If-Match", "The ETag of what was read; 412 when it has changed since.")


class Pages:
    """Describes the pages that `cursors` cuts, as drf-spectacular asks a paginator to."""

    def get_schema_operation_parameters(self, view: Any) -> list[Any]:
        return []

    def get_paginated_response_schema(self, rows: dict[str, Any]) -> dict[str, Any]:
        way = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": way,
                "previous": way,
                "results": rows,
                "count": {
                    "type": "integer",
                    "description": "With `count=true`; 10 000 stands for that many and more.",
                },
                "missing": {
                    "type": "array",
                    "items": ID_TEXT,
                    "description": "With `ids`: those not found.",
                },
            },
        }


class Schema(AutoSchema):
    """Reads an operation's policy and shapes from its declaration."""

    @property
    def declared(self) -> Operation | None:
        return getattr(self.view, "operation", None)

    def get_operation_id(self) -> str:
        """Return method and path, which no two operations share."""
        words = re.sub(r"\W+", "_", self.path.removeprefix("/api")).strip("_")
        return f"{self.method.lower()}_{words}"

    def get_override_parameters(self) -> list[Any]:
        operation = self.declared
        if operation is None:
            return list(super().get_override_parameters())
        found: list[Any] = [operation.query] if operation.query else []
        found += _filter_parameters(operation)
        if operation.many:
            found += PAGE
        if operation.conditional:
            found.append(IF_NONE_MATCH)
        if refusals.takes_if_match(operation, self.method):
            found.append(IF_MATCH)
        if refusals.takes_idempotency_key(operation, self.method):
            found.append(IDEMPOTENCY)
        return found

    def get_summary(self) -> str:
        """Return the first line of the method's docstring."""
        first_line = str(super().get_description()).split("\n", 1)[0]
        return first_line.removesuffix(".").replace("`", "")

    def get_description(self) -> str:  # type: ignore[override] # drf-spectacular's own takes no arguments
        text, operation = str(super().get_description()), self.declared
        if operation is None:
            return text
        notes = [f"Access: `{operation.access}`.", f"Scope of a token: `{operation.scope}`."]
        if operation.confirmed:
            notes.append("Asks for a password confirmed in the last ten minutes.")
        if limit := operation.limit:
            notes.append(f"Limit `{limit.name}`: {limit.limit} in {limit.window_s} s.")
        return f"{text}\n\n{' '.join(notes)}".strip()

    def get_auth(self) -> list[dict[str, list[str]]]:
        return refusals.credentials_of(self.declared) if self.declared else [{}]

    def get_tags(self) -> list[str]:
        parts = [part for part in self.path.split("/") if part and part not in {"api", "v1"}]
        return parts[:1]

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        found = dict(super()._get_response_bodies(direction))
        operation = self.declared
        if operation is None:
            return found
        if operation.conditional:
            found["304"] = {"description": "Nothing changed since the answer of If-None-Match."}
        if operation.instead:
            self._add_array_of(operation.instead, found["200"]["content"]["application/json"])
        if operation.also:
            self._add_pages_of(operation.also, found["200"]["content"]["application/json"])
        for status in refusals.statuses_of(operation, self.method, self.path):
            found.setdefault(str(status), refusals.reference_to(status))
        return found

    def _add_array_of(self, answer: Any, content: dict[str, Any]) -> None:
        """Add to the pages of a list what a parameter asks for in their place."""
        item = self.resolve_serializer(answer, "response").ref
        content["schema"] = {"oneOf": [content["schema"], {"type": "array", "items": item}]}

    def _add_pages_of(self, answer: Any, content: dict[str, Any]) -> None:
        """Add to the pages of a list those of another kind of row that a parameter asks for."""
        rows = {"type": "array", "items": self.resolve_serializer(answer, "response").ref}
        pages = Pages().get_paginated_response_schema(rows)
        content["schema"] = {"oneOf": [content["schema"], pages]}

    def _map_basic_serializer(self, serializer: Any, direction: str) -> dict[str, Any]:
        """As the library does, but a read-only field that says `required=False` may be missing from an answer."""
        shape: dict[str, Any] = super()._map_basic_serializer(serializer, direction)
        fields = serializer.fields
        needed = [n for n in shape.get("required", []) if fields[n]._kwargs.get("required") is None]
        asked = [n for n in shape.get("required", []) if fields[n].required]
        shape["required"] = sorted({*needed, *asked})
        return {name: value for name, value in shape.items() if value or name != "required"}

    def _is_list_view(self, serializer: Any = None) -> bool:
        operation = self.declared
        return operation.many if operation else bool(super()._is_list_view(serializer))

    def _get_paginator(self) -> Any:
        return Pages() if self.declared and self.declared.many else None

    def get_paginated_name(self, serializer_name: str) -> str:
        return f"{serializer_name}Page"


def _filter_parameters(operation: Operation) -> list[OpenApiParameter]:
    if operation.filters is None:
        return []
    return [
        OpenApiParameter(
            name, _filter_type(known), description=str(known.extra.get("help_text", ""))
        )
        for name, known in operation.filters.base_filters.items()
    ]


def _filter_type(known: Any) -> Any:
    choices = known.extra.get("choices")
    return {"type": "string", "enum": [value for value, _ in choices]} if choices else str
