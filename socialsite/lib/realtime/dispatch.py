"""Running commands: the same for the WebSocket and for Socket.IO.

A command is checked as a call of REST is: the credential is read anew, then scope, limit and body; refusals become the one error body.
"""

import secrets
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from django.db import InterfaceError, OperationalError

from socialsite.lib import context, limits
from socialsite.lib.api.access import check_scope
from socialsite.lib.api.failures import Handler
from socialsite.lib.api.serializers import Body
from socialsite.lib.api.views import share_of
from socialsite.lib.asgi.threads import Busy
from socialsite.lib.errors import Invalid, NotSignedIn, Unavailable
from socialsite.lib.realtime.commands import COMMANDS, Caller, Command, Data
from socialsite.lib.realtime.lines import (
    BUSY,
    FAILED,
    FORBIDDEN,
    NOT_AUTHENTICATED,
    REVOKED,
    TOO_MANY,
    Line,
)
from socialsite.lib.realtime.people import people
from socialsite.lib.retries import retried

CLOSE_CODES = {403: FORBIDDEN, 429: TOO_MANY, 500: FAILED, 503: BUSY}
"""Why somebody is not let in, by the status a call of REST would have; for all others there is no valid credential"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command came to: the data of its ack, or the error body."""

    ok: bool
    data: Data
    is_protocol_error: bool = False


async def run_command(line: Line, name: str, data: Any) -> Outcome:
    """Run a command for whoever stands behind a line. A credential that has ended closes it with 4409."""
    command = COMMANDS.get(name)
    if command is None:
        unknown = Invalid("unknown_event", "No command has this name.", "event")
        return Outcome(False, refusal(unknown), is_protocol_error=True)
    if command.quick:
        return _run_quick(line, command, data)
    try:
        return await line.hub.run(partial(_run, line, command, data))
    except Busy as error:
        return Outcome(False, refusal(error))


def refusal(error: Exception) -> Data:
    """Return the error body of what was refused on the loop, under an id of its own."""
    context.request_id.set(secrets.token_hex(8))
    return error_body(error)


def error_body(error: Exception) -> Data:
    """Return the one error body, with `retry_after` in seconds where waiting helps."""
    if isinstance(error, Busy):
        error = Unavailable("unavailable", "The server is busy.")
    response = Handler(error, {"view": None, "args": (), "kwargs": {}, "request": None}).run()  # type: ignore[typeddict-item]
    body: Data = dict(response.data) if response is not None else {}
    retry_after = response.headers.get("Retry-After") if response is not None else None
    if retry_after:
        body["retry_after"] = int(retry_after)
    return body


def close_code(error: Exception) -> int:
    """Return the code that closes a socket whose person is not let in for this reason."""
    if isinstance(error, Busy | OperationalError | InterfaceError):
        return BUSY
    return CLOSE_CODES.get(getattr(error, "status_code", 500), NOT_AUTHENTICATED)


def _run_quick(line: Line, command: Command, data: Any) -> Outcome:
    caller = Caller(line.user, line.auth, line, line.address)
    try:
        check_scope(caller, command.scope)  # type: ignore[arg-type] # it asks for the credential alone
        body = _body_of(command.body).run_validation(data)
        _take(caller, command, body)
        return Outcome(True, command.run(caller, body) or {})
    except Exception as error:
        return Outcome(False, refusal(error))


@lru_cache(maxsize=64)
def _body_of(body: type[Body]) -> Body:
    """Return a serializer to use again: a new one copies all of its fields."""
    return body()


def _run(line: Line, command: Command, data: Any) -> Outcome:
    """Run a command on this thread, which is kept: what is known about the call is said anew each time."""
    context.request_id.set(secrets.token_hex(8))
    context.credential.set(str(line.auth))
    context.address.set(line.address)
    try:
        return Outcome(True, _checked(line, command, data))
    except Exception as error:
        return Outcome(False, error_body(error))


def _checked(line: Line, command: Command, data: Any) -> Data:
    user, auth = renew(line)
    caller = Caller(user, auth, line, line.address)
    check_scope(caller, command.scope)  # type: ignore[arg-type]
    body = command.body(data=data, context={"viewer": user, "line": line})
    body.is_valid(raise_exception=True)
    _take(caller, command, body.validated_data)
    return retried(lambda: command.run(caller, dict(body.validated_data))) or {}


def renew(line: Line) -> tuple[Any, Any]:
    """Return who stands behind a line, as they are now. Raises NotSignedIn, and closes the line, when that has ended."""
    try:
        user, auth = people().renew(line.auth)
    except NotSignedIn:
        line.close(REVOKED, "The sign-in has ended.")
        raise
    line.user, line.auth = user, auth
    return user, auth


def _take(caller: Caller, command: Command, data: Data) -> None:
    if command.limit:
        actor, cost = f"user:{caller.user.pk}", command.cost(data)
        limits.take(command.limit, actor, cost, share=share_of(caller))
