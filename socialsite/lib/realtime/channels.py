"""Channels: the local listeners of one topic, and what they are sent, in order."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from socialsite.lib.realtime.frames import Encoded, Run
from socialsite.lib.realtime.lines import Done, Line
from socialsite.lib.realtime.sight import Sight

HELD = 10_000
"""A line that comes in while this many events pass is left behind: it hears that it must read them"""


class Delivery:
    """One message on its way to the listeners of a channel."""

    __slots__ = ("but", "encoded", "gone", "instead", "only", "person_id", "seq")

    def __init__(
        self,
        encoded: Encoded,
        *,
        person_id: int | None = None,
        seq: int = 0,
        instead: Encoded | None = None,
        only: Collection[int] | None = None,
        but: int | None = None,
        gone: Mapping[int, Encoded | None] | None = None,
    ) -> None:
        self.encoded = encoded
        self.person_id = person_id
        self.seq = seq
        self.instead = instead
        """What those get who may not see the person; None: nothing"""
        self.only = only
        self.but = but
        self.gone = gone
        """Who may listen no more after it, with what they are sent in its place, or None: they hear it as their last"""


class Joining:
    """A line on its way in: what passes meanwhile is held until what it missed is written."""

    __slots__ = ("after", "done", "held", "is_behind", "line", "waits")

    def __init__(self, line: Line, after: int, *, waits: bool, done: Done | None) -> None:
        self.line = line
        self.after = after
        self.waits = waits
        """For what it missed, which is being read"""
        self.done = done
        self.held: list[Delivery] = []
        self.is_behind = False

    def hold(self, delivery: Delivery) -> None:
        if len(self.held) >= HELD:
            self.is_behind = True
        elif not delivery.seq or delivery.seq > self.after:
            self.held.append(delivery)


class Channel:
    """One topic in this process.

    With a stream, `seen` is the number of the last event that has passed here: every line in `lines` has been sent all up to it,
    and the lines in `joining` are on their way to that.
    """

    __slots__ = (
        "checked",
        "checking",
        "joining",
        "keyed",
        "lines",
        "outbox",
        "reading",
        "seen",
        "stream_id",
        "topic",
        "wanted",
    )

    def __init__(self, topic: str, stream_id: int | None = None, seen: int = 0) -> None:
        self.topic = topic
        self.stream_id = stream_id
        self.seen = self.wanted = seen
        self.reading = self.checking = False
        self.lines: dict[Line, None] = {}
        self.joining: dict[Line, Joining] = {}
        self.outbox: list[Delivery] = []
        self.keyed: dict[tuple[str, str], int] = {}
        self.checked: dict[int, float] = {}
        """When each person was last found to be allowed here, for topics without a stream"""

    @property
    def is_empty(self) -> bool:
        return not self.lines and not self.joining

    def has(self, line: Line) -> bool:
        return line in self.lines or line in self.joining

    def awaits(self, joining: Joining) -> bool:
        """Whether a line is on its way in still, and by no later way."""
        return self.joining.get(joining.line) is joining

    def put(self, delivery: Delivery, key: tuple[str, str] | None = None) -> None:
        """Add a message to what goes out next; with a key it takes the place of the last of that key."""
        if key is None:
            self.outbox.append(delivery)
        elif key in self.keyed:
            self.outbox[self.keyed[key]] = delivery
        else:
            self.keyed[key] = len(self.outbox)
            self.outbox.append(delivery)

    def drop(self, line: Line) -> bool:
        """Take a line out; tell whether it was in."""
        was_in = self.has(line)
        self.lines.pop(line, None)
        self.joining.pop(line, None)
        return was_in

    def flush(self, sight: Sight, dropped: Callable[[Line], Any]) -> int:
        """Write what waits to every listener and return how many messages were handed over.

        Messages that follow each other and are for everybody leave as one write.
        """
        outbox, self.outbox = self.outbox, []
        self.keyed.clear()
        count = 0
        plain: list[Delivery] = []
        for delivery in outbox:
            for joining in self.joining.values():
                joining.hold(delivery)
            is_plain = delivery.only is None and not delivery.gone
            if is_plain and not sight.hidden_from(delivery.person_id):
                plain.append(delivery)
                continue
            count += self._write_run(plain) + self._write_each(delivery, sight, dropped)
            plain = []
        return count + self._write_run(plain)

    def _write_run(self, run: list[Delivery]) -> int:
        """Write messages that everybody gets, but for who caused one: they get the others."""
        if not run:
            return 0
        causes, for_all, count = {delivery.but for delivery in run}, _joined(run), 0
        for line in list(self.lines):
            if line.person_id not in causes:
                for_all(line)
                count += len(run)
                continue
            others = [delivery for delivery in run if delivery.but != line.person_id]
            if others:
                _joined(others)(line)
                count += len(others)
        return count

    def _write_each(self, delivery: Delivery, sight: Sight, dropped: Callable[[Line], Any]) -> int:
        hidden, count = sight.hidden_from(delivery.person_id), 0
        for line in list(self.lines):
            found = for_line(line, delivery, hidden)
            if found:
                line.write(found)
                count += 1
        if delivery.gone:
            self._let_go(delivery, delivery.gone, dropped)
        return count

    def _let_go(
        self,
        delivery: Delivery,
        gone: Mapping[int, Encoded | None],
        dropped: Callable[[Line], Any],
    ) -> None:
        """Take out who may listen no more; who comes in at a later number has been let in again since."""
        leaving = [line for line in self.lines if line.person_id in gone]
        for line, joining in self.joining.items():
            if line.person_id in gone and delivery.seq > joining.after:
                leaving.append(line)
                if last := gone[line.person_id]:
                    line.write(last)
        for line in leaving:
            self.drop(line)
            dropped(line)

    def settle(self, joining: Joining, sight: Sight) -> None:
        """Let a line in that has what it missed, once the channel has passed the number it stands at."""
        if joining.waits or self.seen < joining.after or not self.awaits(joining):
            return
        del self.joining[joining.line]
        if joining.done:
            joining.line.write(joining.done(joining.after))
        for delivery in joining.held:
            found = for_line(joining.line, delivery, sight.hidden_from(delivery.person_id))
            if found:
                joining.line.write(found)
        self.lines[joining.line] = None


def _joined(run: list[Delivery]) -> Callable[[Line], None]:
    """Return what writes these messages to a line, as one write."""
    if len(run) == 1:
        encoded = run[0].encoded
        return lambda line: line.write(encoded)
    joined = Run([delivery.encoded for delivery in run])
    return lambda line: line.write_run(joined)


def missed_by(line: Line, delivery: Delivery, sight: Sight) -> Encoded | None:
    """Return what a line gets of an event it missed; that somebody left then says nothing of now."""
    hidden = line.person_id in sight.hidden_from(delivery.person_id)
    return delivery.instead if hidden else delivery.encoded


def for_line(line: Line, delivery: Delivery, hidden: Collection[int]) -> Encoded | None:
    """Return what one line gets of a message."""
    person_id = line.person_id
    if delivery.gone:
        last = delivery.gone.get(person_id)
        if last:
            return last
    if delivery.only is not None and person_id not in delivery.only:
        return None
    if person_id == delivery.but:
        return None
    return delivery.instead if person_id in hidden else delivery.encoded
