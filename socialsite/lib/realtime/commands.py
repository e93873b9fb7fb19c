"""Commands: what a client may send over a socket, one entry per name, filled by the apps.

A command calls the same action as the REST route beside it. It is checked like one: the credential is read anew, its scope and the
body are checked, a limit is taken, and whatever an action refuses becomes an `error` frame in the one error shape.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from socialsite.lib.api.serializers import Answer, Body
from socialsite.lib.limits import Policy

Data = dict[str, Any]


class Line(Protocol):
    """The socket that a command came over, as far as commands know it."""

    connection_id: str

    def listen(self, topic: str) -> None:
        """Hear a topic without a stream from now on."""

    def listen_from(self, stream_id: int, seq: int) -> None:
        """Hear a stream from the event after `seq` on: what is missing is sent first."""

    def leave(self, topic: str) -> None:
        """Hear a topic no more."""

    def hears(self, topic: str) -> bool:
        """Whether the socket listens to a topic."""


@dataclass(slots=True)
class Caller:
    """Who sends a command, read anew for it, and over which line."""

    user: Any
    auth: Any
    """The credential, as `request.auth` of a REST call"""
    line: Line
    address: str = ""


Run = Callable[[Caller, Data], Data | None]
Cost = Callable[[Data], int]
"""(checked data) -> how much a call counts against the limit of its command, at least 1"""
R = TypeVar("R", bound=Run)


def one(data: Data) -> int:
    return 1


@dataclass(frozen=True)
class Command:
    """What one command takes, does and answers."""

    name: str
    run: Run
    body: type[Body]
    answer: type[Answer] | None
    scope: str
    limit: Policy | None
    quick: bool
    """Runs on the event loop: it must touch neither database nor cache; its caller is as old as the connection"""
    summary: str
    cost: Cost = one


COMMANDS: dict[str, Command] = {}


def command(
    name: str,
    *,
    body: type[Body],
    answer: type[Answer] | None = None,
    scope: str = "chat",
    limit: Policy | None = None,
    quick: bool = False,
    cost: Cost = one,
) -> Callable[[R], R]:
    """Register a function `(caller, data) -> data of the ack` as a command; its docstring is its published description."""

    def decorate(run: R) -> R:
        if name in COMMANDS:
            raise LookupError(f"two commands are named {name!r}")
        summary = (run.__doc__ or "").strip()
        COMMANDS[name] = Command(name, run, body, answer, scope, limit, quick, summary, cost)
        return run

    return decorate
