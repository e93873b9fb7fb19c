"""One room on Channels, as its tutorial writes it: an AsyncJsonWebsocketConsumer and the in-memory layer.

`python -m bench.peers.channels_rooms SERVER PORT`, SERVER is uvicorn or daphne.
"""

import sys
from datetime import UTC, datetime
from itertools import count
from typing import Any

import uvicorn
from django.conf import settings

settings.configure(
    CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}},
    SECRET_KEY="only for the benchmark",
)

from channels.generic.websocket import AsyncJsonWebsocketConsumer  # noqa: E402 - settings come first
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import path  # noqa: E402

numbers = count(1)


class RoomConsumer(AsyncJsonWebsocketConsumer):
    groups = ["bench"]

    async def receive_json(self, content: dict[str, Any], **kwargs: Any) -> None:
        made = {**content, "id": str(next(numbers)), "time": datetime.now(UTC).isoformat()}
        await self.channel_layer.group_send("bench", {"type": "chat.message", "message": made})

    async def chat_message(self, event: dict[str, Any]) -> None:
        await self.send_json(event["message"])


application = ProtocolTypeRouter({"websocket": URLRouter([path("", RoomConsumer.as_asgi())])})

if __name__ == "__main__":
    server, port = sys.argv[1], int(sys.argv[2])
    if server == "uvicorn":
        uvicorn.run(application, port=port, log_level="warning", access_log=False, lifespan="off")
    else:
        from daphne.server import Server

        Server(application, endpoints=[f"tcp:port={port}:interface=127.0.0.1"], verbosity=0).run()
