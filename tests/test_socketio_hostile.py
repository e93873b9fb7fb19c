"""What a hostile client of Socket.IO tries: it is held to what holds on `/ws/`."""

import json
import time
from contextlib import suppress
from typing import Any

import pytest
import requests
import websocket

from accounts.testing import Cast, client_of
from socialsite.lib.realtime import gateway, reading, streams
from socialsite.lib.testing.client import ApiClient
from socialsite.lib.testing.history import until
from socialsite.lib.testing.sockets import LiveSite, live_site
from tests.cookies import cookie_of
from tests.listening import has_left, is_heard, tell
from tests.packets import connect_packet, entered, post, raw_socket, told, url_of

__all__ = ["live_site"]
pytestmark = pytest.mark.django_db(transaction=True)
CLOSE = websocket.ABNF.OPCODE_CLOSE


def closed_with(socket: Any) -> int:
    """Read to the end; return the code with which the server closes."""
    while True:
        opcode, data = socket.recv_data()
        if opcode == CLOSE:
            return int.from_bytes(data[:2], "big")


@pytest.mark.parametrize("packet", ["431[]", "2", "3", "5", "6", '42["ping",{}]'])
def test_c1_t30_flood_of_any_packet_is_closed_with_4429(
    live_site: LiveSite, alice: ApiClient, packet: str
) -> None:
    socket = raw_socket(live_site, alice.token)
    with suppress(OSError, websocket.WebSocketException):
        for _ in range(3000):
            socket.send(packet)
    assert closed_with(socket) == 4429


def test_c1_t30_malformed_packets_between_good_ones_are_counted_too(
    live_site: LiveSite, alice: ApiClient
) -> None:
    socket = raw_socket(live_site, alice.token)
    with suppress(OSError, websocket.WebSocketException):
        for number in range(3000):
            socket.send("42[]" if number % 5 else '42["ping",{}]')
    assert closed_with(socket) == 4429


def test_c29_t31_answers_that_nobody_reads_end_the_client(
    live_site: LiveSite, cast: Cast, alice: ApiClient, settings: Any
) -> None:
    settings.RATE_LIMIT_SCALE = 1e3
    socket = raw_socket(live_site, alice.token)
    assert until(lambda: is_heard(f"user:{cast.alice.pk}"))
    names = [f"{number:03}{'x' * 290}" for number in range(100)]
    with suppress(OSError, websocket.WebSocketException):
        for number in range(600):
            socket.send(f"42{number}{json.dumps(['subscribe', {'topics': names}])}")
    assert until(lambda: has_left(cast.alice.pk), 10)


@pytest.mark.parametrize("packet", ["", "x", "9"])
def test_c28_what_is_no_packet_of_the_engine_ends_the_client_or_is_left_out(
    live_site: LiveSite, cast: Cast, alice: ApiClient, packet: str
) -> None:
    socket = raw_socket(live_site, alice.token)
    assert until(lambda: is_heard(f"user:{cast.alice.pk}"))
    socket.send(packet)
    if packet == "9":
        socket.send('421["ping",{}]')
        while not str(socket.recv()).startswith("431[{"):
            pass
        socket.close()
    assert until(lambda: has_left(cast.alice.pk), 5)


def test_c32_client_whose_name_another_socket_uses_is_closed_with_its_sign_in(
    live_site: LiveSite, cast: Cast
) -> None:
    client = client_of(cast.alice)
    address = f"ws://127.0.0.1:{live_site.port}/socket.io/?EIO=4&transport=websocket"
    socket = websocket.create_connection(address, timeout=10)
    sid = json.loads(str(socket.recv())[1:])["sid"]
    socket.send(f"40{json.dumps({'token': client.token})}")
    assert str(socket.recv()).startswith("40")
    with pytest.raises(websocket.WebSocketBadStatusException):
        websocket.create_connection(f"{address}&sid={sid}", timeout=10)
    assert client.send("/api/auth/logout").status_code in {200, 204}
    socket.settimeout(3)
    assert closed_with(socket) == 4409


def test_c29_t54_resume_repeats_nothing_that_comes_before_it(
    live_site: LiveSite, cast: Cast, alice: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(cast.alice.pk, 2)
    last = streams.last_numbers([cast.alice.pk])[cast.alice.pk]
    sid = entered(live_site, alice)
    real = reading.bounds

    def slow(*arguments: Any) -> Any:
        time.sleep(gateway.PERSONAL_S + 0.2)
        return real(*arguments)

    monkeypatch.setattr(reading, "bounds", slow)
    tell(cast.alice.pk)
    post(live_site, sid, f'42["resume",{{"user":{last - 2}}}]')
    heard: list[str] = []
    while not any("resumed" in text for text in heard):
        heard += told(live_site, sid)
    numbers = [json.loads(text[2:])[1]["seq"] for text in heard if '"settings"' in text]
    assert numbers == [last - 1, last, last + 1]


def test_c12_failure_while_a_client_comes_in_is_told_and_leaves_nothing(
    live_site: LiveSite, cast: Cast, alice: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(line: Any) -> None:
        raise ValueError("a slip")

    monkeypatch.setattr(gateway, "_read_card", fail)
    packet = connect_packet(live_site, {"token": alice.token})
    assert packet.startswith("44")
    assert json.loads(packet[2:])["data"]["type"] == "server_error"
    assert has_left(cast.alice.pk)


@pytest.mark.parametrize(("said", "is_let_in"), [("same-origin", True), ("same-site", False)])
def test_t15_page_of_the_site_polls_by_its_cookie_though_it_sends_no_origin(
    live_site: LiveSite, cast: Cast, said: str, is_let_in: bool
) -> None:
    headers = {"Cookie": cookie_of(cast.alice), "Sec-Fetch-Site": said}
    answer = requests.get(url_of(live_site), headers=headers, timeout=10)
    sid = json.loads(answer.text[1:])["sid"]
    post(live_site, sid, "40")
    assert told(live_site, sid)[0].startswith("40" if is_let_in else "44")
