"""What the published contract says of the frames that no registry holds: the server's own, and the rules of all of them."""

from dataclasses import dataclass
from typing import Any

from socialsite.lib.api.schema import ID_TEXT, TIME

Shape = dict[str, Any]

DESCRIPTION = """Real time: what a client sends over a socket, and what the server pushes.

Every durable event of a room, and of a person, has a number (`seq`, for a person's own stream also `useq`): from 1, without a gap, the
same in REST, over sockets, in Server-Sent Events and over Socket.IO. Who remembers the last number they saw misses nothing: `resume`.

The same events are readable as Server-Sent Events (`GET /api/rooms/<room>/stream`, `GET /api/stream`), and the same commands and pushes
go over Socket.IO at `/socket.io/`: the command's name is the event's name, its `data` the argument, the acknowledgement the callback's
argument; a push is an event of its name with its data, `topic` and `seq` as one object."""

CHANNEL = """One socket for each device. Text frames of JSON, at most 64 KiB.

The credential is the first of these that is there: the session cookie, when the Origin is an allowed one; `Authorization: Bearer`; else the
first frame within 5 s is `auth` with an access token or a ticket (`POST /api/v1/websocket/ticket`).

A client's frame is `{"event", "id"?, "data"}`. One with an `id` gets exactly one answer, `ack` or `error`, with the same `id`; one
without is carried out all the same, and only a refusal is told. Frames of a socket are handled in their order."""

CLOSED = {
    1001: "The server stops, or the page was left.",
    1009: "A frame was larger than 64 KiB.",
    1011: "The server failed: come back and resume.",
    1012: "The server restarts: come back and resume.",
    1013: "The server is busy: come back later.",
    4008: "The reader was 1 MiB or 30 s behind: come back and resume.",
    4400: "Ten errors of the protocol in a row.",
    4401: "No valid credential within 5 s.",
    4403: "The credential may not open sockets: a token without the scope `chat`.",
    4408: "Nothing was heard of the client for 60 s.",
    4409: "The sign-in has ended.",
    4429: "Too many frames, or too many sockets of this person or address.",
}
"""Each code with which the server closes a socket, and why"""

CREDENTIALS: dict[str, Shape] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An access token (JWT) or a personal token with the scope `chat`.",
    },
    "cookie": {
        "type": "httpApiKey",
        "in": "cookie",
        "name": "session",
        "description": "With an allowed Origin; `__Host-session` over https.",
    },
    "ticket": {
        "type": "userPassword",
        "description": "A ticket of one use, or an access token, in the `auth` frame.",
    },
}

REQUEST_ID = {
    "type": "string",
    "maxLength": 64,
    "description": "The client's own; the answer carries it.",
}
TOPIC = {"type": "string", "examples": ["room:123456789012345678"]}
CODE = {"$ref": "#/components/schemas/ErrorCode"}
NUMBER = {"type": "integer", "minimum": 1}
MARK = {"type": "integer", "minimum": 0}


@dataclass(frozen=True)
class Frame:
    """A frame of the server that is neither an answer nor an event of an app."""

    shape: Shape
    summary: str


def frame(name: str, properties: Shape, required: list[str]) -> Shape:
    """Return the schema of a frame by the name of its event."""
    return {
        "type": "object",
        "required": ["event", *required],
        "properties": {"event": {"const": name}, **properties},
    }


def said(
    name: str, data: Shape, required: list[str] | None = None, where: Shape | None = None
) -> Shape:
    """Return the schema of a frame of the server's own; all of its data is there unless some is named."""
    needed = list(data) if required is None else required
    shape = {"type": "object", "required": needed, "properties": data}
    place = {"topic": where} if where else {}
    return frame(name, {**place, "data": shape, "ts": TIME}, [*place, "data", "ts"])


def push(name: str, topic: Shape, data: Shape) -> Shape:
    """Return the schema of news: a push without a number."""
    return frame(name, {"topic": topic, "data": data, "ts": TIME}, ["topic", "data", "ts"])


def refusal() -> Shape:
    """Return the schema of an error frame; the body is that of REST."""
    body = {"$ref": "#/components/schemas/FrameError"}
    return frame("error", {"id": REQUEST_ID, "data": body}, ["data"])


PLACE = {"type": "string", "description": "`room:<id>` or `user:<id>`, whose numbers these are."}
STREAM = {"room": ID_TEXT, "user": ID_TEXT}
"""One of the two is there"""

FRAMES: dict[str, Frame] = {
    "hello": Frame(
        said(
            "hello",
            {
                "connection_id": {"type": "string"},
                "user": {"type": "object", "description": "The person's card, and presence."},
                "server_time": TIME,
                "protocol": {"const": 1},
                "heartbeat_s": {"type": "integer"},
                "useq": {**MARK, "description": "The last number of the own stream."},
            },
        ),
        "The first frame once the credential is known; the own stream is heard from `useq` on.",
    ),
    "hidden": Frame(
        frame("hidden", {"topic": PLACE, "seq": NUMBER}, ["topic", "seq"]),
        "Stands for an event that this person may not see, so that the numbers have no gap.",
    ),
    "resumed": Frame(
        said("resumed", {**STREAM, "seq": MARK}, ["seq"], TOPIC),
        "All that was missed has been sent, up to `seq`; what follows is live.",
    ),
    "resync": Frame(
        said(
            "resync",
            {**STREAM, "from_seq": MARK, "oldest_seq": NUMBER, "last_seq": MARK},
            ["from_seq", "oldest_seq", "last_seq"],
            TOPIC,
        ),
        "More than 500 events were missed, or they are kept no more: read GET /api/rooms/<room>/events, or the lists anew.",
    ),
    "room_lost": Frame(
        said("room_lost", {"room_id": ID_TEXT, "reason": {"type": "string"}}, None, TOPIC),
        "This person hears the room no more; nothing of it comes after.",
    ),
    "topic_lost": Frame(
        said("topic_lost", {"topic": {"type": "string"}, "code": CODE}, None, TOPIC),
        "This person may not listen to the topic any more.",
    ),
    "pong": Frame(said("pong", {"server_time": TIME}), "The answer to `ping`."),
    "closed": Frame(
        said("closed", {"code": {"type": "integer"}, "reason": {"type": "string"}}),
        "Event streams and Socket.IO only: the last words before the end; a WebSocket has its close code.",
    ),
}
