"""A TCP proxy that does to connections what networks do: it resets, forgets and stalls them, delays bytes, and loses answers.

It runs on a loop in a thread of its own; what is public here may be called from any thread while it runs.
"""

import asyncio
import random
import socket
import struct
import threading
from collections import Counter
from contextlib import suppress
from typing import Any, Literal, Self

Fault = Literal["reset", "half_open", "stall"]
FAULTS: tuple[Fault, ...] = ("reset", "half_open", "stall")
CHUNK = 65_536
PATIENCE = 10.0
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class FaultProxy:
    """Forward each connection to the next of some ports of the loopback address.

    `share` of the connections get no answer: all that comes back is swallowed until the server closes. In the place of `cut_share` of
    the chunks that come back the connection is reset. `delay_s` is added to each chunk, either way.
    """

    def __init__(
        self,
        *targets: int,
        share: float = 0,
        cut_share: float = 0,
        delay_s: float = 0,
        seed: int = 1,
    ) -> None:
        self.targets = list(targets)
        self.share, self.cut_share, self.delay_s = share, cut_share, delay_s
        self.dice = random.Random(seed)
        self.port = self.dropped = self.forwarded = 0
        self.struck: Counter[str] = Counter()
        self.pipes: list[_Pipe] = []
        """The connections that are whole"""
        self._turn = 0
        self._tasks: set[Any] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = self._do(asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=1024))
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    def strike(self, fault: Fault, number: int = 1) -> int:
        """Let something happen to so many whole connections, chosen by chance; returns how many there were to strike."""
        return int(self._do(self._strike(fault, number)))

    async def _strike(self, fault: Fault, number: int) -> int:
        chosen = self.dice.sample(self.pipes, min(number, len(self.pipes)))
        for pipe in chosen:
            pipe.suffer(fault)
            self.pipes.remove(pipe)
        self.struck[fault] += len(chosen)
        return len(chosen)

    def _do(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    async def _end(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # The loop itself would forget what waits for nothing.
        task = asyncio.current_task()
        self._tasks.add(task)
        with suppress(OSError, asyncio.CancelledError):
            await self._forward(reader, writer)
        self._tasks.discard(task)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        target = self.targets[self._turn % len(self.targets)]
        self._turn += 1
        doomed = self.dice.random() < self.share
        self.dropped += doomed
        self.forwarded += not doomed
        try:
            other = await asyncio.open_connection("127.0.0.1", target)
        except OSError:
            _reset(writer)
            return
        pipe = _Pipe(self, (reader, writer), other, doomed=doomed)
        self.pipes.append(pipe)
        try:
            await asyncio.gather(pipe.ask(), pipe.answer())
        finally:
            if pipe in self.pipes:
                self.pipes.remove(pipe)
            pipe.abort()


class _Pipe:
    """One connection, there and back."""

    def __init__(self, proxy: FaultProxy, near: Any, far: Any, *, doomed: bool) -> None:
        self.proxy, self.doomed = proxy, doomed
        (self.near, self.to_near), (self.far, self.to_far) = near, far
        self.flows = asyncio.Event()
        self.flows.set()
        self.is_forgotten = False
        """Neither side hears of the other any more, not even that it is gone"""

    def suffer(self, fault: Fault) -> None:
        if fault == "reset":
            self.reset()
        elif fault == "half_open":
            self.is_forgotten = True
        else:
            self.flows.clear()

    def reset(self) -> None:
        for writer in (self.to_near, self.to_far):
            _reset(writer)

    def abort(self) -> None:
        for writer in (self.to_near, self.to_far):
            writer.transport.abort()

    async def ask(self) -> None:
        while chunk := await self._next(self.near):
            self.to_far.write(chunk)
            await self.to_far.drain()
        await self._close(self.to_far)

    async def answer(self) -> None:
        while chunk := await self._next(self.far):
            if self.doomed:
                continue
            if self.proxy.dice.random() < self.proxy.cut_share:
                self.proxy.dropped += 1
                self.reset()
                return
            self.to_near.write(chunk)
            await self.to_near.drain()
        await self._close(self.to_near)

    async def _next(self, reader: asyncio.StreamReader) -> bytes:
        while chunk := await reader.read(CHUNK):
            if self.proxy.delay_s:
                await asyncio.sleep(self.proxy.delay_s)
            await self.flows.wait()
            if not self.is_forgotten:
                return chunk
        return b""

    async def _close(self, writer: asyncio.StreamWriter) -> None:
        await self.flows.wait()
        if self.is_forgotten:
            await asyncio.Event().wait()
        writer.close()


def _reset(writer: asyncio.StreamWriter) -> None:
    """End a connection as a machine that has lost it does."""
    raw: Any = writer.get_extra_info("socket")
    with suppress(OSError):
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
    writer.transport.abort()
