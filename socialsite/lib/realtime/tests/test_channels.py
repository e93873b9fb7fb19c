"""What a channel writes at once, to whom."""

from collections.abc import Collection
from typing import Any

import pytest

from socialsite.lib.realtime.channels import Channel, Delivery, Joining
from socialsite.lib.realtime.frames import Encoded, Run

pytestmark = pytest.mark.once
ANN, BEN, CYD = 1, 2, 3


class Heard:
    """A line that keeps what is written to it, a list for each write."""

    def __init__(self, person_id: int) -> None:
        self.person_id = person_id
        self.writes: list[list[bytes]] = []

    def write(self, encoded: Encoded) -> None:
        self.writes.append([encoded.text])

    def write_run(self, run: Run) -> None:
        self.writes.append([part.text for part in run.parts])


class Seen:
    """Nobody is hidden from anybody, but for one person from one viewer."""

    def __init__(self, hidden: dict[int, set[int]] | None = None) -> None:
        self.hidden = hidden or {}

    def hidden_from(self, person_id: int | None) -> Collection[int]:
        return self.hidden.get(person_id or 0, ())


def flush(deliveries: list[Delivery], sight: Any) -> tuple[int, list[list[list[bytes]]]]:
    """Return how many messages were handed over, and what each of three people heard."""
    channel, lines = Channel("room:1"), [Heard(person) for person in (ANN, BEN, CYD)]
    for line in lines:
        listener: Any = line
        channel.lines[listener] = None
    for delivery in deliveries:
        channel.put(delivery)
    return channel.flush(sight, lambda _: None), [line.writes for line in lines]


def by(person_id: int, text: bytes) -> Delivery:
    return Delivery(Encoded(text), person_id=person_id, but=person_id)


def test_c23_news_of_several_people_is_one_write_without_ones_own() -> None:
    count, heard = flush([by(ANN, b"ann"), by(BEN, b"ben"), by(ANN, b"ann again")], Seen())
    assert count == 6
    assert heard == [[[b"ben"]], [[b"ann", b"ann again"]], [[b"ann", b"ben", b"ann again"]]]


def test_c23_t3_order_holds_around_who_is_hidden() -> None:
    hidden = Seen({BEN: {CYD}})
    count, heard = flush([by(ANN, b"1"), by(BEN, b"2"), by(ANN, b"3")], hidden)
    assert count == 5
    assert heard == [[[b"2"]], [[b"1"], [b"3"]], [[b"1"], [b"3"]]]


def test_c23_who_is_alone_hears_nothing_of_themselves() -> None:
    channel, line = Channel("room:1"), Heard(ANN)
    listener: Any = line
    channel.lines[listener] = None
    channel.put(by(ANN, b"ann"))
    sight: Any = Seen()
    assert channel.flush(sight, lambda _: None) == 0
    assert line.writes == []


@pytest.mark.parametrize(("seq", "stays"), [(9, True), (10, True), (11, False)])
def test_c29_leaving_sends_nobody_away_who_comes_in_after_it(seq: int, stays: bool) -> None:
    channel, line, dropped = Channel("room:1", 1, 8), Heard(ANN), list[Any]()
    listener: Any = line
    channel.joining[listener] = Joining(listener, 10, waits=False, done=None)
    channel.put(Delivery(Encoded(b"left"), seq=seq, gone={ANN: Encoded(b"lost")}))
    sight: Any = Seen()
    channel.flush(sight, dropped.append)
    assert channel.has(listener) is stays
    assert (dropped, line.writes) == (([], []) if stays else ([line], [[b"lost"]]))
