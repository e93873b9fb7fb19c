"""Loaded before the settings: each worker of the suite has a Redis database of its own, or one would empty the others' caches and limits."""

import os

if REDIS_URL := os.environ.get("REDIS_URL"):
    server, _, number = REDIS_URL.rpartition("/")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    # The first worker's process may have been started by one that moved already; both then move on, and never meet.
    os.environ["REDIS_URL"] = f"{server}/{(int(number) + 1 + int(worker)) % 16}"
