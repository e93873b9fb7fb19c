"""The compiled reads of messages hold what the querysets say, for every kind of reader."""

from typing import Any

import pytest

from accounts.models import Anonymous, User
from accounts.testing import Cast
from chat.history import History
from chat.marks import counts_of, total_of, unread_mentions_of, unread_of
from chat.messages import find_rows, visible_rows
from chat.models import Message
from chat.tests.rooms import at, join, make_room
from chat.tests.talk import of, say, write
from moderation.actions import report_thing
from moderation.actions.content import hide_thing
from socialsite.lib.testing.client import ApiClient

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]
FAR = 1 << 62


@pytest.fixture
def readers(
    cast: Cast,
    alice: ApiClient,
    bob: ApiClient,
    carol: ApiClient,
    charlie: ApiClient,
    api: ApiClient,
) -> list[User]:
    """Everybody, after messages in every state: of a block, hidden, deleted, reported, in rooms open to guests and not."""
    kinds: list[dict[str, Any]] = [{}, {"guests_allowed": True}, {"kind": "private"}]
    for number, columns in enumerate(kinds):
        room = make_room(alice, f"Room {number}", **columns)
        if number < 2:
            join(room, bob, charlie)
        for client in (alice, bob, charlie)[: 1 if number == 2 else 3]:
            say(client, room, "Hello @alice and @bob")
        gone, hidden = say(alice, room)["id"], say(alice, room)["id"]
        alice.drop(of(room, gone))
        hide_thing(actor=cast.admin, thing=Message.objects.get(pk=hidden), note="Looked at it.")
    said = write(carol, cast.alice).json()
    report_thing(actor=cast.alice, target_id=int(said["id"]), reason="spam")
    charlie.set(f"/api/users/{cast.bob.pk}/block")
    alice.set(at(make_room(alice, "Ban"), "members", cast.carol.pk), {"banned": True})
    api.send("/api/join", {"username": "passer_by"})
    return list(User.objects.all())


def test_reads_of_messages_equal_the_orm_s(readers: list[User]) -> None:
    everything = list(Message.objects.values_list("pk", flat=True))
    assert len(readers) > 7
    assert set(find_rows(everything)) == set(everything)
    for reader in readers:
        seen = Message.objects.visible_to(reader)
        found = visible_rows(everything, reader)
        assert set(found) == set(seen.values_list("pk", flat=True)), reader
        for message in seen.select_related("sender"):
            row: Any = found[message.pk]
            assert (row.content, row.seq, row.sender.username, row.state) == (
                message.content, message.seq, message.sender.username, row.state,
            )  # fmt: skip
    assert visible_rows(everything, Anonymous()) == {}


def test_pages_of_history_equal_the_orm_s(readers: list[User]) -> None:
    for reader in readers:
        for room_id in set(Message.objects.values_list("room_id", flat=True)):
            rows = Message.objects.visible_to(reader).filter(room=room_id).order_by("seq")
            pks = list(rows.values_list("pk", flat=True))
            history = History(room_id, reader)
            assert [row.pk for row in history.fetch("before", FAR, 50)] == pks
            assert [row.pk for row in history.fetch("after", 0, 50)] == pks
            assert [row.pk for row in history.fetch("before", FAR, 2)] == pks[-2:]


def test_counts_equal_the_orm_s(readers: list[User]) -> None:
    rooms = set(Message.objects.values_list("room_id", flat=True))
    for reader in readers:
        for pk, counts in counts_of(rooms, reader).items():
            assert counts.unread == unread_of(reader).filter(room=pk).count()
            assert counts.mentions == unread_mentions_of(reader).filter(room=pk).count()
        talks = unread_of(reader).filter(room__kind__in=("direct", "group"))
        assert total_of(reader) == talks.count()
