"""A WebSocket without a library: it can be flooded with frames that are made once, and it reads only when it is told to."""

import json
import socket
import struct
from typing import Any

PATIENCE = 10.0
SMALL = 65_536


def frame_of(event: str, **data: Any) -> bytes:
    """Return the bytes of a client's frame; its mask is zero, which servers must take."""
    body = json.dumps({"event": event, "data": data}).encode()
    if len(body) < 126:
        head = struct.pack("!BB", 0x81, 0x80 | len(body))
    else:
        head = struct.pack("!BBH", 0x81, 0x80 | 126, len(body))
    return head + b"\0\0\0\0" + body


class RawSocket:
    """A socket that has said hello, and then lies still."""

    def __init__(self, port: int, token: str) -> None:
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(("127.0.0.1", port))
        head = (
            f"GET /ws/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            f"Authorization: Bearer {token}\r\n\r\n"
        )
        self.socket.sendall(head.encode())
        assert b'"hello"' in self.read_until(b'"hello"')

    def listen(self, room: str) -> None:
        """Hear a room from now on."""
        self.socket.sendall(frame_of("subscribe", topics=[f"room:{room}"]))

    def read_until(self, words: bytes) -> bytes:
        """Read until some words have come, or the server ends; return the last of it."""
        found = b""
        while words not in found:
            piece = self.socket.recv(SMALL)
            if not piece:
                break
            found = found[-100:] + piece
        return found

    def close(self) -> None:
        self.socket.close()
