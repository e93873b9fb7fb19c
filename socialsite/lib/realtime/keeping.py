"""What a hub looks after by the clock: streams that went on unheard, sign-ins that ended unheard, relations that changed unheard."""

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import structlog

from socialsite.lib.realtime import carrying
from socialsite.lib.realtime.people import people

if TYPE_CHECKING:
    from socialsite.lib.realtime.hub import Hub

TICK_S = 1.0
STREAMS_S = 15.0
CREDENTIALS_S = 30.0
log = structlog.get_logger("realtime")


class Keeping:
    """Looks again by itself: rarely while signals reach this process from all others, every second while they do not."""

    def __init__(self, hub: "Hub") -> None:
        self.hub = hub
        self._streams_at = self._credentials_at = hub.loop.time()

    async def run(self) -> None:
        """Look around until the hub ends."""
        link = carrying.link
        link.listen(self.hub)
        while True:
            was_cut_off = link.is_cut_off
            try:
                await link.check()
                # Once more when others are heard again: what they said meanwhile is lost.
                await self._tick(is_cut_off=was_cut_off or link.is_cut_off)
            except Exception:
                log.exception("hub_tick_failed")
            await asyncio.sleep(TICK_S)

    async def _tick(self, *, is_cut_off: bool) -> None:
        now = self.hub.loop.time()
        if not carrying.link.is_up or now >= self._streams_at + STREAMS_S:
            self._streams_at = now
            self.hub.following.verify(self.hub.streams)
        if is_cut_off or now >= self._credentials_at + CREDENTIALS_S:
            self._credentials_at = now
            self.hub.sight.refresh()
            await self.check_credentials()

    async def check_credentials(self) -> None:
        """Close the lines whose sign-in has ended."""
        auths = {line.auth.pk: line.auth for line in self.hub.lines.values()}
        if auths:
            ended = await self.hub.read(partial(people().ended, list(auths.values())))
            if ended:
                self.hub.close_lines("The sign-in has ended.", lambda n: n.auth.pk in ended)
