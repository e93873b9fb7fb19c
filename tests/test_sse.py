import socket
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Session
from accounts.testing import Cast, client_of, token_client_of
from chat.tests.rooms import at, join, make_room
from socialsite.lib.asgi.threads import Busy, Threads
from socialsite.lib.models import Stream, StreamEvent
from socialsite.lib.realtime import hub as hubs
from socialsite.lib.realtime import sse, ssefront, streams
from socialsite.lib.testing.client import ApiClient, code_of
from socialsite.lib.testing.history import until
from socialsite.lib.testing.sockets import LiveSite, live_site, serving
from socialsite.lib.tests.front import ask, read_all
from tests.cookies import cookie_of
from tests.eventsource import Ended, Event, EventReader
from tests.listening import flood, has_left, tell

__all__ = ["live_site"]
pytestmark = pytest.mark.django_db(transaction=True)
Read = Callable[..., EventReader]
OWN = "/api/stream"


@pytest.fixture
def reading(live_site: LiveSite, settings: Any) -> Any:
    """Open streams that are closed at the end: `reading(client, path, Last_Event_ID=…)`."""
    settings.RATE_LIMIT_SCALE = 1e3
    opened: list[EventReader] = []

    def read(client: ApiClient, path: str = OWN, **headers: str) -> EventReader:
        opened.append(EventReader(live_site.port, path, client.token, **headers))
        return opened[-1]

    yield read
    for reader in opened:
        reader.close()


def stream_of(room: str) -> str:
    return at(room, "stream")


def last_number(cast: Cast) -> int:
    return streams.last_numbers([cast.alice.pk])[cast.alice.pk]


def renamed(client: ApiClient, room: str, *names: str) -> None:
    for name in names:
        assert client.set(at(room), {"description": name}).status_code == 200


def described(event: Event) -> str:
    return str(event.frame["data"]["room"]["description"])


def test_c2_b43_a_room_is_read_as_server_sent_events(
    reading: Read, live_site: LiveSite, alice: ApiClient, bob: ApiClient
) -> None:
    room = make_room(alice)
    join(room, bob)
    reader = reading(bob, stream_of(room))
    assert (reader.status, reader.answer.getheader("Content-Type")) == (200, "text/event-stream")
    assert "no-store" in str(reader.answer.getheader("Cache-Control"))
    renamed(alice, room, "first", "second")
    events = [reader.next(), reader.next()]
    assert [described(event) for event in events] == ["first", "second"]
    assert [event.id for event in events] == [str(event.frame["seq"]) for event in events]
    assert 1000 <= reader.retry <= 4000


def test_c2_message_is_read_within_200_ms(reading: Read, alice: ApiClient, bob: ApiClient) -> None:
    room = make_room(alice)
    join(room, bob)
    reader = reading(bob, stream_of(room))
    times = []
    for number in range(10):
        body = {"room_id": room, "content": f"text {number}"}
        assert alice.send("/api/messages", body).status_code == 201
        stored = time.monotonic()
        assert reader.named("message").frame["data"]["content"] == f"text {number}"
        times.append(time.monotonic() - stored)
    assert min(times) < 0.2


def test_b2_b43_sockets_and_streams_carry_the_same_frames(
    reading: Read, live_site: LiveSite, alice: ApiClient
) -> None:
    room = make_room(alice)
    reader = reading(alice, stream_of(room))
    with live_site.connect(alice) as socket:
        socket.call("subscribe", topics=[f"room:{room}"])
        renamed(alice, room, "same")
        assert reader.next().frame == socket.event("room_updated")


def test_b2_b43_reader_that_comes_back_hears_exactly_what_it_missed(
    reading: Read, alice: ApiClient
) -> None:
    room = make_room(alice)
    with reading(alice, stream_of(room)) as reader:
        renamed(alice, room, "1")
        last = reader.next().id
    renamed(alice, room, "2", "3", "4")
    again = reading(alice, stream_of(room), Last_Event_ID=str(last))
    renamed(alice, room, "5")
    events = [again.next() for _ in range(4)]
    assert described(events[-1]) == "5"
    assert [int(str(e.id)) for e in events] == list(range(int(str(last)) + 1, int(str(last)) + 5))


def test_b43_last_number_may_stand_in_the_address_and_the_header_wins(
    reading: Read, cast: Cast, alice: ApiClient
) -> None:
    tell(cast.alice.pk, 3)
    first = int(str(reading(alice, f"{OWN}?last_event_id=0").next().id))
    assert first == 1
    assert reading(alice, f"{OWN}?last_event_id=1", Last_Event_ID="2").next().id == "3"


def test_b43_own_stream_tells_what_happens_to_oneself(
    reading: Read, cast: Cast, alice: ApiClient, bob: ApiClient
) -> None:
    reader, others = reading(alice), reading(bob)
    tell(cast.alice.pk)
    event = reader.named("settings")
    assert event.frame["topic"] == f"user:{cast.alice.pk}"
    assert event.frame["data"]["useq"] == event.frame["seq"] == int(str(event.id))
    with pytest.raises(TimeoutError):
        others.named("settings", 0.5)


@pytest.mark.parametrize("seen", ["x", "-1", "1.5", "9" * 19])
def test_b43_number_that_is_none_is_refused(reading: Read, alice: ApiClient, seen: str) -> None:
    header, query = {"Last_Event_ID": seen}, f"{OWN}?last_event_id={seen}"
    for reader in (reading(alice, **header), reading(alice, query)):
        body = reader.refusal()
        assert (reader.status, body["errors"][0]["code"]) == (400, "invalid")


def test_b43_who_may_not_hear_gets_the_errors_of_rest(
    reading: Read, live_site: LiveSite, cast: Cast, alice: ApiClient, charlie: ApiClient
) -> None:
    room = make_room(alice, kind="private")
    missing = reading(charlie, stream_of(room))
    assert (missing.status, missing.refusal()["errors"][0]["code"]) == (404, "not_found")
    anonymous = EventReader(live_site.port, OWN)
    body = anonymous.refusal()
    assert (anonymous.status, body["errors"][0]["code"]) == (401, "not_authenticated")
    assert set(body) == {"type", "errors", "request_id"}
    scoped = reading(token_client_of(cast.alice, "write"), stream_of(room))
    assert (scoped.status, scoped.refusal()["errors"][0]["code"]) == (403, "insufficient_scope")
    unknown = reading(alice, f"{OWN}?since=1")
    assert (unknown.status, unknown.refusal()["errors"][0]["code"]) == (400, "unknown_field")


def test_c32_stream_ends_with_the_sign_in(reading: Read, cast: Cast) -> None:
    client = client_of(cast.alice)
    reader = reading(client)
    assert client.send("/api/auth/logout").status_code in {200, 204}
    closed = reader.named("closed", 2)
    assert closed.frame["data"]["code"] == 4409
    assert closed.id is None
    with pytest.raises(Ended):
        reader.next(2)
    assert reading(client).status == 401


def test_c32_t54_sign_in_that_ends_behind_the_view_opens_no_stream(
    reading: Read, alice: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = ssefront.admit

    async def ending(line: Any, opening: Any) -> None:
        await line.hub.run(lambda: Session.objects.update(ended_at=timezone.now()))
        await real(line, opening)

    monkeypatch.setattr(ssefront, "admit", ending)
    refused = reading(alice)
    assert (refused.status, refused.refusal()["errors"][0]["code"]) == (
        401,
        "authentication_failed",
    )


def test_t3_c27_who_is_removed_before_the_number_is_read_opens_no_stream(
    reading: Read,
    cast: Cast,
    alice: ApiClient,
    bob: ApiClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    room = make_room(alice, kind="private", user_ids=[str(cast.bob.pk)])
    join(room, bob)
    real = sse.start_of

    def removing(*arguments: Any) -> Any:
        assert alice.drop(at(room, "members", cast.bob.pk)).status_code in {200, 204}
        return real(*arguments)

    monkeypatch.setattr(sse, "start_of", removing)
    assert reading(bob, stream_of(room)).status == 404


def test_c27_who_is_removed_hears_so_and_nothing_after(
    reading: Read, cast: Cast, alice: ApiClient, bob: ApiClient
) -> None:
    room = make_room(alice, kind="private", user_ids=[str(cast.bob.pk)])
    join(room, bob)
    reader = reading(bob, stream_of(room))
    assert alice.drop(at(room, "members", cast.bob.pk)).status_code in {200, 204}
    renamed(alice, room, "secret")
    lost = reader.named("room_lost")
    assert lost.frame["data"]["room_id"] == room
    with pytest.raises(Ended):
        reader.next()


def test_t3_deeds_of_a_blocked_person_are_hidden_and_keep_their_numbers(
    reading: Read, cast: Cast, bob: ApiClient, mallory: ApiClient, alice: ApiClient
) -> None:
    room = make_room(bob)
    join(room, alice)
    reader = reading(alice, stream_of(room))
    join(room, mallory)
    renamed(bob, room, "after")
    hidden, after = reader.next(), reader.next()
    seq = int(str(hidden.id))
    assert hidden.frame == {"event": "hidden", "topic": f"room:{room}", "seq": seq}
    assert (described(after), after.id) == ("after", str(seq + 1))


@pytest.mark.parametrize("kept_from", [1, 4])
def test_b2_b43_who_missed_more_than_is_kept_or_sent_again_is_told_once(
    reading: Read, cast: Cast, alice: ApiClient, kept_from: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "REPLAYED", 50 if kept_from == 4 else 2)
    tell(cast.alice.pk, 5)
    last = last_number(cast)
    StreamEvent.objects.filter(stream=cast.alice.pk, seq__lt=kept_from).delete()
    Stream.objects.filter(pk=cast.alice.pk).update(oldest_seq=kept_from)
    reader = reading(alice, Last_Event_ID="1")
    told = reader.next()
    assert told.name == "resync"
    assert told.frame["data"] == {
        "user": str(cast.alice.pk),
        "from_seq": 1,
        "oldest_seq": kept_from,
        "last_seq": last,
    }
    assert told.id == str(last)
    tell(cast.alice.pk)
    assert reader.next().id == str(last + 1)


def test_b43_number_from_another_life_of_the_site_is_told_too(
    reading: Read, cast: Cast, alice: ApiClient
) -> None:
    tell(cast.alice.pk)
    assert reading(alice, Last_Event_ID="1000").next().name == "resync"


def test_b43_quiet_stream_sends_comments(
    reading: Read, alice: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ssefront.PING_SECONDS == 15
    monkeypatch.setattr(ssefront, "PING_SECONDS", 0.1)
    reader = reading(alice)
    with pytest.raises(TimeoutError):
        reader.next(0.6)
    assert reader.comments.count("ping") >= 3


def test_b43_long_poll_ends_with_what_was_missed(
    reading: Read, cast: Cast, alice: ApiClient
) -> None:
    tell(cast.alice.pk, 2)
    last = last_number(cast)
    reader = reading(alice, f"{OWN}?once=true", Last_Event_ID=str(last - 2))
    assert [reader.next(5).id for _ in range(2)] == [str(last - 1), str(last)]
    with pytest.raises(Ended):
        reader.next(5)


def test_b43_long_poll_waits_for_the_next_event(
    reading: Read, cast: Cast, alice: ApiClient
) -> None:
    reader = reading(alice, f"{OWN}?once=1")
    tell(cast.alice.pk)
    assert reader.named("settings")
    with pytest.raises(Ended):
        reader.named("nothing", 5)


def test_b43_long_poll_ends_without_events_after_a_while(
    reading: Read, alice: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ssefront.ONCE_SECONDS == 25
    monkeypatch.setattr(ssefront, "ONCE_SECONDS", 0.2)
    reader = reading(alice, f"{OWN}?once=1")
    with pytest.raises(Ended):
        reader.named("nothing", 5)


def test_b43_people_have_so_many_streams_open(
    reading: Read, alice: ApiClient, settings: Any
) -> None:
    settings.RATE_LIMIT_SCALE = 0.1
    assert [reading(alice).status for _ in range(2)] == [200, 200]
    refused = reading(alice)
    assert (refused.status, refused.refusal()["errors"][0]["code"]) == (429, "throttled")
    assert int(str(refused.answer.getheader("Retry-After"))) > 0


def test_t30_streams_of_an_address_are_counted_as_its_sockets_are(
    reading: Read, alice: ApiClient, bob: ApiClient, carol: ApiClient, settings: Any
) -> None:
    settings.RATE_LIMIT_SCALE = 0.01
    assert [reading(client).status for client in (alice, bob)] == [200, 200]
    refused = reading(carol)
    assert (refused.status, refused.refusal()["errors"][0]["code"]) == (429, "throttled")


def test_b43_server_that_is_busy_says_so_in_the_shape_of_rest(
    reading: Read, cast: Cast, alice: ApiClient, bob: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading(bob)
    real = hubs.Hub._run

    async def busy(here: hubs.Hub, threads: Threads, call: Any) -> Any:
        if threads is here.readers:
            return await real(here, threads, call)
        raise Busy

    monkeypatch.setattr(hubs.Hub, "_run", busy)
    refused = reading(alice)
    assert (refused.status, refused.refusal()["errors"][0]["code"]) == (503, "unavailable")
    assert until(lambda: has_left(cast.alice.pk), 10)


def test_b43_failure_behind_the_view_is_no_stream(
    reading: Read, alice: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise ValueError("a slip")

    monkeypatch.setattr(sse.StreamViewSet, "finalize_response", fail)
    failed = reading(alice)
    assert (failed.status, failed.refusal()["type"]) == (500, "server_error")


def test_b43_server_without_the_front_answers_with_what_is_stored(
    cast: Cast, alice: ApiClient
) -> None:
    tell(cast.alice.pk, 3)
    last = last_number(cast)
    answer = alice.read(OWN, Last_Event_ID=str(last - 2))
    assert answer.headers["Content-Type"] == "text/event-stream"
    assert answer.content.startswith(b"retry: ")
    ids = [line for line in answer.content.decode().split("\n") if line.startswith("id: ")]
    assert ids == [f"id: {last - 1}", f"id: {last}"]
    assert alice.read(OWN).content.count(b"data") == 0


def test_b43_page_of_another_origin_may_read(
    reading: Read, alice: ApiClient, settings: Any
) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example"]
    reader = reading(alice, Origin="https://app.example")
    assert reader.answer.getheader("Access-Control-Allow-Origin") == "https://app.example"
    foreign = reading(alice, Origin="https://evil.example")
    assert foreign.answer.getheader("Access-Control-Allow-Origin") is None


def test_y92_streams_are_published(api: ApiClient) -> None:
    paths = api.read("/api/schema").json()["paths"]
    for path in ("/api/stream", "/api/rooms/{room}/stream"):
        operation = paths[path]["get"]
        assert set(operation["responses"]["200"]["content"]) == {"text/event-stream"}
        names = {parameter["name"] for parameter in operation["parameters"]}
        assert {"Last-Event-ID", "last_event_id"} <= names
        assert {"401", "403", "429"} <= set(operation["responses"])


def test_refusal_of_a_foreign_name_is_like_that_of_a_missing_room(
    alice: ApiClient, charlie: ApiClient
) -> None:
    room = make_room(alice, kind="private")
    gone = str(int(room) + (1 << 22))
    answers = [charlie.read(stream_of(name)) for name in (room, gone)]
    assert [(a.status_code, code_of(a)) for a in answers] == [(404, "not_found")] * 2


def test_c29_b43_reader_that_does_not_read_is_dropped_and_others_go_on(
    reading: Read, live_site: LiveSite, cast: Cast, alice: ApiClient, bob: ApiClient
) -> None:
    lazy = socket.create_connection(("127.0.0.1", live_site.port), timeout=10)
    head = f"GET {OWN} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {alice.token}\r\n\r\n"
    lazy.sendall(head.encode())
    assert lazy.recv(9) == b"HTTP/1.1 "
    other = reading(bob)
    for _ in range(10):
        flood(f"user:{cast.alice.pk}", 40)
        time.sleep(0.05)
    assert until(lambda: has_left(cast.alice.pk), 10)
    tell(cast.bob.pk)
    assert other.named("settings")
    assert b"0\r\n\r\n" not in read_all(lazy)


def test_b43_leaving_reader_is_forgotten(reading: Read, cast: Cast, alice: ApiClient) -> None:
    reading(alice).close()
    assert until(lambda: has_left(cast.alice.pk), 10)


def test_c29_b43_stop_of_the_server_ends_streams_at_once(cast: Cast, alice: ApiClient) -> None:
    with serving() as site:
        reader = EventReader(site.port, OWN, alice.token)
        stopped = time.monotonic()
    assert reader.named("closed").frame["data"]["code"] == 1012
    with pytest.raises(Ended):
        reader.next()
    assert time.monotonic() - stopped < 3


def test_b43_head_of_a_stream_is_answered(live_site: LiveSite, alice: ApiClient) -> None:
    headers = {"Authorization": f"Bearer {alice.token}"}
    answer, body = ask(live_site.port, "HEAD", OWN, headers=headers)
    assert (answer.status, body) == (200, b"")


def test_c3_b43_page_of_the_site_reads_by_its_cookie(live_site: LiveSite, cast: Cast) -> None:
    with EventReader(live_site.port, OWN, Cookie=cookie_of(cast.alice)) as reader:
        assert reader.status == 200
