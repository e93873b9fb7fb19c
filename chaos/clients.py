"""Clients that write as fast as the site answers, journal what it acknowledges, and repeat what it left open."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_hex

from accounts.testing import PASSWORD
from chaos.caller import Reply, call
from chaos.checker import THERE
from chaos.journal import ABSENT, Journal
from chaos.people import Person

TEXTS, DELETED = 3, 0.3
"""How many posts and comments each person has at a time, and how often one is deleted rather than changed"""
PENDING, ACCEPTED = "pending", "accepted"
# What a notification is about can be undone between two calls, and the notification goes with it.
EXPECTED_REFUSALS = {"refused read not_found"}


def unexpected(counts: Counter[str]) -> list[str]:
    """Return what was answered that should not be: failures, and refusals of what nothing forbids."""
    bad = [name for name in counts if name.startswith(("refused", "status 5", "503 without"))]
    return [f"{name}: {counts[name]} times" for name in bad if name not in EXPECTED_REFUSALS]


@dataclass(frozen=True)
class Step:
    """One call: the state it brings a thing into, and what refusals say about the state that is there already."""

    key: str
    state: str
    method: str
    path: str
    body: dict[str, object] | None = None
    token: str = ""
    told_by: dict[str, str] | None = None
    is_repeatable: bool = True
    repetition: str = ""


class Client:
    """One thread's worth of load. It alone writes for its people, so that it knows the order of what was acknowledged."""

    def __init__(
        self,
        people: list[Person],
        others: list[Person],
        journal: Journal,
        seed: int,
        room: str = "",
    ) -> None:
        self.people, self.others, self.journal, self.room = people, others, journal, room
        self.dice = random.Random(seed)
        self.known: dict[str, str] = {}
        self.open: Step | None = None
        self.ids: dict[str, int] = {}
        """Of connections, posts and comments that were acknowledged"""
        self.counts: Counter[str] = Counter()

    def run(self, port: int, stopped: threading.Event) -> None:
        """Write until told to stop or until an answer stays away."""
        while not stopped.is_set():
            step = self.open or self._choose(port)
            if step and not self._take(port, step):
                return

    def _take(self, port: int, step: Step) -> bool:
        if self.open is None:
            self.journal.sent(step.key, step.state)
        reply = call(port, step.method, step.path, step.body, step.token, step.repetition)
        state = step.state if reply.is_ok else (step.told_by or {}).get(reply.code)
        self.counts[f"status {reply.status}"] += 1
        if reply.status == 503 and "retry-after" not in reply.headers:
            self.counts["503 without Retry-After"] += 1
        if state is None and 400 <= reply.status < 500:
            self.counts[f"refused {step.key.split()[0]} {reply.code}"] += 1
        unheard = reply.status == 0 or reply.status >= 500 or reply.code == "in_progress"
        is_open = state is None and unheard
        self.open = step if is_open and step.is_repeatable else None
        if state is not None:
            self._learn(step, state, reply)
        return reply.status != 0

    def _learn(self, step: Step, state: str, reply: Reply) -> None:
        self.journal.acknowledged(step.key, state)
        self.known[step.key] = state
        self.counts["acknowledged"] += 1
        if (
            step.key.startswith(("connection", "post", "comment", "message"))
            and reply.is_ok
            and reply.body
        ):
            self.ids[step.key] = int(reply.body["id"])

    def _choose(self, port: int) -> Step | None:
        makers: list[tuple[Callable[[int], Step | None], int]] = [
            (self._follow, 50), (self._connect, 25), (self._edit, 12), (self._read, 10),
            (self._register, 3), (self._write_post, 25), (self._write_comment, 25), (self._like, 25),
            (self._share, 10),
        ]  # fmt: skip
        if self.room:
            makers.append((self._say, 40))
        ways, weights = zip(*makers, strict=True)
        chosen: Callable[[int], Step | None] = self.dice.choices(ways, weights)[0]
        return chosen(port)

    def _follow(self, port: int) -> Step:
        actor, target = self.dice.choice(self.people), self.dice.choice(self.others)
        key, path = f"follow {actor.pk} {target.pk}", f"/api/users/{target.pk}/follow"
        if self.known.get(key):
            return Step(key, ABSENT, "DELETE", path, token=actor.token)
        return Step(key, THERE, "POST", path, token=actor.token, repetition=token_hex(8))

    def _connect(self, port: int) -> Step:
        low, high = sorted(self.dice.sample(self.people, 2), key=lambda person: person.pk)
        key = f"connection {low.pk} {high.pk}"
        state, path = self.known.get(key), f"/api/connections/{self.ids.get(key)}"
        if state == PENDING:
            told = {"invalid_state": ACCEPTED}
            return Step(key, ACCEPTED, "PUT", f"{path}/accept", {}, high.token, told)
        if state == ACCEPTED:
            return Step(key, ABSENT, "DELETE", path, None, low.token, {"not_found": ABSENT})
        body: dict[str, object] = {"target_user_id": str(high.pk)}
        return Step(
            key, PENDING, "POST", "/api/connections/request", body, low.token,
            repetition=token_hex(8),
        )  # fmt: skip

    def _edit(self, port: int) -> Step:
        person, bio = self.dice.choice(self.people), f"edited {token_hex(8)}"
        path, key = f"/api/users/{person.pk}", f"bio {person.pk}"
        return Step(key, bio, "PUT", path, {"bio": bio}, person.token)

    def _write_post(self, port: int) -> Step:
        return self._write("post", "/api/posts")

    def _write_comment(self, port: int) -> Step:
        return self._write("comment", f"/api/posts/{self.dice.choice(self.others).wall}/comments")

    def _write(self, kind: str, collection: str) -> Step:
        """Write one of a person's few texts of a kind, change it, or delete it; its first word is its key."""
        person = self.dice.choice(self.people)
        name = f"{person.pk}-{self.dice.randrange(TEXTS)}"
        key, content = f"{kind} {name}", f"{name} {token_hex(8)}"
        path, body = f"/api/{kind}s/{self.ids.get(key)}", {"content": content}
        if not self.known.get(key):
            return Step(
                key, content, "POST", collection, {**body}, person.token, repetition=token_hex(8)
            )
        if self.dice.random() < DELETED:
            return Step(key, ABSENT, "DELETE", path, None, person.token, {"not_found": ABSENT})
        return Step(key, content, "PUT", path, {**body}, person.token)

    def _like(self, port: int) -> Step:
        person, wall = self.dice.choice(self.people), self.dice.choice(self.others).wall
        key, path = f"like {person.pk} {wall}", f"/api/posts/{wall}/like"
        if self.known.get(key):
            return Step(key, ABSENT, "DELETE", path, token=person.token)
        return Step(key, THERE, "PUT", path, token=person.token)

    def _share(self, port: int) -> Step:
        person, wall = self.dice.choice(self.people), self.dice.choice(self.others).wall
        key, path = f"share {person.pk} {wall}", f"/api/posts/{wall}/share"
        if self.known.get(key):
            return Step(key, ABSENT, "DELETE", path, token=person.token)
        return Step(key, THERE, "POST", path, {}, person.token, repetition=token_hex(8))

    def _read(self, port: int) -> Step | None:
        person = self.dice.choice(self.people)
        found = call(port, "GET", "/api/notifications?limit=20", token=person.token)
        rows = found.body["results"] if found.is_ok else []
        unread = [row["id"] for row in rows if f"read {row['id']}" not in self.known]
        if not unread:
            return None
        key, path = f"read {unread[0]}", f"/api/v1/notifications/{unread[0]}/read"
        return Step(key, THERE, "POST", path, token=person.token, repetition=token_hex(8))

    def _say(self, port: int) -> Step:
        """Say something in the room that all are in, change it, or take it back; a repeat is known by its client_id."""
        person = self.dice.choice(self.people)
        name = f"{person.pk}-{self.dice.randrange(TEXTS)}"
        key, content = f"message {name}", f"{name} {token_hex(8)}"
        path = f"/api/messages/{self.room}/{self.ids.get(key)}"
        if not self.known.get(key):
            body: dict[str, object] = {
                "room_id": self.room,
                "content": content,
                "client_id": token_hex(8),
            }
            return Step(key, content, "POST", "/api/messages", body, person.token)
        if self.dice.random() < DELETED:
            return Step(key, ABSENT, "DELETE", path, None, person.token, {"not_found": ABSENT})
        return Step(key, content, "PUT", path, {"content": content}, person.token)

    def _register(self, port: int) -> Step:
        name = f"new{token_hex(6)}"
        body = {"username": name, "email": f"{name}@example.org", "password": PASSWORD}
        path = "/api/auth/register"
        return Step(f"user {name}", THERE, "POST", path, {**body}, is_repeatable=False)
