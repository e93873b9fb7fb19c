"""A small load generator for machines without wrk: `generator.py PORT CONNECTIONS SECONDS REQUESTS`.

Kept connections, one request on each at a time, as wrk does. Prints one line of JSON.
"""

import asyncio
import json
import re
import sys
import time
from itertools import cycle
from pathlib import Path

LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
CHUNKED = re.compile(rb"transfer-encoding: *chunked", re.IGNORECASE)


async def call(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bool:
    """Send one request and read its answer; False when it is no 2xx."""
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    if length := LENGTH.search(head):
        await reader.readexactly(int(length[1]))
    elif CHUNKED.search(head):
        await reader.readuntil(b"\r\n0\r\n\r\n")
    return head[9:10] == b"2"


async def caller(port: int, requests: "cycle[bytes]", until: float, times: list[float]) -> int:
    """Call on one connection until the time is over; return how many answers were no 2xx."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    failed = 0
    while (started := time.perf_counter()) < until:
        failed += not await call(reader, writer, next(requests))
        times.append(time.perf_counter() - started)
    writer.close()
    return failed


async def main(port: int, connections: int, seconds: float, file: Path) -> None:
    lines = [line.split("\t") for line in file.read_text().splitlines()]
    texts = [f"GET {p} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{n}: {v}\r\n\r\n" for p, n, v in lines]
    requests = cycle([text.encode() for text in texts])
    times: list[float] = []
    started = time.perf_counter()
    calls = [caller(port, requests, started + seconds, times) for _ in range(connections)]
    errors = sum(await asyncio.gather(*calls))
    took = time.perf_counter() - started
    times.sort()
    found = {
        "requests": len(times),
        "seconds": took,
        "p50_us": times[len(times) // 2] * 1e6,
        "p99_us": times[len(times) * 99 // 100] * 1e6,
        "errors": errors,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    port, connections, seconds, file = sys.argv[1:]
    asyncio.run(main(int(port), int(connections), float(seconds), Path(file)))
