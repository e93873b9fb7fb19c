"""Effects: what an action tells the apps above it, in the transaction of the action.

An action emits a frozen dataclass; apps register handlers in `AppConfig.ready()`. Handlers run at once, in the order of the floors
(lowest app first), so what follows from an action commits with it or not at all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.apps import apps
from django.db import connection


@dataclass(frozen=True, kw_only=True)
class Effect:
    """Something that happened; `actor_id` is the person who did it."""

    actor_id: int


class Aside(Effect):
    """Something that changes nothing that is shown elsewhere: what is kept ready for its actor stays good."""


E = TypeVar("E", bound=Effect)
Handler = Callable[[Any], None]

_handlers: dict[type[Effect], list[Handler]] = {}


def listen(effect: type[E], handler: Callable[[E], None]) -> None:
    """Call `handler` for each effect of this class; `Effect` itself hears all of them."""
    _handlers.setdefault(effect, []).append(handler)


def emit(effect: Effect) -> None:
    """Run the handlers of an effect, in the caller's transaction.

    Raises RuntimeError outside a transaction: the handlers' rows would outlive an action that fails.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"{type(effect).__name__} was emitted outside a transaction")
    for handler in handlers_of(type(effect)):
        handler(effect)


def handlers_of(effect: type[Effect]) -> list[Handler]:
    """Return the handlers of an effect class, lowest floor first."""
    found = [handler for known in effect.__mro__ for handler in _handlers.get(known, ())]
    return sorted(found, key=_floor)


def listeners() -> dict[type[Effect], list[Handler]]:
    """Return who listens to what, for the table in the documentation."""
    return dict(_handlers)


def _floor(handler: Handler) -> int:
    labels = list(apps.app_configs)
    config = apps.get_containing_app_config(handler.__module__)
    return labels.index(config.label) if config else len(labels)
