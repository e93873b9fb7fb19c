"""News of topics without a stream: who may still hear it, what fits whom, and how often it comes."""

import itertools
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog
from rest_framework.exceptions import APIException

from socialsite.lib.realtime import frames
from socialsite.lib.realtime.channels import Channel, Delivery
from socialsite.lib.realtime.signals import News
from socialsite.lib.realtime.topics import TOPICS, Fitted, Topic

if TYPE_CHECKING:
    from socialsite.lib.realtime.hub import Hub

CHECKED_S = 2.0
"""How long it is believed that a person may listen"""
Key = tuple[str, str, str]
log = structlog.get_logger("realtime")


class Fitting:
    """Stands between news and its listeners, on the hub's loop."""

    def __init__(self, hub: "Hub") -> None:
        self.hub = hub
        self._resting: dict[Key, News | None] = {}
        """Said lately -> what was said since, to be said at the end of the pause"""
        self._queues: dict[str, dict[Key, News]] = {}
        self._numbers = itertools.count()

    def takes(self, news: News) -> bool:
        """Take news that has to wait, or that is fitted to each listener; tell whether it was taken."""
        prefix = news.topic.partition(":")[0]
        topic = TOPICS.get(prefix)
        if topic is None:
            return False
        if topic.pause_s and self._rests(news, topic.pause_s):
            return True
        if topic.fitting is None:
            return False
        self._fit(news, topic)
        return True

    def _rests(self, news: News, pause_s: float) -> bool:
        key = (news.topic, news.event, news.key)
        if key in self._resting:
            self._resting[key] = news
            return True
        self._resting[key] = None
        self.hub.loop.call_later(pause_s, self._wake, key)
        return False

    def _wake(self, key: Key) -> None:
        news = self._resting.pop(key)
        if news:
            self.hub.tell(news)

    def _fit(self, news: News, topic: Topic) -> None:
        if not self.hub.families.get(topic.prefix):
            return
        queue = self._queues.get(topic.prefix)
        if queue is None:
            queue = self._queues[topic.prefix] = {}
            self.hub.beside(self._work(topic, queue))
        # News without a key stands for itself.
        queue[news.topic, news.event, news.key or f"\0{next(self._numbers)}"] = news

    async def _work(self, topic: Topic, queue: dict[Key, News]) -> None:
        """Fit what is in the queue of one family, in its order."""
        while queue:
            news = queue.pop(next(iter(queue)))
            try:
                await self._send_fitted(news, topic)
            except Exception:
                log.exception("news_unfitted", topic=news.topic)
        del self._queues[topic.prefix]

    async def _send_fitted(self, news: News, topic: Topic) -> None:
        key = news.topic.partition(":")[2]
        channels = self.hub.families.get(topic.prefix, {})
        asked = channels if not key else {key: channels[key]} if key in channels else {}
        listeners = {k: {n.person_id for n in channel.lines} for k, channel in asked.items()}
        if not listeners or topic.fitting is None:
            return
        fitted = await self.hub.read(partial(topic.fitting, news, listeners))
        for channel_key, data, people in _grouped(fitted):
            channel = channels.get(channel_key)
            if channel:
                said = replace(news, topic=channel.topic, data=data)
                # No coalescing here: one piece of news is several messages, each for its people.
                channel.put(Delivery(frames.of_news(said), only=people, but=news.but))
                self.hub.schedule(channel)

    def note(self, channel: Channel, person_id: int) -> None:
        """Note that a person was let in just now."""
        if _asks_again(channel):
            channel.checked[person_id] = self.hub.loop.time()

    def must_ask(self, channel: Channel) -> bool:
        """Tell whether somebody has to be asked about before anything is written to a channel; then that has begun."""
        if channel.checking:
            return True
        topic = _asks_again(channel)
        if topic is None or not channel.outbox:
            return False
        before = self.hub.loop.time() - CHECKED_S
        due = {
            line.person_id: line.user
            for line in channel.lines
            if channel.checked.get(line.person_id, 0) < before
        }
        if due:
            channel.checking = True
            self.hub.beside(self._ask(channel, topic, due))
        return bool(due)

    async def _ask(self, channel: Channel, topic: Topic, due: dict[int, Any]) -> None:
        asked, key = self.hub.loop.time(), channel.topic.partition(":")[2]
        try:
            refused = await self.hub.read(partial(_refused, topic, key, due))
        except Exception:
            log.exception("listeners_unasked", topic=channel.topic)
            channel.outbox.clear()
            channel.keyed.clear()
            return
        finally:
            channel.checking = False
        there = {line.person_id for line in channel.lines}
        channel.checked |= dict.fromkeys(set(due) - set(refused), asked)
        channel.checked = {pk: at for pk, at in channel.checked.items() if pk in there}
        for line in list(channel.lines):
            if line.person_id in refused:
                data = {"topic": channel.topic, "code": refused[line.person_id]}
                line.write(frames.said("topic_lost", data, channel.topic))
                self.hub.leave(line, channel.topic)
        # At once: to ask about many may take so long that those who were asked first would be due again.
        self.hub.hand_over(channel)
        self.hub.tidy(channel)


def _asks_again(channel: Channel) -> Topic | None:
    """Return the family of a channel when its listeners are asked about again and again; fitted news decides for itself."""
    topic = TOPICS.get(channel.topic.partition(":")[0])
    return None if topic is None or topic.fitting else topic


def _refused(topic: Topic, key: str, due: Mapping[int, Any]) -> dict[int, str]:
    """Return who may listen no more, each with the code of the refusal."""
    found = {}
    for person_id, user in due.items():
        try:
            topic.check(user, key)
        except APIException as refusal:
            found[person_id] = str(getattr(refusal, "code", refusal.default_code))
    return found


def _grouped(fitted: Fitted) -> list[tuple[str, dict[str, Any], set[int]]]:
    """Return (key, data, people), one for each object of data."""
    groups: dict[tuple[str, int], tuple[dict[str, Any], set[int]]] = {}
    for (key, person_id), data in fitted.items():
        groups.setdefault((key, id(data)), (data, set()))[1].add(person_id)
    return [(key, data, people) for (key, _), (data, people) in groups.items()]
