"""Where the sockets are, tickets that open them, and figures of them."""

from typing import Any

from accounts.actions.tickets import make_ticket
from accounts.limits import TICKETS
from accounts.models import Ticket
from accounts.serializers.sockets import DoorsAnswer, SocketFigures, TicketAnswer
from accounts.sockets import figures
from socialsite.lib.api.access import Access
from socialsite.lib.api.calls import Call
from socialsite.lib.api.operations import reads, writes
from socialsite.lib.api.views import ApiViewSet
from socialsite.lib.realtime import frames


class SocketViewSet(ApiViewSet):
    @reads(DoorsAnswer, access=Access.ANYONE)
    def info(self, request: Call, query: dict[str, Any]) -> dict[str, Any]:
        """Where real time is, by which protocol, and how often it is heard of."""
        host = request.get_host()
        web, socket = ("https", "wss") if request.is_secure() else ("http", "ws")
        return {
            "url": f"{socket}://{host}/ws/",
            "socketio_url": f"{web}://{host}/socket.io/",
            "sse_url": f"{web}://{host}/api/stream",
            "protocol": frames.PROTOCOL,
            "heartbeat_s": frames.HEARTBEAT_S,
        }

    @writes(TicketAnswer, status=201, limit=TICKETS, scope="chat", guests=True, repeatable=False)
    def ticket(self, request: Call, data: dict[str, Any]) -> dict[str, Any]:
        """Get what opens one socket, once: the first frame is `auth` with it as the token."""
        seconds = int(Ticket.LIFETIME.total_seconds())
        return {"ticket": make_ticket(credential=request.auth), "expires_in": seconds}

    @reads(SocketFigures, access=Access.ANALYST)
    def stats(self, request: Call, query: dict[str, Any]) -> dict[str, Any]:
        """Figures of the sockets of the process that answers."""
        return figures()
