"""What people can be told: one entry for each type of notification; the apps above add theirs in their registry."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Channel = Literal["in_app", "email"]
CHANNELS: tuple[Channel, ...] = ("in_app", "email")


@dataclass(frozen=True, kw_only=True)
class NotificationType:
    """A type of notification, and the channels it takes while its reader has not said otherwise."""

    name: str
    text: str
    """`{actor}` stands for the name of who did it; other words in braces are the row's parameters"""
    plural: str = ""
    """What several did to the same thing, with `{actors}`; a type that says it is grouped, any other stays single"""
    category: Literal["people", "content", "messages", "work", "security", "site"]
    in_app: bool = True
    email: bool = False
    fixed: bool = False
    """About the safety of the account: nobody can switch it off, and its mail does not wait for the end of quiet hours"""
    is_answer: bool = False
    """Answers what its reader asked for: no policy about senders keeps it back"""


TYPES: dict[str, NotificationType] = {}


def register_types(types: Iterable[NotificationType]) -> None:
    """Make types known; called once by each app, in its registry."""
    TYPES.update({known.name: known for known in types})


def settable_types() -> dict[str, NotificationType]:
    """Return the types that people can switch on and off."""
    return {name: known for name, known in TYPES.items() if not known.fixed}
