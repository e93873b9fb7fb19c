"""An open file to a client, at the client's pace and off the loop."""

import asyncio
from functools import partial
from typing import IO

from socialsite.lib.asgi.threads import Threads
from socialsite.lib.asgi.types import Receive, Send

PIECE_BYTES = 128 * 1024


async def send_file(
    file: IO[bytes],
    length: int | None,
    receive: Receive,
    send: Send,
    threads: Threads,
    *,
    head_only: bool = False,
) -> None:
    """Send `length` bytes (None: all) from where the file stands as the body of an answer that has begun, and close the file.

    A client that leaves ends it. `send` waits while the client does not read, so one reader holds one piece.
    """
    gone = asyncio.create_task(wait_for_disconnect(receive))
    try:
        left = 0 if head_only else length
        while left != 0 and not gone.done():
            wanted = PIECE_BYTES if left is None else min(PIECE_BYTES, left)
            piece = await threads.run(partial(file.read, wanted))
            if not piece:
                break
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            left = None if left is None else left - len(piece)
        await send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()
        file.close()


async def wait_for_disconnect(receive: Receive) -> None:
    """Return when the client has left, or the answer is complete."""
    while (await receive())["type"] != "http.disconnect":
        pass
