"""Old events are forgotten, and the streams they were in stay without a gap."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from socialsite.lib import invariants
from socialsite.lib.api.serializers import Answer
from socialsite.lib.models import Stream, StreamEvent
from socialsite.lib.realtime import retention, streams
from socialsite.lib.realtime.retention import forget_events
from socialsite.lib.tasks.registry import get_handler

pytestmark = pytest.mark.django_db
NAME = "tried"
QUIET, BUSY, YOUNG = 2001, 2002, 2003


@pytest.fixture(autouse=True)
def events(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three streams: one whose events are all old, one with old and young ones, one that is young."""
    monkeypatch.setitem(streams.EVENTS, NAME, streams.EventType(NAME, Answer))
    for stream_id, days in ((QUIET, [200, 100, 91]), (BUSY, [100, 95, 89, 1]), (YOUNG, [3, 2, 1])):
        for age in days:
            with transaction.atomic():
                seq = streams.append(stream_id, NAME)
            moment = timezone.now() - timedelta(days=age)
            StreamEvent.objects.filter(stream=stream_id, seq=seq).update(at=moment)


def kept() -> dict[int, tuple[int, int, list[int]]]:
    """Return of each stream its oldest and last number, and the numbers of its events."""
    rows = StreamEvent.objects.order_by("seq").values_list("stream", "seq")
    seqs: dict[int, list[int]] = {}
    for stream_id, seq in rows:
        seqs.setdefault(stream_id, []).append(seq)
    return {s.pk: (s.oldest_seq, s.last_seq, seqs.get(s.pk, [])) for s in Stream.objects.all()}


AFTER = {QUIET: (4, 3, []), BUSY: (3, 4, [3, 4]), YOUNG: (1, 3, [1, 2, 3])}


def test_b2_the_job_forgets_what_is_older_than_the_setting() -> None:
    get_handler("lib.purge_stream_events").run()
    assert kept() == AFTER
    assert list(invariants.CHECKS["realtime.streams"]()) == []


@pytest.mark.parametrize("size", [1, 2, 3])
def test_b2_however_small_the_batches_the_end_is_the_same(
    monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(retention, "BATCH", size)
    monkeypatch.setattr(retention, "PAGE", 1)
    assert forget_events(before=timezone.now() - timedelta(days=90)) == 5
    assert kept() == AFTER
    assert forget_events(before=timezone.now() - timedelta(days=90)) == 0


def test_b2_numbers_go_on_where_they_were() -> None:
    forget_events(before=timezone.now())
    with transaction.atomic():
        assert streams.append(QUIET, NAME) == 4
    assert [push.seq for push in streams.read_after(QUIET, 0)] == [4]
    assert streams.oldest_number(QUIET) == 4
