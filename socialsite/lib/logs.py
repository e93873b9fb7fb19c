"""Logs: one JSON object a line, with the request id; secrets and line breaks never reach it."""

import logging
import logging.config
import sys
from datetime import UTC, datetime
from typing import Any

import orjson
import structlog
from structlog.typing import EventDict

from socialsite.lib import context

SECRET_NAMES = ("password", "token", "secret", "cookie", "authorization", "code")


def configure(config: dict[str, Any]) -> None:
    """Set up structlog and the standard library's loggers; Django calls it with the setting LOGGING."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_request_id,
        _redact,
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(serializer=_json),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(config["level"])
    for quiet in (
        "django.request",
        "django.security",
        "uvicorn.access",
        "asyncio",
        "faker",
        "daphne",
    ):
        logging.getLogger(quiet).setLevel(logging.ERROR)


_access = logging.getLogger("access")


def write_access_line(**event: Any) -> None:
    """Write the line about one request: the same JSON as every other line, by the shortest way, since each request pays for it."""
    if not _access.isEnabledFor(logging.INFO):
        return
    moment = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    head = {"event": "request", "level": "info", "logger": "access", "timestamp": moment}
    line = orjson.dumps({**head, **event, "request_id": context.request_id.get()}, default=str)
    sys.stderr.write(line.decode() + "\n")


def _add_request_id(logger: Any, method: str, event: EventDict) -> EventDict:
    if request_id := context.request_id.get():
        event.setdefault("request_id", request_id)
    return event


def _redact(logger: Any, method: str, event: EventDict) -> EventDict:
    for name in event:
        if name != "status_code" and any(secret in name.lower() for secret in SECRET_NAMES):
            event[name] = "[redacted]"
    return event


def _json(event: Any, **_: Any) -> str:
    # JSON escapes CR, LF and the escape character, so a hostile value cannot forge a line.
    return orjson.dumps(event, default=str).decode()
