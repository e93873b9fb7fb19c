"""The floor behind the site's own bridge on uvicorn: `python -m bench.peers.bridged PORT`."""

import sys

import uvicorn

from bench.peers.floor import app
from socialsite.lib.asgi.bridge import WsgiBridge
from socialsite.lib.asgi.threads import Threads

bridge = WsgiBridge(app, Threads(4, "web"), Threads(1, "files"))

if __name__ == "__main__":
    port = int(sys.argv[1])
    uvicorn.run(bridge, port=port, log_level="warning", access_log=False, lifespan="off")
