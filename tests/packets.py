"""Socket.IO below its clients: packets by polling and over a WebSocket, as no library sends them."""

import json
from typing import Any

import requests
import websocket

from socialsite.lib.testing.client import ApiClient
from socialsite.lib.testing.sockets import LiveSite


def url_of(site: LiveSite, sid: str = "", more: str = "") -> str:
    named = f"&sid={sid}" if sid else ""
    return f"{site.url}/socket.io/?EIO=4&transport=polling{named}{more}"


def opened(site: LiveSite) -> str:
    """Open a polling session and return its name."""
    answer = requests.get(url_of(site), timeout=10)
    assert answer.status_code == 200, answer.text
    return str(json.loads(answer.text[1:])["sid"])


def told(site: LiveSite, sid: str) -> list[str]:
    return requests.get(url_of(site, sid), timeout=10).text.split("\x1e")


def post(site: LiveSite, sid: str, *packets: str) -> int:
    body = "\x1e".join(packets).encode()
    return requests.post(url_of(site, sid), data=body, timeout=10).status_code


def connect_packet(site: LiveSite, auth: Any) -> str:
    """Return the packet that answers a handshake with this `auth`."""
    sid = opened(site)
    assert post(site, sid, f"40{json.dumps(auth)}") == 200
    return told(site, sid)[0]


def entered(site: LiveSite, client: ApiClient) -> str:
    sid = opened(site)
    post(site, sid, f"40{json.dumps({'token': client.token})}")
    packets = told(site, sid)
    assert packets[0].startswith("40"), packets
    return sid


def is_gone(site: LiveSite, sid: str) -> bool:
    return requests.get(url_of(site, sid), timeout=10).status_code == 400


def raw_socket(site: LiveSite, token: str) -> Any:
    """Come in over a WebSocket, which nobody reads but the test."""
    socket = websocket.create_connection(
        f"ws://127.0.0.1:{site.port}/socket.io/?EIO=4&transport=websocket", timeout=10
    )
    socket.recv()
    socket.send(f"40{json.dumps({'token': token})}")
    assert str(socket.recv()).startswith("40")
    return socket
