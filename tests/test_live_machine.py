"""A device that knows the list of notifications as it was once, and every event since, knows the list as it is."""

import os
from typing import Any

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from accounts.models import User
from accounts.testing import UserFactory, client_of
from engagement.actions.comments import create_comment
from engagement.actions.reactions import like_thing
from notifications.testing import LIST
from posts.models import Post
from posts.testing import PostFactory
from socialsite.lib.realtime import streams
from socialsite.lib.testing.machines import open_block, play

STEPS = int(os.environ.get("MACHINE_STEPS", "50"))
RUNS = int(os.environ.get("MACHINE_RUNS", "4"))
# hypothesis takes running out of time for a failure, cannot repeat it, and then complains of the strategy (FlakyStrategyDefinition).
pytestmark = pytest.mark.timeout(0 if RUNS > 20 else 900)
People, Things, Places = st.integers(0, 4), st.integers(0, 1), st.integers(0, 9)
FEW = 4
"""With so few notifications none is dismissed: there would soon be nothing to disagree about"""


class Device:
    """What a client keeps: of each notification its group and whether it was read."""

    def __init__(self) -> None:
        self.rows: dict[int, tuple[int, bool]] = {}
        self.useq = self.unread = 0

    def catch_up(self, reader: User) -> None:
        while missed := streams.read_after(reader.pk, self.useq):
            for push in missed:
                self.hear(push)

    def hear(self, push: streams.Push) -> None:
        assert push.seq == self.useq + 1
        self.useq = push.seq
        if push.event == "personal_notification":
            told = push.data
            self.rows[int(told["id"])] = int(told["group_key"]), bool(told["read_at"])
        elif push.event == "notifications_read":
            self.apply(push.data)
        self.unread = push.data.get("unread_count", self.unread)

    def apply(self, data: dict[str, Any]) -> None:
        for pk in [pk for pk, (group, _) in self.rows.items() if self.is_meant(data, pk, group)]:
            if data["change"] == "dismissed":
                del self.rows[pk]
            else:
                self.rows[pk] = self.rows[pk][0], True

    @staticmethod
    def is_meant(data: dict[str, Any], pk: int, group: int) -> bool:
        if pk > int(data.get("up_to", pk)):
            return False
        return int(data.get("id", pk)) == pk and int(data.get("group_key", group)) == group


class Devices(RuleBasedStateMachine):
    """One device acts over HTTP, others only listen. No rule waits for a state: what is chosen depends on nothing that was done."""

    compared = 0
    """How often a device and the list were held against each other, in all runs"""

    def __init__(self) -> None:
        super().__init__()
        self.block = open_block()
        self.block.__enter__()
        self.reader: User = UserFactory.create()
        self.client = client_of(self.reader)
        self.people: list[User] = [UserFactory.create() for _ in range(5)]
        self.posts: list[Post] = [PostFactory.create(author=self.reader) for _ in range(2)]
        self.listening, self.late = Device(), Device()

    def teardown(self) -> None:
        try:
            self.late.catch_up(self.reader)
            self.agree(self.late)
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    def listed(self, query: str = "") -> list[dict[str, Any]]:
        """Return all rows of the list, page by page."""
        rows, path = [], f"{LIST}?limit=100{query}"
        while path:
            page = self.client.read(path).json()
            rows += page["results"]
            path = page["next"]
        return rows

    def at(self, place: int, query: str = "") -> dict[str, Any] | None:
        rows = self.listed(query)
        return rows[place % len(rows)] if rows else None

    def group_at(self, place: int) -> dict[str, Any] | None:
        return self.at(place, "&grouped=1")

    def act(self, method: str, path: str, body: Any = None) -> None:
        answer = self.client.call(method, f"{LIST}/{path}", body)
        assert answer.status_code in {200, 204}, answer.content

    def agree(self, device: Device) -> None:
        there = {int(row["id"]): bool(row["read_at"]) for row in self.listed()}
        assert {pk: is_read for pk, (_, is_read) in device.rows.items()} == there
        assert device.unread == sum(not is_read for is_read in there.values())
        Devices.compared += 1

    @rule(person=People, thing=Things)
    def like(self, person: int, thing: int) -> None:
        like_thing(actor=self.people[person], target_id=self.posts[thing].pk)

    @rule(person=People, thing=Things, times=st.integers(1, 3))
    def comment(self, person: int, thing: int, times: int) -> None:
        for _ in range(times):
            create_comment(
                actor=self.people[person], target_id=self.posts[thing].pk, content="Well said."
            )

    @rule(place=Places)
    def read(self, place: int) -> None:
        if row := self.at(place):
            self.act("POST", f"{row['id']}/read")

    @rule(place=Places)
    def read_up_to(self, place: int) -> None:
        if row := self.at(place):
            self.act("POST", "read-all", {"up_to": row["id"]})

    @rule()
    def read_all(self) -> None:
        self.act("POST", "read-all")

    @rule(place=Places, whole=st.booleans())
    def read_group(self, place: int, whole: bool) -> None:
        if group := self.group_at(place):
            body = {} if whole else {"up_to": group["oldest"]}
            self.act("POST", f"groups/{group['group_key']}/read", body)

    @rule(place=Places)
    def dismiss(self, place: int) -> None:
        row = self.at(place)
        if row and len(self.listening.rows) > FEW:
            self.act("DELETE", row["id"])

    @rule(place=Places)
    def dismiss_group(self, place: int) -> None:
        group = self.group_at(place)
        if group and len(self.listening.rows) > FEW:
            self.act("DELETE", f"groups/{group['group_key']}")

    @rule()
    def come_back_late(self) -> None:
        self.late.catch_up(self.reader)
        self.agree(self.late)

    @invariant()
    def a_listening_device_knows_the_list(self) -> None:
        self.listening.catch_up(self.reader)
        self.agree(self.listening)


@pytest.fixture(autouse=True)
def quiet(db: None, settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1e6
    settings.SPAM_SCORER = "tests.conftest.pass_everything"


def test_b4_t55_a_list_and_its_events_are_the_list_as_it_is() -> None:
    before = Devices.compared
    play(Devices, runs=RUNS, steps=STEPS)
    assert Devices.compared - before >= RUNS * STEPS


@pytest.mark.once
def test_b4_t55_a_device_that_is_not_told_which_were_read_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    true_append = streams.append_last

    def append_less(stream_id: int, name: str, *, data: Any = None, **more: Any) -> None:
        kept = {key: value for key, value in (data or {}).items() if key == "change"}
        true_append(stream_id, name, data=kept, **more)

    monkeypatch.setattr(streams, "append_last", append_less)
    with pytest.raises(AssertionError):
        play(Devices, runs=50, steps=STEPS, shrinks=False)
