"""The gateway: who is let in, how frames are answered, and what is wrong with some."""

import json
from typing import Any

import pytest
from django.db import OperationalError
from websockets.exceptions import InvalidStatus

from socialsite.lib.api.serializers import Body
from socialsite.lib.realtime import commands, gateway, signals
from socialsite.lib.realtime.tests.conftest import Crowd, Rooms, say
from socialsite.lib.testing.sockets import Closed, LiveSite, Refused, SocketClient, serving


def test_c12_hello_says_who_where_and_when(live_site: LiveSite, crowd: Crowd) -> None:
    with live_site.connect("ann") as ann:
        hello = ann.frames[0]["data"]
        assert set(hello) == {
            "connection_id", "user", "server_time", "protocol", "heartbeat_s", "useq",
        }  # fmt: skip
        assert hello["user"] == {"id": str(crowd["ann"].pk), "username": "ann"}
        assert (hello["protocol"], hello["heartbeat_s"], hello["useq"]) == (1, 25, 0)


@pytest.mark.parametrize("path", ["/ws/", "/ws"])
def test_c12_both_forms_of_the_path_serve(live_site: LiveSite, crowd: Crowd, path: str) -> None:
    with live_site.connect("ann", path=path) as ann:
        assert ann.call("ping")["server_time"].endswith("Z")


def test_c12_first_frame_may_name_the_person(live_site: LiveSite, crowd: Crowd) -> None:
    crowd.tickets["tick"] = "ben"
    with live_site.connect() as ben:
        assert ben.call("auth", token="tick") == {}
        assert ben.event("hello")["data"]["user"]["username"] == "ben"
    with live_site.connect() as twice:
        with pytest.raises(Refused, match="authentication_failed"):
            twice.call("auth", token="tick")
        assert twice.wait_closed() == 4401


def test_c12_silence_instead_of_auth_is_closed_with_4401(
    live_site: LiveSite, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "AUTH_SECONDS", 0.3)
    with live_site.connect() as nobody:
        assert nobody.wait_closed(2) == 4401


@pytest.mark.parametrize(
    "first",
    [
        '{"event":"ping","id":"1"}',
        '{"event":"auth","id":"1","data":{"token":"zoe"}}',
        '{"event":"auth","id":"1","data":{"token":7}}',
        '{"event":"auth","id":"1","data":{"token":"ann","more":1}}',
        '{"event":"auth","id":"1","data":[]}',
        "no json",
    ],
)
def test_c3_nobody_is_heard_before_they_say_who_they_are(
    live_site: LiveSite, crowd: Crowd, first: str
) -> None:
    with live_site.connect() as nobody:
        nobody.send_text(first)
        assert nobody.event("error")["data"]["type"] == "client_error"
        assert nobody.wait_closed() == 4401


def test_c3_wrong_bearer_is_told_and_closed(live_site: LiveSite, crowd: Crowd) -> None:
    with live_site.connect("zoe", hello=False) as zoe:
        assert zoe.event("error")["data"]["errors"][0]["code"] == "authentication_failed"
        assert zoe.wait_closed() == 4401


def test_c3_socket_stays_with_its_person(live_site: LiveSite, crowd: Crowd) -> None:
    with live_site.connect("ann") as ann:
        assert ann.call("auth", token="ann") == {}
        with pytest.raises(Refused, match="permission_denied"):
            ann.call("auth", token="ben")
        assert ann.call("ping")


ORIGINS = [
    ("https://app.example.org", 101),
    ("HTTPS://App.Example.ORG", 101),
    ("https://app.example.org:443", 101),
    ("{own}", 101),
    ("null", 403),
    ("", 403),
    ("https://evil.example.net", 403),
    ("https://app.example.org.evil.net", 403),
    ("https://evilapp.example.org", 403),
    ("https://app.example.org:8443", 403),
    ("http://app.example.org", 403),
    ("https://xn--pp-6kc.example.org", 403),
    ("https://app.example.org/", 403),
    ("https://app.example.org@evil.net", 403),
    ("https://user@app.example.org", 403),
    ("http://127.0.0.1", 403),
    ("http://127.0.0.1:1", 403),
]


@pytest.mark.parametrize(("origin", "status"), ORIGINS)
def test_c12_t15_only_an_exact_origin_is_let_in(
    live_site: LiveSite, crowd: Crowd, settings: Any, origin: str, status: int
) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example.org"]
    headers = {"Cookie": "session=ann", "Origin": origin.format(own=live_site.url)}
    assert handshake(live_site, headers) == status


def test_c12_t15_own_origin_is_no_name_that_somebody_points_here(
    live_site: LiveSite, crowd: Crowd
) -> None:
    rebound = f"evil.example.net:{live_site.port}"
    headers = {"Cookie": "session=ann", "Origin": f"http://{rebound}", "Host": rebound}
    assert handshake(live_site, headers) == 403


def test_c12_t15_cookie_counts_with_an_origin_alone(live_site: LiveSite, crowd: Crowd) -> None:
    cookie = {"Cookie": "session=ann"}
    with live_site.connect(headers={**cookie, "Origin": live_site.url}) as page:
        assert page.event("hello")["data"]["user"]["username"] == "ann"
    with live_site.connect(headers=cookie) as program:
        program.quiet("hello")


def handshake(site: LiveSite, headers: dict[str, str]) -> int:
    """Return the status with which a handshake is answered."""
    try:
        with site.connect(headers=headers):
            return 101
    except InvalidStatus as refusal:
        return refusal.response.status_code


def test_c33_every_frame_with_an_id_gets_exactly_one_answer(
    live_site: LiveSite, crowd: Crowd
) -> None:
    with live_site.connect("ann") as ann:
        for number in range(12):
            ann.send("ping" if number % 3 else "none", request_id=f"n{number}")
        for number in range(12):
            answer = ann.wait(lambda frame: "id" in frame)
            assert answer["id"] == f"n{number}"
            assert answer["event"] == ("ack" if number % 3 else "error")
        ann.send("ping")
        ann.call("ping")
        assert sum("id" in frame for frame in ann.frames) == 13


def test_c33_errors_have_the_one_shape(live_site: LiveSite, crowd: Crowd, rooms: Rooms) -> None:
    with live_site.connect("ann") as ann:
        with pytest.raises(Refused) as unknown:
            ann.call("t_say", room_id="x", text="", more=1)
        body = unknown.value.body
        assert body["type"] == "validation_error"
        assert {(e["code"], e["attr"]) for e in body["errors"]} == {("unknown_field", "more")}
        assert len(body["request_id"]) == 16
        with pytest.raises(Refused) as missing:
            ann.call("t_join", room_id="1")
        assert missing.value.body["errors"] == [
            {"code": "not_found", "detail": "Not found.", "attr": None}
        ]


def test_c3_scope_of_a_token_is_checked(live_site: LiveSite, crowd: Crowd, rooms: Rooms) -> None:
    crowd.add("ann", session="reader", scopes=("read",))
    room = rooms.new(crowd["ann"])
    with live_site.connect("reader") as reader:
        for name in ("t_join", "t_typing"):
            with pytest.raises(Refused, match="insufficient_scope"):
                reader.call(name, room_id=str(room))


WRONG = [
    "", "{", "[]", "7", '"text"', "null", '{"event":7}', '{"event":""}', "{}", '{"event":"ping","id":7}',
    '{"event":"ping","id":""}', '{"event":"ping","id":"' + "x" * 65 + '"}', '{"event":"ping","evnt":1}',
    '{"event":"ping","data":NaN}', '{"event":"ping","event":"ping"}', '{"event":"ping","data":"\\u0000"}',
    '{"event":"ping","data":"\\ud800"}', '{"event":"' + "x" * 65 + '"}', '{"event":"none"}',
    '{"event":"ping","data":' + "[" * 40 + "]" * 40 + "}", b"binary", b'{"event":"ping"}',
]  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_c28_malformed_frame_is_told_and_the_socket_stays_open(
    live_site: LiveSite, crowd: Crowd, wrong: str | bytes
) -> None:
    with live_site.connect("ann") as ann:
        ann.send_text(wrong)
        error = ann.event("error")
        assert error["data"]["type"] in {"client_error", "validation_error"}
        assert error["data"]["errors"][0]["detail"]
        assert ann.call("ping")


@pytest.mark.parametrize("data", [[], 7, "text", {"more": 1}])
def test_c28_data_of_the_wrong_shape_is_no_error_of_the_protocol(
    live_site: LiveSite, crowd: Crowd, data: Any
) -> None:
    with live_site.connect("ann") as ann:
        for number in range(12):
            ann.send_text(json.dumps({"event": "ping", "id": str(number), "data": data}))
            assert ann.event("error")["id"] == str(number)
        assert ann.call("ping")


def test_c28_t30_ten_errors_in_a_row_close_with_4400(live_site: LiveSite, crowd: Crowd) -> None:
    with live_site.connect("ann") as ann:
        for _ in range(9):
            ann.send_text("{")
        ann.call("ping")
        for _ in range(9):
            ann.send("none")
        assert ann.call("ping")
    with live_site.connect("ann") as ann:
        for _ in range(10):
            ann.send_text("{")
        assert ann.wait_closed() == 4400


@pytest.mark.parametrize("quick", [False, True])
@pytest.mark.parametrize(
    ("raised", "code"),
    [(ValueError("a slip"), "error"), (OperationalError("away"), "unavailable")],
)
def test_c28_command_that_fails_is_told_and_the_socket_stays_open(
    live_site: LiveSite,
    crowd: Crowd,
    monkeypatch: pytest.MonkeyPatch,
    quick: bool,
    raised: Exception,
    code: str,
) -> None:
    def fail(caller: commands.Caller, data: Any) -> None:
        raise raised

    made = commands.Command("t_fail", fail, Body, None, "chat", None, quick, "")
    monkeypatch.setitem(commands.COMMANDS, "t_fail", made)
    with live_site.connect("ann") as ann:
        with pytest.raises(Refused) as failure:
            ann.call("t_fail")
        assert failure.value.code == code
        assert failure.value.body["type"] == "server_error"
        assert "slip" not in str(failure.value.body)
        assert failure.value.retry_after == (2 if code == "unavailable" else None)
        assert ann.call("ping")


@pytest.mark.parametrize("room", ["9" * 19, "0", "-1", "x"])
def test_c28_number_that_no_room_has_is_refused(
    live_site: LiveSite, crowd: Crowd, room: str
) -> None:
    with live_site.connect("ann") as ann, pytest.raises(Refused) as refusal:
        ann.call("resume", rooms={room: 0})
    assert refusal.value.code == "not_found"


def test_c28_id_of_a_refused_frame_is_answered(live_site: LiveSite, crowd: Crowd) -> None:
    with live_site.connect("ann") as ann:
        ann.send_text('{"event":"ping","id":"mine","more":1}')
        assert ann.event("error")["id"] == "mine"


def test_c29_frames_of_a_socket_are_handled_in_order(
    live_site: LiveSite, crowd: Crowd, rooms: Rooms
) -> None:
    room = rooms.new(crowd["ann"])
    with live_site.connect("ann") as ann:
        ann.call("t_join", room_id=str(room))
        for number in range(15):
            ann.send("t_say", {"room_id": str(room), "text": str(number)})
        said = [ann.event("t_said") for _ in range(15)]
        assert [frame["data"]["text"] for frame in said] == [str(n) for n in range(15)]
        assert [frame["seq"] for frame in said] == list(range(1, 16))


def test_c29_ping_is_answered_by_pong(live_site: LiveSite, crowd: Crowd) -> None:
    with live_site.connect("ann") as ann:
        ann.send("ping")
        assert ann.event("pong")["data"]["server_time"].endswith("Z")


@pytest.mark.parametrize("quietly", [False, True])
def test_c32_t54_ended_sign_in_closes_its_sockets(
    live_site: LiveSite, crowd: Crowd, rooms: Rooms, quietly: bool
) -> None:
    """By an order at once; when the order is lost, at the next command."""
    crowd.add("ann", session="phone")
    with live_site.connect("ann") as ann, live_site.connect("phone") as phone:
        room = rooms.new(crowd["ann"])
        for socket in (ann, phone):
            socket.call("t_join", room_id=str(room))
        crowd.end("ann", quietly=quietly)
        if quietly:
            with pytest.raises((Refused, Closed)):
                ann.call("t_say", room_id=str(room), text="still me")
        assert ann.wait_closed(2) == 4409
        say(room, crowd["ben"], "after")
        assert phone.event("t_said")["seq"] == 1
        assert not [frame for frame in ann.frames if frame["event"] == "t_said"]


def test_c32_t54_sign_in_that_ends_during_the_handshake_gets_no_hello(
    live_site: LiveSite, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order comes while no hub knows the socket."""
    real = crowd.by_headers

    def ending(headers: Any, *, browser: bool) -> Any:
        known = real(headers, browser=browser)
        crowd.end("ann", quietly=True)
        return known

    monkeypatch.setattr(crowd, "by_headers", ending)
    with live_site.connect("ann", hello=False) as ann:
        # 4409 when the hub's own look at sign-ins comes first.
        assert ann.wait_closed(3) in {4401, 4409}
    assert "hello" not in [frame["event"] for frame in ann.frames]


def test_c32_t54_sign_in_that_ends_while_a_socket_takes_it_up_closes_it(
    live_site: LiveSite, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order comes while the socket stands under the sign-in it had before."""
    crowd.add("ann", session="phone")
    real = crowd.by_token

    def ending(token: str) -> Any:
        known = real(token)
        if token == "phone":
            crowd.end("phone", quietly=True)
        return known

    monkeypatch.setattr(crowd, "by_token", ending)
    with live_site.connect("ann") as ann:
        ann.send("auth", {"token": "phone"})
        assert ann.wait_closed(3) == 4409


def test_c32_person_who_may_not_be_here_is_closed_everywhere(
    live_site: LiveSite, crowd: Crowd
) -> None:
    crowd.add("ann", session="phone")
    with live_site.connect("ann") as ann, live_site.connect("phone") as phone:
        signals.order("person_closed", crowd["ann"].pk)
        assert (ann.wait_closed(2), phone.wait_closed(2)) == (4409, 4409)


def test_c29_sockets_of_a_server_that_stops_are_closed_with_1012(
    crowd: Crowd, transactional_db: None
) -> None:
    with serving() as site:
        ann: SocketClient = site.connect("ann")
    assert ann.wait_closed(5) == 1012
