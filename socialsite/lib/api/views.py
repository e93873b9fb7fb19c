"""The viewset every app's viewsets come from: strict input, one policy for each operation, limits."""

import time
from functools import lru_cache
from typing import Any

from rest_framework.exceptions import MethodNotAllowed
from rest_framework.response import Response
from rest_framework.serializers import ErrorDetail, ValidationError
from rest_framework.viewsets import ViewSet

from socialsite.lib import context, headers, limits
from socialsite.lib.api.access import OperationAccess
from socialsite.lib.api.calls import Call
from socialsite.lib.api.operations import Operation
from socialsite.lib.api.renderers import JSONRenderer
from socialsite.lib.api.serializers import Body
from socialsite.lib.errors import RateLimited
from socialsite.lib.ids import time_of

CALLS = limits.Policy("calls", limit=1500, window_s=300, store="local")
TOKEN_CALLS = limits.Policy("token_calls", limit=300, window_s=300, store="local")
ANONYMOUS_CALLS = limits.Policy("anonymous_calls", limit=300, window_s=300, store="local")

PRIVATE = headers.prepared({"Cache-Control": "private, no-store"})

NEW_ACCOUNT_S, NEW_ACCOUNT_SHARE = 24 * 3600, 0.25


class ApiViewSet(ViewSet):
    """A viewset whose methods are declared by `reads`, `lists` and `writes`."""

    permission_classes = [OperationAccess]
    versioning_class = None
    default_response_headers: dict[str, str] = {}

    def get_permissions(self) -> Any:
        return _PERMISSIONS

    def perform_content_negotiation(self, request: Any, force: bool = False) -> Any:
        """Answer JSON whatever is asked for: there is nothing to choose from."""
        return _RENDERER, JSONRenderer.media_type

    @property
    def operation(self) -> Operation | None:
        """The operation now called; None for OPTIONS and for methods the path does not know."""
        method = getattr(self, self.action or "", None)
        return getattr(method, "operation", None)

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        if self.operation is None and request.method != "OPTIONS":
            raise MethodNotAllowed(str(request.method))
        # Read whole before DRF parses it, so that a repeated call can be compared with the first.
        _ = request._request.body
        super().initial(request, *args, **kwargs)
        if self.operation:
            _refuse_unknown_parameters(request, self.operation)

    def check_throttles(self, request: Any) -> None:
        """Take one call from the caller's budget, and one from the operation's own when it has one."""
        self.usage = limits.take(_general_policy(request), actor_of(request))
        operation = self.operation
        if operation and operation.limit:
            self.usage = limits.take(operation.limit, actor_of(request), share=share_of(request))

    def handle_exception(self, exc: Exception) -> Response:
        """Let a refusal by a limit speak for that limit, whichever was asked before."""
        if isinstance(exc, RateLimited) and exc.usage:
            self.usage = exc.usage
        response = super().handle_exception(exc)
        if isinstance(exc, MethodNotAllowed):
            response["Allow"] = ", ".join(self.allowed_methods)
        return response

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        usage = getattr(self, "usage", None)
        if usage is not None:
            for name, value in limit_headers(usage).items():
                headers.put(response, name, value)
        headers.add(response, PRIVATE)
        return response

    def query(self, operation: Operation) -> dict[str, Any]:
        """Return the validated query parameters of an operation."""
        if operation.query is None:
            return {}
        asked = self.request.query_params.items()
        sent = {name: value for name, value in asked if name in operation.query_names}
        if not sent and operation.unasked is not None:
            return dict(operation.unasked)
        if operation.query.is_pure:
            return dict(_validated(operation.query, tuple(sent.items())))
        checked = operation.query(data=sent, context=self.answer_context())
        checked.is_valid(raise_exception=True)
        return dict(checked.validated_data)

    def body(self, operation: Operation) -> dict[str, Any]:
        """Return the validated body of an operation; one that takes none refuses any field."""
        raw = self.request._request.body
        sent = self.request.data if raw else {}
        checked = (operation.body or Body)(data=sent, context=self.answer_context())
        checked.is_valid(raise_exception=True)
        return dict(checked.validated_data)

    def filtered(self, operation: Operation, rows: Any) -> Any:
        """Return the rows of a list that match its filters; raises ValidationError."""
        if operation.filters is None:
            return rows
        known = operation.filters.base_filters
        sent = {name: v for name, v in self.request.query_params.items() if name in known}
        found = operation.filters(sent, queryset=rows, request=self.request)
        if not found.is_valid():
            raise ValidationError(found.errors)
        return found.qs

    def answer_context(self) -> dict[str, Any]:
        """Return what serializers may know about the call."""
        return {"request": self.request, "viewer": self.request.user, "view": self}


@lru_cache(maxsize=512)
def _validated(query: type[Body], sent: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    """Return the validated parameters of a hot list: a serializer copies all of its fields for each call."""
    checked = query(data=dict(sent))
    checked.is_valid(raise_exception=True)
    return dict(checked.validated_data)


_PERMISSIONS = (OperationAccess(),)
_RENDERER = JSONRenderer()


def actor_of(request: Call) -> str:
    """Return whose budget a call draws on: the person's, or the network address of an anonymous caller."""
    if request.user.is_authenticated:
        return f"user:{request.user.pk}"
    return f"address:{limits.actor_address(context.address.get())}"


def limit_headers(usage: limits.Usage) -> dict[str, str]:
    """Return the three headers that tell a caller what is left."""
    return {
        "X-RateLimit-Limit": str(usage.limit),
        "X-RateLimit-Remaining": str(usage.remaining),
        "X-RateLimit-Reset": str(usage.reset_s),
    }


def _general_policy(request: Call) -> limits.Policy:
    if not request.user.is_authenticated:
        return ANONYMOUS_CALLS
    return TOKEN_CALLS if getattr(request.auth, "scopes", None) is not None else CALLS


def share_of(request: Any) -> float:
    """Accounts of less than a day get a quarter."""
    if not request.user.is_authenticated:
        return 1.0
    age = time.time() - time_of(request.user.pk).timestamp()
    return NEW_ACCOUNT_SHARE if age < NEW_ACCOUNT_S else 1.0


def _refuse_unknown_parameters(request: Call, operation: Operation) -> None:
    if not request.META.get("QUERY_STRING"):
        return
    unknown = sorted(set(request.query_params) - operation.parameters)
    if unknown:
        detail = ErrorDetail("This query parameter is not known here.", "unknown_field")
        raise ValidationError({name[:100]: [detail] for name in unknown[:5]})
    if any("\x00" in value for value in request.query_params.values()):
        raise ValidationError({"query": [ErrorDetail("NUL is not text.", "invalid_text")]})
