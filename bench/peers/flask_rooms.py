"""One room on Flask-SocketIO, as the source document writes it: `python -m bench.peers.flask_rooms MODE PORT`, threading or gevent."""

import sys

MODE = sys.argv[1]
if MODE == "gevent":
    from gevent import monkey

    monkey.patch_all()

from datetime import UTC, datetime  # noqa: E402 - gevent comes first
from itertools import count  # noqa: E402
from typing import Any  # noqa: E402

from flask import Flask  # noqa: E402
from flask_socketio import SocketIO, emit, join_room  # noqa: E402

app = Flask(__name__)
server = SocketIO(app, async_mode=MODE)
numbers = count(1)


@server.on("connect")
def on_connect() -> None:
    join_room("bench")


@server.on("message")
def on_message(message: dict[str, Any]) -> None:
    made = {**message, "id": str(next(numbers)), "time": datetime.now(UTC).isoformat()}
    emit("message", made, to="bench")


if __name__ == "__main__":
    more = {"allow_unsafe_werkzeug": True} if MODE == "threading" else {}
    server.run(app, host="127.0.0.1", port=int(sys.argv[2]), **more)
