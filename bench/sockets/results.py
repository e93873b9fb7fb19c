"""What a run of the sockets found so far."""

from dataclasses import dataclass, field

from bench.sockets.client import Found

NO_OFFER, DEFLATE_OFFERED = (
    "no extension offered",
    "permessage-deflate offered, as every browser does",
)


@dataclass
class Results:
    """What each round found, by name of the server and number of members or senders."""

    load_average: float
    rooms: dict[tuple[str, int], list[Found]] = field(default_factory=dict)
    acks: dict[tuple[str, int], list[Found]] = field(default_factory=dict)
    idle: dict[str, list[Found]] = field(default_factory=dict)
    """By what was offered in the handshake"""
