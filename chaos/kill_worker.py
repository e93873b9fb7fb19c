"""kill-worker: end the worker by `kill -9`, in the middle of a task of each kind and at random under load, and count the mails."""

import random
import threading
import time
from collections import Counter

from django.conf import settings
from django.db import connection
from django_tasks_db.models import DBTaskResult

from accounts.models import Session
from chaos import site
from chaos.checker import wrongs
from chaos.clients import Client, unexpected
from chaos.journal import Journal, possible_states
from chaos.mailbox import Mails, read_mails
from chaos.people import make_people
from chaos.subjects import SUBJECTS, make_person, make_task
from operations.tests.live import Process
from socialsite.lib import faults
from socialsite.lib.tasks import get_backlog, registry

POINTS = ("before_effect", "after_effect")
CLIENTS, PEOPLE_EACH = 2, 4
DIES_WITHIN_S, DONE_WITHIN_S = 60, 75.0
SILENT = {"accounts.expire_session", "moderation.tell_reporters"}
"""Kinds of SUBJECTS that send no mail"""


def main(rounds: int, seed: int) -> None:
    """Kill at every fault point and then so many times at random, print the counts, and end with 1 when anything is wrong."""
    site.make_tables()
    started, counts = time.monotonic(), Counter[str]()
    addresses, wrong = kill_at_fault_points(counts)
    journal = Journal(site.FOLDER / "journal.jsonl")
    wrong += kill_at_random(rounds, random.Random(seed), journal, counts)
    wrong += finish(counts)
    possible = possible_states(journal.lines())
    addresses += registered(possible)
    mails = read_mails(settings.MAIL_DIR)
    wrong += [*judge_mails(addresses, mails), *wrongs(possible), *unexpected(counts)]
    if counts["killed at random"] < rounds or not addresses:
        wrong.append("too few cases to say anything")
    print(f"kill-worker: {connection.vendor}, seed {seed}, {time.monotonic() - started:.0f} s")
    print(f"  {dict(sorted(counts.items()))}")
    print(f"  mails {len(mails.copies)}, in copies {dict(Counter(mails.copies.values()))}")
    print(f"  wrong: {len(wrong)}", *wrong[:20], sep="\n  ")
    raise SystemExit(1 if wrong else 0)


def kill_at_fault_points(counts: Counter[str]) -> tuple[list[str], list[str]]:
    """Let a worker die before and after the effect of each kind of task; return whom mail is due, and what is wrong."""
    addresses, wrong = [], []
    for name in sorted(registry.HANDLERS):
        for point in POINTS:
            person = make_person()
            make_task(name, person)
            connection.close()
            addresses += [person.email] if name in SUBJECTS and name not in SILENT else []
            worker = site.start("worker", FAULT=f"{name}.{point}")
            if worker.process.wait(DIES_WITHIN_S) == faults.KILLED:
                counts[f"killed {point}"] += 1
            else:
                wrong.append(f"{name}.{point} was not visited: {worker.said()[-500:]}")
    return addresses, wrong


def kill_at_random(
    rounds: int, dice: random.Random, journal: Journal, counts: Counter[str]
) -> list[str]:
    """Kill workers while clients write by a server without one; return what is wrong."""
    people = make_people(CLIENTS * PEOPLE_EACH, "writer")
    connection.close()
    server, _ = site.start_server("--no-worker")
    groups = [people[n::CLIENTS] for n in range(CLIENTS)]
    clients = [
        Client(g, [p for p in people if p not in g], journal, n) for n, g in enumerate(groups)
    ]
    stopped = threading.Event()
    threads = [threading.Thread(target=c.run, args=(server.port, stopped)) for c in clients]
    for thread in threads:
        thread.start()
    for _ in range(rounds):
        worker = site.start("worker")
        worker.wait_said("waiting for tasks")
        time.sleep(dice.uniform(0.1, 2))
        site.kill(worker)
        counts["killed at random"] += 1
    stopped.set()
    for thread in threads:
        thread.join()
    site.kill(server)
    counts.update(sum((client.counts for client in clients), Counter[str]()))
    return [f"the server said {words!r}" for words in site.troubles(server)]


def finish(counts: Counter[str]) -> list[str]:
    """Let one worker do what is left; return what is wrong."""
    started, worker = time.monotonic(), site.start("worker")
    left = wait_done(worker, started + DONE_WITHIN_S)
    site.kill(worker)
    counts["seconds to the last task"] = round(time.monotonic() - started)
    for status in DBTaskResult.objects.values_list("status", flat=True):
        counts[f"tasks {status}"] += 1
    live = Session.objects.filter(user_agent="chaos", ended_at__isnull=True).count()
    found = [f"tasks are left: {left}"] if left else []
    # Those that tell about a new device stay signed in: one at each fault point.
    found += [f"{live} sign-ins live"] if live != len(POINTS) else []
    said = site.check_invariants()
    return [*found, said] if said else found


def wait_done(worker: Process, until: float) -> str:
    """Wait until no task is due, runs or is dead; return what is left."""
    while True:
        backlog = get_backlog()
        connection.close()
        if not (backlog.due or backlog.running or waiting()):
            return f"{backlog.dead} dead" if backlog.dead else ""
        if time.monotonic() > until or worker.process.poll() is not None:
            return str(backlog)
        time.sleep(0.5)


def waiting() -> int:
    """Return how many tasks wait for another attempt."""
    found = DBTaskResult.objects.exclude(status__in=("SUCCESSFUL", "FAILED")).count()
    connection.close()
    return found


def registered(possible: dict[str, set[str]]) -> list[str]:
    """Return the addresses of the acknowledged registrations."""
    known = [key.split()[1] for key, states in possible.items() if states == {"there"}]
    names = [key for key in known if key.startswith("new")]
    return [f"{name}@example.org" for name in names]


def judge_mails(addresses: list[str], mails: Mails) -> list[str]:
    """Return who got none, and which mails came more often than their task was begun."""
    missing = [f"no mail to {address}" for address in addresses if not mails.by_address[address]]
    most = max(mails.copies.values(), default=0)
    return [*missing, *([f"a mail came {most} times"] if most > 2 else [])]
