"""Every refusal and every failure as one body: {"type", "errors": [{"code", "detail", "attr"}], "request_id"}."""

from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from drf_standardized_errors.formatter import ExceptionFormatter
from drf_standardized_errors.handler import ExceptionHandler
from drf_standardized_errors.types import Error, ErrorResponse, ExceptionHandlerContext
from rest_framework import exceptions
from rest_framework.response import Response

from socialsite.lib import context
from socialsite.lib.errors import (
    CODES,
    AppError,
    Invalid,
    NotSignedIn,
    RateLimited,
    TooLarge,
    Unavailable,
)

log = structlog.get_logger("api")


class Formatter(ExceptionFormatter):
    """The library's shape, with the field an `AppError` names and the request id."""

    def get_errors(self) -> list[Error]:
        if isinstance(self.exc, AppError):
            return [Error(code=self.exc.code, detail=self.exc.message, attr=self.exc.attr)]
        return super().get_errors()

    def format_error_response(self, error_response: ErrorResponse) -> dict[str, Any]:
        errors = [
            {"code": published(e.code), "detail": e.detail, "attr": e.attr}
            for e in error_response.errors
        ]
        extra = getattr(self.exc, "extra", {})
        return {
            "type": error_response.type,
            "errors": errors,
            "request_id": context.request_id.get(),
            **extra,
        }


def published(code: str) -> str:
    """Return the code itself when it is on the closed list; a library's own refinements of `invalid` become that."""
    return code if code in CODES else "invalid"


class Handler(ExceptionHandler):
    """The library's handler; a lost or busy database is 503, and failures are logged with their trace."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, OperationalError | InterfaceError):
            log.error("database_unavailable", exc_info=exc)
            return Unavailable("unavailable", "The database cannot answer now. Try again soon.")
        if isinstance(exc, SuspiciousOperation) and not isinstance(exc, RequestDataTooBig):
            return Invalid("invalid", "The request is not acceptable.")
        if isinstance(exc, RequestDataTooBig):
            return TooLarge("body_too_large", "The body is larger than this route accepts.")
        return super().convert_known_exceptions(exc)

    def report_exception(self, exc: exceptions.APIException, response: Response) -> None:
        if response.status_code >= 500 and not isinstance(exc, AppError):
            log.error("unhandled_exception", exc_info=self.exc)
        super().report_exception(exc, response)

    def get_headers(self, exc: exceptions.APIException) -> dict[str, str]:
        headers: dict[str, str] = super().get_headers(exc)
        if isinstance(exc, RateLimited):
            headers["Retry-After"] = str(exc.retry_after)
        if isinstance(exc, Unavailable) or getattr(exc, "code", "") == "in_progress":
            headers["Retry-After"] = "2"
        if isinstance(exc, NotSignedIn):
            headers["WWW-Authenticate"] = 'Bearer realm="api"'
        return headers


def handle(exc: Exception, view_context: ExceptionHandlerContext) -> Response | None:
    """DRF's EXCEPTION_HANDLER."""
    return Handler(exc, view_context).run()


def body(status: int, code: str, detail: str) -> dict[str, Any]:
    """Return the error body for answers that are made outside DRF."""
    kind = "server_error" if status >= 500 else "client_error"
    error = {"code": code, "detail": detail, "attr": None}
    return {"type": kind, "errors": [error], "request_id": context.request_id.get()}
