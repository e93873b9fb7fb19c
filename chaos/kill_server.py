"""kill-server: end the server by `kill -9` while clients write, start it again, and look for what it acknowledged."""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from django.db import connection

from chaos import site
from chaos.checker import wrongs
from chaos.clients import Client, unexpected
from chaos.journal import Journal, possible_states
from chaos.people import make_people, make_room
from operations.tests.live import Process
from socialsite.lib.tasks import get_backlog

CLIENTS, PEOPLE_EACH = 4, 4
READY_S = 5.0
DRAIN_S = 90.0


@dataclass
class Result:
    """What a run has counted, and all that it found wrong."""

    kills: int = 0
    ready: list[float] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def main(rounds: int, seed: int) -> None:
    """Kill so many times, print the counts, and end with 1 when anything is wrong."""
    site.make_tables()
    started, result = time.monotonic(), run(rounds, seed)
    print(f"kill-server: {connection.vendor}, seed {seed}, {time.monotonic() - started:.0f} s")
    print(f"  kills {result.kills}, {dict(sorted(result.counts.items()))}")
    print(f"  ready after {sorted(round(s, 1) for s in result.ready)} s")
    print(f"  wrong: {len(result.wrong)}", *result.wrong[:20], sep="\n  ")
    raise SystemExit(1 if result.wrong else 0)


def run(rounds: int, seed: int) -> Result:
    """Load the site, kill it and look, as often as asked."""
    journal, dice = Journal(site.FOLDER / "journal.jsonl"), random.Random(seed)
    people = make_people(CLIENTS * PEOPLE_EACH)
    room = make_room(people)
    connection.close()
    groups = [people[n::CLIENTS] for n in range(CLIENTS)]
    clients = [
        Client(group, [p for p in people if p not in group], journal, seed * 1000 + n, room)
        for n, group in enumerate(groups)
    ]
    result = Result()
    server, _ = site.start_server()
    for _ in range(rounds):
        load_and_kill(server, clients, dice.uniform(0.5, 4.5), result)
        server, seconds = site.start_server()
        result.ready.append(seconds)
        result.wrong += wrongs(possible_states(journal.lines()))
    finish(server, clients, result)
    return result


def load_and_kill(server: Process, clients: list[Client], seconds: float, result: Result) -> None:
    """Let the clients write for a while, and kill the server under them."""
    stopped = threading.Event()
    threads = [threading.Thread(target=c.run, args=(server.port, stopped)) for c in clients]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    site.kill(server)
    stopped.set()
    for thread in threads:
        thread.join()
    result.kills += 1
    result.counts += site.troubles(server)


def finish(server: Process, clients: list[Client], result: Result) -> None:
    """Let the tasks run out, and look at what is left."""
    deadline = time.monotonic() + DRAIN_S
    while (backlog := get_backlog()).due + backlog.running and time.monotonic() < deadline:
        connection.close()
        time.sleep(0.5)
    connection.close()
    site.kill(server)
    result.counts += site.troubles(server)
    for client in clients:
        result.counts += client.counts
    result.wrong += judge(result)
    if backlog.due or backlog.running or backlog.dead:
        result.wrong.append(f"tasks are left: {backlog}")
    if said := site.check_invariants():
        result.wrong.append(said)


def judge(result: Result) -> list[str]:
    """Return what the counts themselves say is wrong; a run without a case proves nothing."""
    found = [f"ready after {s:.1f} s, not {READY_S:.0f}" for s in result.ready if s > READY_S]
    found += unexpected(result.counts)
    found += [f"said {name!r}" for name in result.counts if name in site.TROUBLE]
    if result.kills == 0 or result.counts["acknowledged"] < result.kills:
        found.append("too few acknowledged writes to say anything")
    return found
