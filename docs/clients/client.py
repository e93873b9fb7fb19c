"""A client in Python that misses nothing and hears nothing twice. It needs `websockets`; the end of the file shows how to use it.

After every drop it comes back, says the last number it has of each stream, and reads by REST what is not sent again.
`positions` is all there is to remember: keep it and go on tomorrow.
"""

import asyncio
import json
import random
import sys
import urllib.request
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

Frame = dict[str, Any]
FINAL = {4401, 4403, 4409}  # codes after which to come back would not help: it is the credential


class Client:
    """One socket of one person, by an access token or a personal token, and the rooms they are in."""

    def __init__(self, site: str, token: str, rooms: list[str], positions: dict[str, int]) -> None:
        self.site, self.token, self.rooms, self.positions = site, token, rooms, positions
        self.ticket: Any = None  # an async function that returns a ticket for each socket, if set
        self.calls: dict[str, tuple[str, asyncio.Future[Frame]]] = {}
        self.socket: Any = None

    async def events(self) -> AsyncIterator[Frame]:
        """Yield every push, the numbered ones once and in order. Raises PermissionError when the sign-in has ended."""
        pause = 0.5
        while True:
            try:
                token = await self.ticket() if self.ticket else self.token
                async with connect(self.site.replace("http", "ws", 1) + "/ws/") as socket:
                    await socket.send(text_of("auth", {"token": token}))
                    async for text in socket:
                        frame = json.loads(text)
                        if frame["event"] == "hello":
                            pause, self.socket = 0.5, socket
                            for words in list(self._take_up(frame["data"])):
                                await socket.send(words)
                        async for event in self._new(frame):
                            yield event
            except ConnectionClosed as end:
                if end.rcvd and end.rcvd.code in FINAL:
                    raise PermissionError(f"closed with {end.rcvd.code}") from end
            except (OSError, InvalidHandshake):
                pass
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))
            pause = min(pause * 2, 30)

    async def call(self, event: str, **data: Any) -> Frame:
        """Run a command and return its answer, however often the line drops meanwhile; somebody has to read `events`."""
        key, answered = uuid.uuid4().hex, asyncio.get_running_loop().create_future()
        words = text_of(event, data, key)
        self.calls[key] = words, answered
        with suppress(AttributeError, ConnectionClosed):  # without a line: it is sent after `hello`
            await self.socket.send(words)
        answer = await answered
        if answer["event"] == "error":
            raise RuntimeError(answer["data"]["errors"][0]["detail"])
        return dict(answer["data"])

    def _take_up(self, hello: Frame) -> Iterator[str]:
        own = self.positions.setdefault(f"user:{hello['user']['id']}", hello["useq"])
        known = [room for room in self.rooms if f"room:{room}" in self.positions]
        seen = {room: self.positions[f"room:{room}"] for room in known}
        yield text_of("resume", {"rooms": seen, "user": own})
        if new := [f"room:{room}" for room in self.rooms if room not in seen]:
            yield text_of("subscribe", {"topics": new}, "new rooms")
        yield from (words for words, _ in self.calls.values())

    async def _new(self, frame: Frame) -> AsyncIterator[Frame]:
        """Yield what a frame brings that was not seen before, after what is missing before it in a room."""
        topic, seq, data = frame.get("topic", ""), frame.get("seq"), frame.get("data", {})
        if frame.get("id") in self.calls:
            self.calls.pop(frame["id"])[1].set_result(frame)
            return
        if frame["event"] == "ack":  # from where new rooms are heard
            self.positions.update(data.get("seqs", {}) | self.positions)
        elif frame["event"] == "resync":
            last, is_kept = data["last_seq"], data["oldest_seq"] <= data["from_seq"] + 1
            if topic.startswith("room:") and is_kept and data["from_seq"] < last:
                async for event in self._read(topic, last):
                    yield event
                return
            self.positions[topic] = last  # kept nowhere: who reads this frame loads its lists anew
        elif seq:
            self.positions.setdefault(topic, seq - 1)
            async for event in self._read(topic, seq - 1):
                yield event
            if seq <= self.positions[topic]:
                return
            self.positions[topic] = seq
        yield frame

    async def _read(self, topic: str, last: int) -> AsyncIterator[Frame]:
        """Yield by REST what is missing of a room up to a number."""
        while topic.startswith("room:") and self.positions[topic] < last:
            url = f"{self.site}/api/rooms/{topic[5:]}/events?after_seq={self.positions[topic]}"
            request = urllib.request.Request(url, headers={"Authorization": f"Bearer {self.token}"})
            with await asyncio.to_thread(urllib.request.urlopen, request, timeout=30) as answer:
                found = json.load(answer)["results"]
            if not found:
                raise OSError(f"nothing at {url}")
            for event in found:
                self.positions[topic] = event["seq"]
                yield event


def text_of(event: str, data: Frame, key: str | None = None) -> str:
    return json.dumps({"event": event, "id": key, "data": data})


async def main(site: str, token: str, *rooms: str) -> None:
    async for event in Client(site, token, list(rooms), positions={}).events():
        print(event)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))  # python client.py http://localhost:8000 <token> <room id> ...
