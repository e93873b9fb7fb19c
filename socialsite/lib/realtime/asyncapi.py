"""The published contract of the sockets: AsyncAPI 3, made from the registries of commands, stored events and topics."""

import functools
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings

from socialsite.lib.realtime import published
from socialsite.lib.realtime.commands import COMMANDS, Command
from socialsite.lib.realtime.shapes import Shape, Shapes
from socialsite.lib.realtime.streams import EVENTS, EventType
from socialsite.lib.realtime.topics import TOPICS, Topic

VERSION = "3.0.0"
CHANNEL = {"$ref": "#/channels/socket"}
REFUSAL = "error"


@functools.cache
def contract() -> Shape:
    """Return the document: made once, as nothing is registered after the start."""
    return document()


def document() -> Shape:
    """Return the AsyncAPI document of all that is registered now."""
    shapes = Shapes()
    messages = dict(_messages(shapes))
    references = {key: {"$ref": f"#/components/messages/{key}"} for key in messages}
    return {
        "asyncapi": VERSION,
        "info": {
            "title": settings.SITE_NAME,
            "version": "1.0.0",
            "description": published.DESCRIPTION,
        },
        "defaultContentType": "application/json",
        "servers": {"site": _server()},
        "channels": {
            "socket": {
                "address": "/ws/",
                "title": "The socket",
                "description": published.CHANNEL,
                "messages": references,
                "bindings": {"ws": {"method": "GET", "bindingVersion": "0.1.0"}},
                "x-close-codes": {str(code): text for code, text in published.CLOSED.items()},
            }
        },
        "operations": dict(_operations()),
        "components": {
            "messages": messages,
            "schemas": shapes.components(),
            "securitySchemes": published.CREDENTIALS,
        },
    }


def _server() -> Shape:
    site = urlsplit(settings.API_URL)
    return {
        "host": site.netloc,
        "protocol": "wss" if site.scheme == "https" else "ws",
        "security": [{"$ref": f"#/components/securitySchemes/{n}"} for n in published.CREDENTIALS],
    }


def _messages(shapes: Shapes) -> Iterator[tuple[str, Shape]]:
    for command in COMMANDS.values():
        yield command.name, _message(command.name, _asked(command, shapes), command.summary)
        yield f"{command.name}.ack", _message("ack", _acknowledged(command, shapes), "")
    yield REFUSAL, _message("error", published.refusal(), "The answer to what was refused.")
    for name, frame in published.FRAMES.items():
        yield name, _message(name, frame.shape, frame.summary)
    for event in EVENTS.values():
        yield _key(event), _message(event.name, _pushed(event, shapes), "")
    for topic in TOPICS.values():
        for name, answer in topic.events:
            shape = published.push(name, _pattern(topic), shapes.answered(answer))
            yield f"{topic.prefix}.{name}", _message(name, shape, topic.summary)


def _operations() -> Iterator[tuple[str, Shape]]:
    for command in COMMANDS.values():
        yield f"receive_{command.name}", _received(command)
    yield "send_error", _sent(REFUSAL, "Tell of a frame without an id, or one that cannot be read.")
    for name, frame in published.FRAMES.items():
        yield f"send_{name}", _sent(name, frame.summary)
    for event in EVENTS.values():
        summary = f"Tell those who hear the stream of {event.name}, in the order of its numbers."
        yield f"send_{_key(event)}", _sent(_key(event), summary)
    for topic in TOPICS.values():
        for name, _ in topic.events:
            key = f"{topic.prefix}.{name}"
            yield f"send_{key}", _sent(key, f"Tell those who listen to {_example(topic)}.")


def _message(name: str, payload: Shape, text: str) -> Shape:
    summary = text.partition("\n")[0]
    found = {"name": name, "payload": payload, "summary": summary, "description": text}
    return {word: value for word, value in found.items() if value}


def _asked(command: Command, shapes: Shapes) -> Shape:
    body = command.body
    needed = ["data"] if any(field.required for field in body().fields.values()) else []
    return published.frame(
        command.name, {"id": published.REQUEST_ID, "data": shapes.sent(body)}, needed
    )


def _acknowledged(command: Command, shapes: Shapes) -> Shape:
    data = shapes.answered(command.answer) if command.answer else {"type": "object"}
    return published.frame("ack", {"id": published.REQUEST_ID, "data": data}, ["id", "data"])


def _pushed(event: EventType, shapes: Shapes) -> Shape:
    stream = {"type": "string", "pattern": "^(room|user):[0-9]+$"}
    seq = {"type": "integer", "minimum": 1}
    data = shapes.answered(event.answer)
    if event.gone:
        data = {"anyOf": [data, shapes.answered(event.gone)]}
    pushed = published.push(event.name, stream, data)
    return published.frame(
        event.name,
        {**pushed["properties"], "seq": seq},
        ["topic", "seq", "data", "ts"],
    )


def _received(command: Command) -> Shape:
    notes = [f"Scope of a token: `{command.scope}`."]
    if limit := command.limit:
        notes.append(f"Limit `{limit.name}`: {limit.limit} in {limit.window_s} s.")
    answers = [f"{command.name}.ack", REFUSAL]
    return {
        "action": "receive",
        "channel": CHANNEL,
        "summary": command.summary.partition("\n")[0],
        "description": f"{command.summary}\n\n{' '.join(notes)}",
        "messages": [_reference(command.name)],
        "reply": {"channel": CHANNEL, "messages": [_reference(key) for key in answers]},
    }


def _sent(key: str, summary: str) -> Shape:
    return {
        "action": "send",
        "channel": CHANNEL,
        "summary": summary,
        "messages": [_reference(key)],
    }


def _reference(key: str) -> Shape:
    return {"$ref": f"#/channels/socket/messages/{key}"}


def _key(event: EventType) -> str:
    return f"stored.{event.name}"


def _example(topic: Topic) -> str:
    return f"{topic.prefix}:<key>"


def _pattern(topic: Topic) -> Shape:
    return {"type": "string", "pattern": f"^{topic.prefix}(:.+)?$"}
