import json
import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
import socketio
from socketio.exceptions import ConnectionError as Refused

from accounts.testing import Cast, client_of, token_client_of
from chat.tests.rooms import at, join, make_room
from socialsite.lib.realtime import gateway
from socialsite.lib.testing.client import ApiClient
from socialsite.lib.testing.history import until
from socialsite.lib.testing.sockets import LiveSite, live_site, serving
from tests.cookies import cookie_of
from tests.listening import flood, has_left, is_heard
from tests.packets import (
    connect_packet,
    entered,
    is_gone,
    opened,
    post,
    raw_socket,
    told,
    url_of,
)
from tests.programs import needs_node, run

__all__ = ["live_site"]
pytestmark = pytest.mark.django_db(transaction=True)
TRANSPORTS = ["polling", "websocket"]


class Caller:
    """A client of python-socketio that keeps all it is sent."""

    def __init__(self, url: str, token: str, transport: str, **options: Any) -> None:
        self.received: list[tuple[str, Any]] = []
        self.left: list[str] = []
        self.io = socketio.Client(reconnection=False)
        self.io.on("*", lambda name, data=None: self.received.append((name, data)))
        self.io.on("disconnect", lambda reason=None: self.left.append(str(reason)))
        options.setdefault("auth", {"token": token} if token else None)
        self.io.connect(url, transports=[transport], wait_timeout=10, **options)

    def call(self, name: str, data: Any = None) -> Any:
        return self.io.call(name, data, timeout=10)

    def named(self, name: str, timeout: float = 10) -> dict[str, Any]:
        """Return the next event of that name; it is taken away."""
        return self.until(lambda event: event == name, timeout)

    def until(self, fits: Callable[[str], bool], timeout: float = 10) -> dict[str, Any]:
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            for number, (event, data) in enumerate(self.received):
                if fits(event):
                    del self.received[number]
                    return dict(data)
            time.sleep(0.01)
        raise TimeoutError(f"among {[name for name, _ in self.received]}")


Open = Callable[..., Caller]


@pytest.fixture
def calling(live_site: LiveSite, settings: Any) -> Iterator[Open]:
    settings.RATE_LIMIT_SCALE = 1e3
    opened: list[Caller] = []

    def call(client: ApiClient | None, transport: str = "websocket", **options: Any) -> Caller:
        token = client.token if client else ""
        opened.append(Caller(live_site.url, token, transport, **options))
        return opened[-1]

    yield call
    for caller in opened:
        caller.io.disconnect()


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_c1_c12_socketio_client_is_let_in_and_greeted(
    calling: Open, cast: Cast, alice: ApiClient, transport: str
) -> None:
    caller = calling(alice, transport)
    hello = caller.named("hello")
    assert hello["user"]["id"] == str(cast.alice.pk)
    assert (hello["protocol"], hello["connection_id"]) == (1, caller.io.get_sid())


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_c1_c14_c16_scenario_of_the_chat_document_by_its_own_events(
    calling: Open, cast: Cast, alice: ApiClient, bob: ApiClient, transport: str
) -> None:
    room = make_room(alice)
    one, other = calling(alice, transport), calling(bob, transport)
    assert one.call("join_room", {"room_id": room})["room"]["id"] == room
    assert other.call("join_room", {"room_id": room})["last_seq"] == 2
    came = one.named("user_joined")
    assert (came["seq"], came["topic"]) == (2, f"room:{room}")
    body = {"room_id": room, "message": "hello", "user_id": str(cast.bob.pk)}
    stored = other.call("send_message", body)
    for caller in (one, other):
        message = caller.named("message")
        assert (message["content"], message["seq"]) == ("hello", stored["seq"])
    one.call("typing", {"room_id": room, "is_typing": True})
    assert other.named("typing")["user_id"] == str(cast.alice.pk)
    other.call("leave_room", {"room_id": room})
    assert one.named("user_left")["seq"] == stored["seq"] + 1


@needs_node
@pytest.mark.parametrize("transport", TRANSPORTS)
def test_c1_c14_c16_scenario_of_the_chat_document_by_the_client_of_browsers(
    live_site: LiveSite, cast: Cast, alice: ApiClient, bob: ApiClient, transport: str
) -> None:
    room, bob_id = make_room(alice), str(cast.bob.pk)
    found = run("scenario.mjs", live_site.url, alice.token, bob.token, room, bob_id, transport)
    assert found["hello"]["user"]["id"] == str(cast.alice.pk)
    assert found["hello"]["connection_id"] == found["sid"]
    assert found["refused"]["data"]["errors"][0]["code"] == "authentication_failed"
    assert found["joined"]["room"]["id"] == room
    assert (found["user_joined"]["seq"], found["user_joined"]["topic"]) == (2, f"room:{room}")
    told = [(message["content"], message["seq"]) for message in found["messages"]]
    assert told == [("hello", found["stored"]["seq"])] * 2
    assert found["typing"]["user_id"] == str(cast.alice.pk)
    assert found["error"]["errors"] == found["error_event"]["errors"]
    assert found["user_left"]["seq"] == found["stored"]["seq"] + 1


def test_c1_y74_personal_room_of_the_planner_document(
    calling: Open, cast: Cast, alice: ApiClient, bob: ApiClient
) -> None:
    caller = calling(alice)
    assert "useq" in caller.call("join_personal_room", {"user_id": str(cast.alice.pk)})
    refused = caller.call("join_personal_room", {"user_id": str(cast.bob.pk)})
    assert refused["error"]["errors"][0]["code"] == "permission_denied"
    assert bob.send(f"/api/users/{cast.alice.pk}/follow", {"action": "follow"}).status_code < 300


def test_c1_c28_refusal_is_told_to_the_callback_and_by_an_error_event(
    calling: Open, alice: ApiClient
) -> None:
    caller = calling(alice)
    answer = caller.call("join_room", {"room_id": "1"})
    told = caller.named("error")
    assert answer["error"]["errors"] == told["errors"]
    assert told["event"] == "join_room"
    caller.io.emit("no_such_thing", {})
    assert caller.named("error")["errors"][0]["code"] == "unknown_event"


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("token", ["", "wrong"])
def test_c1_c3_nobody_and_wrong_tokens_are_refused(
    calling: Open, transport: str, token: str
) -> None:
    with pytest.raises(Refused):
        calling(ApiClient(token), transport)


def test_c1_c3_reason_of_a_refused_handshake_is_the_error_body(live_site: LiveSite) -> None:
    packet = connect_packet(live_site, {"token": "wrong"})
    assert packet.startswith("44")
    refusal = json.loads(packet[2:])
    assert refusal["data"]["errors"][0]["code"] == "authentication_failed"
    assert refusal["message"] == refusal["data"]["errors"][0]["detail"]


def test_c1_token_may_stand_in_the_header(calling: Open, alice: ApiClient) -> None:
    headers = {"Authorization": f"Bearer {alice.token}"}
    assert calling(None, headers=headers).named("hello")


def test_t15_cookie_counts_for_pages_of_the_site_alone(
    live_site: LiveSite, calling: Open, cast: Cast
) -> None:
    cookie = {"Cookie": cookie_of(cast.alice)}
    ours = {**cookie, "Origin": live_site.url}
    assert calling(None, "polling", headers=ours).named("hello")
    for headers in (cookie, {**cookie, "Origin": "https://evil.example"}):
        with pytest.raises(Refused):
            calling(None, "polling", headers=headers)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_c32_client_leaves_with_the_sign_in(calling: Open, cast: Cast, transport: str) -> None:
    client = client_of(cast.alice)
    caller = calling(client, transport)
    caller.named("hello")
    assert client.send("/api/auth/logout").status_code in {200, 204}
    assert caller.named("closed", 2)["code"] == 4409
    assert until(lambda: caller.left, 3)
    with pytest.raises(Refused):
        calling(client, transport)


def test_t7_token_without_the_scope_is_refused(calling: Open, cast: Cast) -> None:
    with pytest.raises(Refused):
        calling(token_client_of(cast.alice, "read"))


# Below the client: what no library sends


@pytest.mark.parametrize(
    "packet",
    [
        "42not json",
        "42[]",
        "42{}",
        "42[1]",
        '42["ping",1,2]',
        '42["ping",{"a":NaN}]',
        '42["ping",{"a":1,"a":2}]',
        "42" + "[" * 2000,
        '451-["ping",{"_placeholder":true,"num":0}]',
        "49",
        '42["connect",{"asgi.scope":{}},{"token":"x"}]',
        '42["disconnect","transport error"]',
    ],
)
def test_c28_malformed_packet_is_an_error_and_the_client_stays(
    live_site: LiveSite, alice: ApiClient, packet: str
) -> None:
    sid = entered(live_site, alice)
    post(live_site, sid, packet)
    assert '42["error",' in told(live_site, sid)[0]
    post(live_site, sid, '421["ping",{}]')
    assert any(text.startswith('431[{"server_time"') for text in told(live_site, sid))


def test_c28_ten_malformed_packets_in_a_row_end_the_client(
    live_site: LiveSite, alice: ApiClient
) -> None:
    sid = entered(live_site, alice)
    for _ in range(10):
        post(live_site, sid, "42[]")
    assert until(lambda: is_gone(live_site, sid), 10)


def test_c28_packet_of_more_than_64_kib_is_refused(live_site: LiveSite, alice: ApiClient) -> None:
    sid = entered(live_site, alice)
    assert post(live_site, sid, f'42["ping",{{"a":"{"x" * 65536}"}}]') == 400


def test_t30_client_that_never_says_who_it_is_is_dropped(
    live_site: LiveSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "AUTH_SECONDS", 0.2)
    sid = opened(live_site)
    assert until(lambda: is_gone(live_site, sid), 10)


def test_t30_addresses_have_so_many_clients(live_site: LiveSite, settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 0.01
    for _ in range(2):
        opened(live_site)
    refused = requests.get(url_of(live_site), timeout=10)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (429, "throttled")


def test_t30_second_handshake_of_a_client_is_refused(
    live_site: LiveSite, alice: ApiClient, bob: ApiClient
) -> None:
    sid = entered(live_site, alice)
    post(live_site, sid, f"40{json.dumps({'token': bob.token})}")
    assert '42["error",' in told(live_site, sid)[0]


FOREIGN = (
    "https://evil.example",
    "null",
    "http://127.0.0.1.evil.example",
    "http://evil-127.0.0.1",
    "http://127.0.0.1:1",
    "https://127.0.0.1",
    "file://",
)


@pytest.mark.parametrize("origin", FOREIGN)
def test_t15_foreign_pages_get_nothing(live_site: LiveSite, origin: str) -> None:
    answer = requests.get(url_of(live_site), headers={"Origin": origin}, timeout=10)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "permission_denied")


def test_t15_scripts_get_nothing(live_site: LiveSite) -> None:
    answer = requests.get(url_of(live_site, more="&j=0"), timeout=10)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "invalid")


def test_t15_page_of_an_allowed_origin_may_poll(live_site: LiveSite, settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example"]
    answer = requests.get(url_of(live_site), headers={"Origin": "https://app.example"}, timeout=10)
    assert answer.headers["Access-Control-Allow-Origin"] == "https://app.example"
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert answer.headers["Cache-Control"] == "no-store"


def test_c1_frames_come_no_faster_than_over_a_socket(
    live_site: LiveSite, alice: ApiClient, settings: Any
) -> None:
    settings.RATE_LIMIT_SCALE = 0.1
    sid = entered(live_site, alice)
    post(live_site, sid, *(f'42{n}["ping",{{}}]' for n in range(6)))
    answers = [text for text in told(live_site, sid) if text.startswith("43")]
    assert [("error" in text, "throttled" in text) for text in answers[:2]] == [(False, False)] * 2
    assert "throttled" in answers[-1]
    assert '"retry_after"' in answers[-1]


def test_c25_both_doors_hear_the_same(
    calling: Open, live_site: LiveSite, alice: ApiClient, bob: ApiClient
) -> None:
    room = make_room(alice)
    caller = calling(alice)
    caller.call("join_room", {"room_id": room})
    with live_site.connect(alice) as socket:
        socket.call("join_room", room_id=room)
        join(room, bob)
        frame = socket.event("user_joined")
        event = caller.named("user_joined")
        beside = {name: frame[name] for name in ("topic", "seq", "ts")}
        assert event == {**frame["data"], **beside}
    assert bob.send(at(room, "leave")).status_code in {200, 204}


def test_log_never_holds_what_people_say(
    calling: Open, alice: ApiClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    room = make_room(alice)
    caller = calling(alice)
    caller.call("join_room", {"room_id": room})
    caller.call("send_message", {"room_id": room, "content": "between us alone"})
    assert caller.named("message")["content"] == "between us alone"
    of_server = [record for record in caplog.records if ".client" not in record.name]
    assert not [
        r for r in of_server if "between us" in r.getMessage() and "django.db" not in r.name
    ]


def test_c29_client_that_does_not_read_is_dropped(
    live_site: LiveSite, cast: Cast, alice: ApiClient
) -> None:
    socket = raw_socket(live_site, alice.token)
    assert until(lambda: is_heard(f"user:{cast.alice.pk}"))
    for _ in range(10):
        flood(f"user:{cast.alice.pk}", 40)
        time.sleep(0.05)
    assert until(lambda: has_left(cast.alice.pk), 10)
    socket.close()


def test_c29_client_that_does_not_poll_is_dropped(
    live_site: LiveSite, cast: Cast, alice: ApiClient
) -> None:
    sid = entered(live_site, alice)
    assert until(lambda: is_heard(f"user:{cast.alice.pk}"))
    flood(f"user:{cast.alice.pk}", 40)
    assert until(lambda: has_left(cast.alice.pk), 10)
    assert until(lambda: is_gone(live_site, sid), 10)


def test_c29_stop_of_the_server_ends_clients_at_once(cast: Cast, alice: ApiClient) -> None:
    callers = []
    with serving() as site:
        callers = [Caller(site.url, alice.token, transport) for transport in TRANSPORTS]
        for caller in callers:
            caller.named("hello")
        stopped = time.monotonic()
    assert time.monotonic() - stopped < 5
    assert until(lambda: all(caller.left for caller in callers), 5)
