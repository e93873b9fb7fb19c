"""herd: thousands of sockets are cut at once, and all come back; none may miss anything, and nobody may be told that the server failed."""

import time
from collections import Counter

from django.db import connection

from chaos import site
from chaos.people import make_people, make_room
from chaos.sending import Senders, messages_of, wrong_hearing, wrong_sends
from socialsite.lib.testing.faultproxy import FaultProxy
from socialsite.lib.testing.history import Follower, Swarm, until

PEOPLE, MESSAGES, BACK_S, ALL_IN_S = 100, 50, 30.0, 240.0
FAILED = {1011, 1013}
"""Close codes by which a server says that it failed, or is too busy"""


def main(sockets: int, seed: int) -> None:
    """Cut all, while a few write on, and wait until all have what they missed."""
    site.make_tables()
    people = make_people(PEOPLE)
    room = make_room(people)
    connection.close()
    server, _ = site.start_server("--no-worker")
    with FaultProxy(server.port, seed=seed) as proxy, Swarm() as swarm:
        followers = [
            Follower(proxy.port, people[n % PEOPLE].token, {room: PEOPLE}, ping_s=60)
            for n in range(sockets)
        ]
        for start in range(0, sockets, 100):
            swarm.let_in(followers[start : start + 100], ALL_IN_S)
        senders = Senders(server.port, room, people[:5], seed)
        swarm.let_in(senders.followers)
        before = site.processor_seconds(server)
        struck = proxy.strike("reset", sockets)
        cut = time.monotonic()
        senders.send(swarm, MESSAGES)
        ended = PEOPLE + MESSAGES
        until(lambda: all(f.at[room] >= ended and f.here.is_set() for f in followers), 120)
        took, used = time.monotonic() - cut, site.processor_seconds(server) - before
    stored = messages_of(room)
    wrong = wrong_sends(senders.sent, stored)
    wrong += [said for one in followers for said in wrong_hearing(one, room, stored)]
    refused = sum(one.refused for one in followers)
    failed = Counter(code for one in followers for code in one.closed_codes if code in FAILED)
    if took > BACK_S:
        wrong.append(f"{took:.1f} s until all were back")
    if struck < sockets:
        wrong.append(f"only {struck} were cut")
    wrong += [f"{refused} handshakes were refused"] if refused else []
    wrong += [f"{number} sockets were closed with {code}" for code, number in failed.items()]
    wrong += [f"said {name!r}" for name in site.troubles(server)]
    site.kill(server)
    figures: dict[str, object] = {
        "sockets cut at once": struck,
        "messages meanwhile": MESSAGES,
        "all back, with all they missed": f"{took:.1f} s",
        "processor of the server": f"{used:.1f} s",
        "connections made": sum(one.connections for one in followers),
    }
    site.report("herd", figures, wrong)
