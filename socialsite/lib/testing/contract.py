"""The published contract as tests read it: every operation with its path, method and query parameters."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Operation:
    """One method of one path; variables of the path stand in braces."""

    method: str
    path: str
    parameters: tuple[str, ...]
    """The names of the query parameters it publishes"""


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    return SchemaGenerator().get_schema(request=None, public=True)


@cache
def operations() -> tuple[Operation, ...]:
    """Return every operation of the contract."""
    return tuple(
        Operation(method, path, _query_parameters(item[method]))
        for path, item in document()["paths"].items()
        for method in METHODS
        if method in item
    )


def _query_parameters(operation: dict[str, Any]) -> tuple[str, ...]:
    return tuple(p["name"] for p in operation.get("parameters", ()) if p.get("in") == "query")
