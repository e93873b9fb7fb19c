"""Who listens to the hub of this process, as tests wait for it, and what drowns those who do not read."""

from django.db import transaction

from socialsite.lib.realtime import hub as hubs
from socialsite.lib.realtime import signals, streams


def is_heard(topic: str) -> bool:
    """Tell whether a line hears a topic; one's own waits a moment for a client's `resume`."""
    here = hubs.find()
    channel = here and here.channels.get(topic)
    return bool(channel and channel.lines)


def has_left(person_id: int) -> bool:
    """Tell whether the hub has let go of all lines of a person."""
    here = hubs.find()
    return here is not None and person_id not in here.of_person


def flood(topic: str, pieces: int) -> None:
    """Say large things to a topic, as fast as the hub takes them."""
    for _ in range(pieces):
        signals.tell(signals.News(topic=topic, event="flood", data={"text": "x" * 50_000}))


def tell(person_id: int, number: int = 1) -> None:
    """Store events in a person's own stream."""
    with transaction.atomic():
        for _ in range(number):
            streams.append(person_id, "settings")
