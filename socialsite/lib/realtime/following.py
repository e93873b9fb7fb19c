"""Following streams: their new events are read once and sent to all, and each line is brought to where the others are."""

import asyncio
from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING

import structlog

from socialsite.lib.metrics import WAKE_UPS
from socialsite.lib.realtime import reading, streams
from socialsite.lib.realtime.channels import Channel, Delivery, Joining, missed_by
from socialsite.lib.realtime.lines import BEHIND_SECONDS, FAILED, Done, Line

if TYPE_CHECKING:
    from socialsite.lib.realtime.hub import Hub

AT_ONCE = 100
"""Events that are read and sent in one go"""
AHEAD_BYTES = 256 * 1024
AGAIN_S = 0.5
log = structlog.get_logger("realtime")


class Following:
    """The streams that somebody listens to here, on the hub's loop."""

    def __init__(self, hub: "Hub") -> None:
        self.hub = hub
        self._unsure: set[int] = set()
        self._verifying = False
        self._failed: set[int] = set()
        self._again: asyncio.TimerHandle | None = None
        self._replays: dict[tuple[int, int, int], asyncio.Future[list[Delivery]]] = {}

    def wake(self, stream_id: int, seq: int) -> None:
        """A stream has reached a number."""
        channel = self.hub.streams.get(stream_id)
        if channel is None or seq <= channel.wanted:
            return
        self.hub.wakes += 1
        WAKE_UPS.inc()
        channel.wanted = seq
        if not channel.reading:
            channel.reading = True
            self.hub.beside(self._pump(channel))

    def join(
        self,
        line: Line,
        stream_id: int,
        seq: int,
        last: int | None = None,
        done: Done | None = None,
    ) -> None:
        """Let a line hear a stream from the event after `seq` on; `done` is written between what it missed and what is new."""
        if line.connection_id not in self.hub.lines:
            return
        channel = self._channel_of(stream_id, seq if last is None else last)
        if done is None and channel.has(line):
            return
        channel.drop(line)
        self.hub.hand_over(channel)
        since = seq if last is None else last
        # Not only to where the channel is: what it has still to pass may tell of a leaving that is taken back by `since`.
        target = max(seq, since, channel.seen)
        joining = Joining(line, target, waits=seq < target, done=done)
        channel.joining[line] = joining
        # The loop has the last word: what sent the line away meanwhile has taken the topic too.
        line.topics.add(channel.topic)
        self.wake(stream_id, target)
        if joining.waits:
            self.hub.beside(self._replay(channel, joining, seq, since))
        else:
            channel.settle(joining, self.hub.sight)

    def _channel_of(self, stream_id: int, seen: int) -> Channel:
        channel = self.hub.streams.get(stream_id)
        if channel is None:
            topic = streams.topic_of(stream_id)
            channel = self.hub.channels[topic] = Channel(topic, stream_id, seen)
            self.hub.streams[stream_id] = channel
            # What was committed between the caller's look and now has woken nobody here.
            self.verify([stream_id])
        return channel

    async def _replay(self, channel: Channel, joining: Joining, seq: int, since: int) -> None:
        """Send a line what it missed; `since` is the number up to which it is known that it may listen."""
        target = joining.after
        try:
            while seq < target and channel.awaits(joining):
                found = await self._missed(channel, seq, target)
                for delivery in found:
                    if channel.awaits(joining):
                        self._send_missed(channel, joining, delivery, since)
                        await self._keep_pace(joining.line)
                seq = found[-1].seq if found else target
        except Exception:
            log.exception("replay_failed")
            channel.drop(joining.line)
            joining.line.close(FAILED, "The server failed.")
            return
        joining.waits = False
        if joining.is_behind and channel.awaits(joining):
            channel.drop(joining.line)
            self.join(joining.line, channel.stream_id or 0, target, done=joining.done)
            return
        channel.settle(joining, self.hub.sight)
        self.hub.tidy(channel)

    def _send_missed(
        self, channel: Channel, joining: Joining, delivery: Delivery, since: int
    ) -> None:
        """Write one event; who left by it listens no more, unless it is older than what is known of them."""
        line, gone = joining.line, delivery.gone or {}
        is_last = delivery.seq > since and line.person_id in gone
        sent = gone.get(line.person_id) if is_last else None
        sent = sent or missed_by(line, delivery, self.hub.sight)
        if sent:
            line.write(sent)
        if is_last:
            channel.drop(line)
            line.topics.discard(channel.topic)

    async def _keep_pace(self, line: Line) -> None:
        """Wait while a line has much to read: what it asked for must not count as being behind, unless it takes nothing at all."""
        end = self.hub.loop.time() + BEHIND_SECONDS
        while line.buffered() > AHEAD_BYTES and self._is_there(line):
            if self.hub.loop.time() > end:
                line.fall_behind()
            await asyncio.sleep(0.01)

    def _is_there(self, line: Line) -> bool:
        return line.connection_id in self.hub.lines and not line.closed_with

    async def _missed(self, channel: Channel, seq: int, target: int) -> list[Delivery]:
        """Return missed events; lines that missed the same share one reading."""
        key = (channel.stream_id or 0, seq, target)
        shared = self._replays.get(key)
        if shared is None:
            shared = self.hub.spawn(self.hub.replay(partial(reading.read, *key)))
            self._replays[key] = shared
            shared.add_done_callback(lambda _: self._replays.pop(key, None))
        return await asyncio.shield(shared)

    async def _pump(self, channel: Channel) -> None:
        """Read and send what is new until there is nothing more."""
        try:
            while channel.wanted > channel.seen and not channel.is_empty:
                wanted = channel.wanted
                found = await self.hub.read(
                    partial(reading.read, channel.stream_id or 0, channel.seen, limit=AT_ONCE)
                )
                if not found and channel.wanted == wanted:
                    # A number without an event: its transaction is not visible here yet, or the stream was erased.
                    channel.wanted = channel.seen
                for delivery in found:
                    channel.put(delivery)
                    channel.seen = delivery.seq
                self.hub.schedule(channel)
        except Exception:
            log.exception("stream_unread", stream=channel.stream_id)
            channel.wanted = channel.seen
            self._verify_later([channel.stream_id or 0])
        finally:
            channel.reading = False

    def verify(self, stream_ids: Collection[int]) -> None:
        """Look whether these streams went on without a word."""
        self._unsure.update(stream_ids)
        if self._unsure and not self._verifying:
            self._verifying = True
            self.hub.beside(self._verify())

    async def _verify(self) -> None:
        while self._unsure:
            batch, self._unsure = self._unsure, set()
            try:
                found = await self.hub.read(partial(streams.last_numbers, batch))
            except Exception:
                log.exception("streams_unread")
                self._verify_later(batch)
                break
            for stream_id, last in found.items():
                self.wake(stream_id, last)
        self._verifying = False

    def _verify_later(self, stream_ids: Collection[int]) -> None:
        """Look again soon, at all that failed by then at once: while the database is away each look fails anew."""
        self._failed.update(stream_ids)
        self._again = self._again or self.hub.loop.call_later(AGAIN_S, self._verify_failed)

    def _verify_failed(self) -> None:
        failed, self._failed, self._again = self._failed, set(), None
        self.verify(failed)
