"""Failures reported to Sentry, when SENTRY_DSN is set: with the request id, without bodies, cookies or addresses."""

from typing import Any

import sentry_sdk
from django.conf import settings
from sentry_sdk.integrations.django import DjangoIntegration

from socialsite.lib import context


def start() -> None:
    """Begin to report; `LibConfig.ready` imports this module only when there is somewhere to report to."""
    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        integrations=[DjangoIntegration()],
        send_default_pii=False,
        max_request_body_size="never",
        before_send=name_request,
    )


def name_request(event: Any, hint: Any) -> Any:
    """Give an event the id under which the log tells of the same request."""
    event.setdefault("tags", {})["request_id"] = context.request_id.get()
    return event
