"""One room on python-socketio, as its documentation writes it, on uvicorn: `python -m bench.peers.socketio_rooms PORT`."""

import sys
from datetime import UTC, datetime
from itertools import count
from typing import Any

import socketio
import uvicorn

server = socketio.AsyncServer(async_mode="asgi")
numbers = count(1)


@server.event
async def connect(sid: str, environ: dict[str, Any]) -> None:
    await server.enter_room(sid, "bench")


@server.on("message")
async def on_message(sid: str, message: dict[str, Any]) -> None:
    made = {**message, "id": str(next(numbers)), "time": datetime.now(UTC).isoformat()}
    await server.emit("message", made, room="bench")


if __name__ == "__main__":
    application = socketio.ASGIApp(server)
    uvicorn.run(application, port=int(sys.argv[1]), log_level="warning", access_log=False)
