"""Wake-ups and passing news: from wherever something is committed to the hub of this process, and to those of the others.

A wake-up says that a stream has reached a number; news (typing, counts) is said once and never stored; an order tells hubs to forget or
close. All three may be lost on their way to another process: streams are looked at again by themselves, orders are checked again,
and news is replaced by the next.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

from django.db import transaction

Order = Literal["session_ended", "person_closed", "relations_changed"]

PEOPLE = "people"
"""The topic of news for every socket of the people in `only`, whatever else they listen to"""
EVERYBODY = "system"
"""The topic of news for every socket there is"""


@dataclass(frozen=True, slots=True)
class News:
    """Something that is said once to whoever listens to a topic."""

    topic: str
    event: str
    data: dict[str, Any]
    person_id: int | None = None
    """Whom it shows: who may not see that person does not get it"""
    key: str = ""
    """News of the same topic, event and key replaces what has not been sent yet"""
    only: tuple[int, ...] | None = None
    """The people it is for; None for everybody who listens to the topic"""
    but: int | None = None
    """Who does not get it: the person that caused it"""


@dataclass(slots=True)
class Carrier:
    """What takes signals on: the hub of this process puts itself here when it starts."""

    wake: Callable[[int, int], None] | None = None
    tell: Callable[[News], None] | None = None
    order: Callable[[Order, int], None] | None = None
    elsewhere: list[Callable[[dict[str, Any]], None]] = field(default_factory=list)
    """What carries a signal to other processes; it must neither block for long nor raise"""


carrier = Carrier()


def wake(stream_id: int, seq: int) -> None:
    """Say that a stream has reached a number; called after the commit."""
    if carrier.wake:
        carrier.wake(stream_id, seq)
    _carry({"kind": "wake", "stream": stream_id, "seq": seq})


def tell(news: News) -> None:
    """Say something once to all who listen to its topic, in every process."""
    if carrier.tell:
        carrier.tell(news)
    body = {
        name: getattr(news, name)
        for name in ("topic", "event", "data", "person_id", "key", "only", "but")
    }
    _carry({"kind": "news", **body})


def tell_on_commit(news: News) -> None:
    """Say something once when the caller's transaction has committed."""
    transaction.on_commit(partial(tell, news), robust=True)


def order(what: Order, subject_id: int) -> None:
    """Tell every hub that a sign-in or a person's access ended, or that who may see whom changed for a person."""
    if carrier.order:
        carrier.order(what, subject_id)
    _carry({"kind": "order", "order": what, "subject": subject_id})


def order_on_commit(what: Order, subject_id: int) -> None:
    """Give an order when the caller's transaction has committed."""
    transaction.on_commit(partial(order, what, subject_id), robust=True)


def _carry(message: dict[str, Any]) -> None:
    for take in carrier.elsewhere:
        take(message)
