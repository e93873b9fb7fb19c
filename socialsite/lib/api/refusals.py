"""The refusals of the published contract: which statuses an operation may answer, each with the one error body."""

from typing import Any

from socialsite.lib.api.access import Access
from socialsite.lib.api.operations import Operation
from socialsite.lib.api.serializers import IdField
from socialsite.lib.errors import CODES

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}

REFUSALS = {
    400: ("Invalid", "A value, a field or a query parameter is not acceptable."),
    401: ("NotSignedIn", "No credential was sent, or it is not valid any more."),
    403: ("Forbidden", "The caller may not do this."),
    404: ("NotFound", "No such thing, or not one that the caller may see."),
    408: ("BodyTooSlow", "The body came too slowly."),
    409: ("Conflict", "The state of things does not allow it."),
    412: ("PreconditionFailed", "The thing has changed since it was read."),
    413: ("TooLarge", "The body is larger than this route accepts."),
    415: ("UnsupportedMediaType", "The content type is not supported here."),
    422: ("Unprocessable", "The Idempotency-Key was used with another request."),
    429: ("RateLimited", "Too many calls; Retry-After says when to come back, in seconds."),
    503: ("Unavailable", "The server cannot do this now; Retry-After says when to come back."),
}

ERROR = {
    "type": "object",
    "description": "The one body of every refusal and failure.",
    "required": ["type", "errors", "request_id"],
    "properties": {
        "type": {"type": "string", "enum": ["validation_error", "client_error", "server_error"]},
        "errors": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["code", "detail", "attr"],
                "properties": {
                    "code": {"$ref": "#/components/schemas/ErrorCode"},
                    "detail": {"type": "string", "description": "A sentence for people."},
                    "attr": {
                        "type": "string",
                        "nullable": True,
                        "description": "The field it is about, with dots inside a nested body.",
                    },
                },
            },
        },
        "request_id": {"type": "string", "description": "Names this call in the server's log."},
    },
}


def statuses_of(operation: Operation, method: str, path: str) -> list[int]:
    """Return the statuses with which an operation may refuse a call."""
    may: set[int] = {400, 401, 403, 429, 503}
    if "{" in path or _takes_id(operation):
        may.add(404)
    if method in UNSAFE:
        may |= {404, 408, 409, 413, 415}
    if takes_if_match(operation, method):
        may.add(412)
    if takes_idempotency_key(operation, method):
        may.add(422)
    return sorted(may)


def _takes_id(operation: Operation) -> bool:
    return operation.query is not None and any(
        isinstance(field, IdField) for field in operation.query().fields.values()
    )


def takes_idempotency_key(operation: Operation, method: str) -> bool:
    return operation.repeatable and method in {"POST", "PATCH"}


def takes_if_match(operation: Operation, method: str) -> bool:
    """Tell whether the operation edits a thing that has a version."""
    has_version = hasattr(getattr(operation.answer, "model", None), "version")
    return has_version and operation.body is not None and method in {"PUT", "PATCH"}


def credentials_of(operation: Operation) -> list[dict[str, list[str]]]:
    """Return the credentials that open an operation; an empty one where none is needed."""
    found: list[dict[str, list[str]]] = [{"bearer": []}, {"cookie": []}]
    return [*found, {}] if operation.access is Access.ANYONE else found


def reference_to(status: int) -> dict[str, str]:
    """Return the reference to the component that describes a refusal."""
    return {"$ref": f"#/components/responses/{REFUSALS[status][0]}"}


def publish(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Postprocessing hook: add the error body, the closed list of codes, and the credentials."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {}).update(Error=ERROR, ErrorCode=_codes())
    components["responses"] = {
        name: {
            "description": text,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
        }
        for name, text in REFUSALS.values()
    }
    components["securitySchemes"] = {
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "An access token (JWT) or a personal token.",
        },
        "cookie": {
            "type": "apiKey",
            "in": "cookie",
            "name": "session",
            "description": "Unsafe calls also send X-CSRFToken; `__Host-session` over https.",
        },
    }
    return dict(_without_marks(result))


def _without_marks(shape: Any) -> Any:
    """Take out the library's own marks of choices."""
    if isinstance(shape, dict):
        return {k: _without_marks(v) for k, v in shape.items() if k != "x-spec-enum-id"}
    return [_without_marks(item) for item in shape] if isinstance(shape, list) else shape


def _codes() -> dict[str, Any]:
    table = "\n".join(f"| `{code}` | {meaning} |" for code, meaning in CODES.items())
    return {
        "type": "string",
        "enum": list(CODES),
        "description": f"| code | meaning |\n|---|---|\n{table}",
    }
