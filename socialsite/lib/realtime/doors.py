"""The way in: how many sockets an address may open, and how a handshake is refused."""

from django.conf import settings

from socialsite.lib.asgi.types import Scope, Send
from socialsite.lib.errors import RateLimited
from socialsite.lib.limits import Policy, client_address, take
from socialsite.lib.realtime.lines import FORBIDDEN, scaled

SOCKETS_OF_AN_ADDRESS = 200
OPENINGS = Policy("sockets_opened", limit=1200, window_s=60, store="local")
"""Of one address: to let a socket in costs more than to keep it"""


class Doors:
    """How many sockets each address has open."""

    def __init__(self) -> None:
        self.open: dict[str, int] = {}

    def has_room(self, address: str) -> bool:
        """Tell whether an address has less than its share."""
        return self.open.get(address, 0) < scaled(SOCKETS_OF_AN_ADDRESS)

    def enter(self, address: str) -> bool:
        """Count a socket in, unless the address has its share, or opens one after another."""
        if not self.has_room(address):
            return False
        try:
            take(OPENINGS, address)
        except RateLimited:
            return False
        self.open[address] = self.open.get(address, 0) + 1
        return True

    def leave(self, address: str) -> None:
        number = self.open.pop(address, 0) - 1
        if number > 0:
            self.open[address] = number


async def refuse(scope: Scope, send: Send, status: int) -> None:
    """Answer the handshake with a status; a server that cannot answers 403."""
    if "websocket.http.response" in scope.get("extensions", {}):
        await send({"type": "websocket.http.response.start", "status": status, "headers": []})
        await send({"type": "websocket.http.response.body", "body": b""})
    else:
        await send({"type": "websocket.close", "code": FORBIDDEN})


def address_of(scope: Scope) -> str:
    """Return the client's address, after trusted proxies."""
    client = scope.get("client")
    meta = {"REMOTE_ADDR": client[0] if client else ""}
    forwarded = [v for name, v in scope["headers"] if name.lower() == b"x-forwarded-for"]
    if forwarded:
        meta["HTTP_X_FORWARDED_FOR"] = b",".join(forwarded).decode("latin-1")
    return client_address(meta, settings.TRUSTED_PROXIES)
