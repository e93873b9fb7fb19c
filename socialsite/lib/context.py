"""What is known about the call now running: set by the middleware, the socket or a command, read by logs and audit."""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
credential: ContextVar[str] = ContextVar("credential", default="")
"""Who vouches for the actor: `session:<id>`, `token:<id>`, `admin:<session id>` or `command:<name>`."""
address: ContextVar[str] = ContextVar("address", default="")
"""The caller's network address, after trusted proxies."""
