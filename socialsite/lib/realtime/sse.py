"""Server-Sent Events: the stream of a room, or one's own, over plain HTTP, with the bytes and numbers of the sockets.

A stream is opened by a route like any other, so its credentials, access, limits, errors and documentation are those of all routes. The
view hands over to the front (`ssefront`, before the WSGI bridge), which goes on sending while no thread is held. A server without that
front answers with what is stored and ends; whoever reads comes back with the last number they saw, as after any drop.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers

from socialsite.lib import context, limits
from socialsite.lib.api.calls import Call
from socialsite.lib.api.operations import reads
from socialsite.lib.api.serializers import Body, EmptyAnswer
from socialsite.lib.api.views import ApiViewSet
from socialsite.lib.errors import Invalid
from socialsite.lib.realtime import frames, reading, streams, topics
from socialsite.lib.realtime.frames import Encoded
from socialsite.lib.realtime.people import people

EVENT_STREAM = "text/event-stream"
HANDOVER = "socialsite.handover"
RETRY_MS = 1000, 4000
"""A reader comes back after a pause between these, so that all of them do not come at once"""
NUMBER = re.compile(r"[0-9]{1,18}\Z", re.ASCII)
NUMBERED = re.compile(rb'\{"event":"\w+","topic":"[^"\\]+","seq":(\d+)')
RESYNC = b'{"event":"resync",'
OPENINGS = limits.Policy("streams_opened", limit=120, window_s=60, store="local")


@dataclass(frozen=True, slots=True)
class Start:
    """Where in a stream a reader begins."""

    stream_id: int
    after: int
    last: int
    """The number the stream has reached"""
    resync: Encoded | None = None
    """Said first to who missed more than is sent again"""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a view has granted, and to whom."""

    user: Any
    auth: Any
    address: str
    start: Start
    once: bool
    """The answer ends with the first events"""


@dataclass(slots=True)
class Handover:
    """Lies in the environment of a call that came through the front; the view leaves here what to go on with."""

    opening: Opening | None = None


class StreamQuery(Body):
    last_event_id = serializers.RegexField(
        NUMBER,
        required=False,
        help_text="As the header Last-Event-ID, for readers that cannot set one.",
    )
    once = serializers.BooleanField(
        default=False,
        help_text="End with the first events, or without any after 25 s: a long poll, where something holds back answers that do not end.",
    )


def _opens(method: Any) -> Any:
    header = OpenApiParameter(
        "Last-Event-ID",
        str,
        OpenApiParameter.HEADER,
        description="The last number seen: what came after it is sent first. Without one the stream begins now.",
    )
    told = OpenApiResponse(str, "Events without end: `id` is the number, `data` the frame.")
    declare = reads(EmptyAnswer, query=StreamQuery, conditional=False, limit=OPENINGS, guests=True)
    described = extend_schema(parameters=[header], responses={(200, EVENT_STREAM): told})
    return described(declare(method))


class StreamViewSet(ApiViewSet):
    @_opens
    def own(self, request: Call, query: dict[str, Any]) -> HttpResponse:
        """Read one's own stream as Server-Sent Events: notifications, unread counts, receipts, invitations."""
        start = start_of(request.user.pk, _last_seen(request, query))
        return _open(request, start, once=query["once"])

    @_opens
    def room(self, request: Call, query: dict[str, Any], room: int) -> HttpResponse:
        """Read a room's stream as Server-Sent Events: its messages and whatever else happens there."""
        topic, key = topics.split(streams.topic_of(room))
        topic.check(request.user, key)
        start = start_of(room, _last_seen(request, query))
        # Again, now that the number is known: whoever was sent away before it would never hear of that.
        topic.check(request.user, key)
        return _open(request, start, once=query["once"])


def _open(request: Call, start: Start, *, once: bool) -> HttpResponse:
    handover: Handover | None = request.META.get(HANDOVER)
    response = HttpResponse(content_type=EVENT_STREAM)
    # A proxy that collects answers before it sends them would hold the events back.
    response.headers["X-Accel-Buffering"] = "no"
    if handover is None or request.method != "GET":
        response.content = retry(RETRY_MS[0]) + stored(start, request.user)
    else:
        address = context.address.get()
        handover.opening = Opening(request.user, request.auth, address, start, once)
    return response


def _last_seen(request: Call, query: dict[str, Any]) -> int | None:
    """Return the last number the reader saw; a reader that comes back has it in the header, whatever its first address said."""
    sent = request.headers.get("Last-Event-ID", "").strip() or query.get("last_event_id")
    if sent is None:
        return None
    if not NUMBER.match(sent):
        raise Invalid("invalid", "The id of an event here is its number.", "Last-Event-ID")
    return int(sent)


def start_of(stream_id: int, seen: int | None) -> Start:
    """Return where a reader begins who has seen a number: as `resume` does on a socket."""
    last, oldest = reading.bounds([stream_id])[stream_id]
    if seen is None:
        return Start(stream_id, last, last)
    if oldest - 1 <= seen <= last <= seen + streams.REPLAYED:
        return Start(stream_id, seen, last)
    numbers = {"from_seq": seen, "oldest_seq": oldest, "last_seq": last}
    topic = streams.topic_of(stream_id)
    which = {"user" if topic.startswith("user:") else "room": str(stream_id)}
    told = frames.said("resync", {**which, **numbers}, topic)
    return Start(stream_id, last, last, told)


def retry(milliseconds: int) -> bytes:
    """Return what says when to come back after a drop."""
    return b"retry: %d\n\n" % milliseconds


def stored(start: Start, viewer: Any) -> bytes:
    """Return the events after the start that are stored now."""
    if start.resync:
        return event_of(start.resync.text)
    unseen = people().unseen_by([viewer.pk]).get(viewer.pk, frozenset())
    found = reading.read(start.stream_id, start.after)
    sent = [event.instead if event.person_id in unseen else event.encoded for event in found]
    return b"".join(event_of(encoded.text) for encoded in sent if encoded)


def event_of(text: bytes) -> bytes:
    """Return a frame as an event: its number is the id, so that a reader comes back with the last one; news has none."""
    if numbered := NUMBERED.match(text):
        return b"id: %b\ndata: %b\n\n" % (numbered[1], text)
    if text.startswith(RESYNC):
        return b"id: %d\ndata: %b\n\n" % (json.loads(text)["data"]["last_seq"], text)
    return b"data: %b\n\n" % text
