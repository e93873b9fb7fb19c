"""The commands that every socket knows: who it is, what it listens to, and what it missed."""

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import APIException

from socialsite.lib import limits
from socialsite.lib.api.serializers import Answer, Body, TimeField
from socialsite.lib.errors import Forbidden, NotFound
from socialsite.lib.ids import MAX_ID
from socialsite.lib.realtime import frames, reading, streams, topics
from socialsite.lib.realtime.commands import Caller, Data, command
from socialsite.lib.realtime.dispatch import renew
from socialsite.lib.realtime.lines import TOPICS_OF_A_LINE, Line
from socialsite.lib.realtime.people import people

SCOPE = "read"
SUBSCRIBED = 100
"""Topics in one frame"""
RESUMES = limits.Policy("resumes", limit=1200, window_s=60, store="local")
"""Streams that are taken up again: each may be read up to `streams.REPLAYED` events"""
SUBSCRIPTIONS = limits.Policy("subscriptions", limit=2400, window_s=60, store="local")
"""Topics, to begin and to end: each is asked about"""


def topics_in(data: Data) -> int:
    return len(data["topics"])


def streams_in(data: Data) -> int:
    return max(1, len(data.get("rooms", {})) + ("user" in data))


class EmptyBody(Body):
    """Nothing."""


class AuthBody(Body):
    token = serializers.CharField(max_length=4096)


class TopicsBody(Body):
    topics = serializers.ListField(
        child=serializers.CharField(max_length=300), max_length=SUBSCRIBED, min_length=1
    )


class ResumeBody(Body):
    rooms = serializers.DictField(
        child=serializers.IntegerField(min_value=0, max_value=MAX_ID), required=False
    )
    user = serializers.IntegerField(min_value=0, max_value=MAX_ID, required=False)


class RefusedTopic(Answer):
    topic = serializers.CharField()
    code = serializers.CharField()


class SubscribeAnswer(Answer):
    accepted = serializers.ListField(child=serializers.CharField())
    refused = RefusedTopic(many=True)
    seqs = serializers.DictField(child=serializers.IntegerField())


class UnsubscribeAnswer(Answer):
    accepted = serializers.ListField(child=serializers.CharField())


class PingAnswer(Answer):
    server_time = TimeField()


@command("auth", body=AuthBody, scope=SCOPE)
def authenticate(caller: Caller, data: Data) -> Data:
    """Say who you are, as the first frame within 5 s; later, go on with a newer token of the same person."""
    user, auth = people().by_token(data["token"])
    if user.pk != caller.user.pk:
        raise Forbidden("permission_denied", "The socket belongs to somebody else.")
    _line(caller).identify(user, auth)
    # From now on orders about this sign-in reach the line; what was ordered before is seen here.
    renew(_line(caller))
    return {}


@command("ping", body=EmptyBody, answer=PingAnswer, scope=SCOPE, quick=True)
def ping(caller: Caller, data: Data) -> Data:
    """Ask whether the server is there: `pong` says its time, and so does the ack."""
    answer = {"server_time": frames.now()}
    _line(caller).write(frames.said("pong", answer))
    return answer


@command(
    "subscribe",
    body=TopicsBody,
    answer=SubscribeAnswer,
    scope=SCOPE,
    limit=SUBSCRIPTIONS,
    cost=topics_in,
)
def subscribe(caller: Caller, data: Data) -> Data:
    """Listen to topics; each is accepted or refused for itself, and counts for itself. `seqs` says from which number on a stream is heard."""
    accepted, refused, seqs = [], [], {}
    for name in data["topics"]:
        try:
            topic, seq = _listen(caller, name)
        except APIException as refusal:
            code = getattr(refusal, "code", refusal.default_code)
            refused.append({"topic": name, "code": str(code)})
            continue
        accepted.append(topic)
        if seq is not None:
            seqs[topic] = seq
    return {"accepted": accepted, "refused": refused, "seqs": seqs}


@command(
    "unsubscribe",
    body=TopicsBody,
    answer=UnsubscribeAnswer,
    scope=SCOPE,
    limit=SUBSCRIPTIONS,
    cost=topics_in,
)
def unsubscribe(caller: Caller, data: Data) -> Data:
    """Listen to topics no more, each of which counts; one's own stream stays."""
    own = streams.topic_of(caller.user.pk)
    names = [_folded(caller, name) for name in data["topics"] if name != own]
    for name in names:
        caller.line.leave(name)
    return {"accepted": names}


@command("resume", body=ResumeBody, scope=SCOPE, limit=RESUMES, cost=streams_in)
def resume(caller: Caller, data: Data) -> Data:
    """Hear what was missed since these numbers, then go on live: each room and the own stream end with `resumed`.

    Where more than 500 events are missing, or they are kept no more, `resync` says what there is to read by REST. A room that one may
    hear no more is told by `room_lost`. Each stream counts. Send it right after `hello`, so that what was missed comes before what is new.
    """
    rooms = {_id(key): seq for key, seq in data.get("rooms", {}).items()}
    if len(rooms) > TOPICS_OF_A_LINE:
        raise serializers.ValidationError({"rooms": "At most 200 rooms."})
    wanted = rooms | ({caller.user.pk: data["user"]} if "user" in data else {})
    there = reading.bounds(list(wanted))
    for stream_id, seq in wanted.items():
        if stream_id == caller.user.pk or _may_hear(caller, stream_id):
            _resume(_line(caller), stream_id, seq, *there[stream_id])
        else:
            _line(caller).leave(streams.topic_of(stream_id))
            _line(caller).say(reading.room_lost(stream_id, "not_member"))
    return {}


def _resume(line: Line, stream_id: int, seq: int, last: int, oldest: int) -> None:
    topic = streams.topic_of(stream_id)
    which = {"user" if topic.startswith("user:") else "room": str(stream_id)}
    if seq > last or last - seq > streams.REPLAYED or seq + 1 < oldest:
        data = {**which, "from_seq": seq, "oldest_seq": oldest, "last_seq": last}
        line.say(frames.said("resync", data, topic))
        line.listen_from(stream_id, last, last=last)
        return

    def resumed(number: int) -> frames.Encoded:
        return frames.said("resumed", {**which, "seq": number}, topic)

    line.listen_from(stream_id, seq, last=last, done=resumed)


def _listen(caller: Caller, name: str) -> tuple[str, int | None]:
    """Listen to one topic; return its name as it is kept and, for a stream, the number it stands at."""
    topic, key = topics.split(name)
    key = topic.check(caller.user, key)
    if topic.stream_id is None:
        caller.line.listen(_name(topic, key))
        return _name(topic, key), None
    stream_id = topic.stream_id(key)
    last = reading.bounds([stream_id])[stream_id][0]
    # Again, now that the number is known: whoever was sent away before it would never hear of that.
    topic.check(caller.user, key)
    _line(caller).listen_from(stream_id, last, last=last)
    return streams.topic_of(stream_id), last


def _folded(caller: Caller, name: str) -> str:
    """Return a topic's name as it is kept, whether the caller may still hear it or not."""
    if caller.line.hears(name):
        return name
    try:
        topic, key = topics.split(name)
        key = topic.check(caller.user, key)
    except APIException:
        return name
    return _name(topic, key)


def _name(topic: topics.Topic, key: str) -> str:
    return f"{topic.prefix}:{key}" if key else topic.prefix


def _may_hear(caller: Caller, stream_id: int) -> bool:
    try:
        topic, key = topics.split(streams.topic_of(stream_id))
        topic.check(caller.user, key)
    except APIException:
        return False
    return topic.stream_id is not None


def _id(text: Any) -> int:
    found = int(text) if str(text).isascii() and str(text).isdigit() and len(text) <= 19 else 0
    if not 0 < found <= MAX_ID:
        raise NotFound(attr="rooms")
    return found


def _line(caller: Caller) -> Line:
    """Return the line as the hub knows it: every line is one."""
    line: Any = caller.line
    return line
