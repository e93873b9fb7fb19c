"""resume: cut clients off in every way and restart the server, while others write; each must hear each message once and in order."""

import threading
import time

from django.db import connection

from chaos import site
from chaos.people import make_people, make_room
from chaos.sending import Senders, messages_of, wrong_hearing, wrong_sends
from operations.tests.live import Process
from socialsite.lib.testing.faultproxy import FAULTS, FaultProxy
from socialsite.lib.testing.history import Follower, Swarm, until

LISTENERS, WRITERS = 20, 8
AT_ONCE, MESSAGES_A_STRIKE, STRIKES_A_RESTART = 5, 100, 12
CATCH_UP_S = 60.0


def main(messages: int, seed: int) -> None:
    """Run, and compare what all have heard with what is stored."""
    site.make_tables()
    people = make_people(LISTENERS)
    room = make_room(people)
    connection.close()
    started = time.monotonic()
    server, _ = site.start_server("--no-worker")
    with FaultProxy(server.port, seed=seed) as proxy, Swarm() as swarm:
        start = {room: LISTENERS}
        followers = [Follower(proxy.port, person.token, start) for person in people]
        senders = Senders(proxy.port, room, people[:WRITERS], seed)
        swarm.let_in([*followers, *senders.followers])
        sending = threading.Thread(target=senders.send, args=(swarm, messages))
        sending.start()
        server, restarts = strike(sending, senders, proxy, server)
        ended = LISTENERS + messages
        until(lambda: all(f.at[room] >= ended for f in followers), CATCH_UP_S)
    stored = messages_of(room)
    wrong = wrong_sends(senders.sent, stored)
    for number, follower in enumerate(followers):
        wrong += [f"client {number}: {one}" for one in wrong_hearing(follower, room, stored)]
    struck = sum(proxy.struck.values())
    if struck < messages / MESSAGES_A_STRIKE * AT_ONCE or len(stored) < messages:
        wrong.append("too little happened to say anything")
    site.kill(server)
    if said := site.check_invariants():
        wrong.append(said)
    figures: dict[str, object] = {
        "messages": len(stored),
        "clients": LISTENERS,
        "connections broken": f"{struck} {dict(proxy.struck)}, and all by {restarts} restarts",
        "connections made": sum(f.connections for f in followers),
        "read on by REST": sum(f.resyncs for f in followers),
        "sends": dict(senders.sent.counts),
        "seconds": round(time.monotonic() - started),
    }
    site.report("resume", figures, wrong)


def strike(
    sending: threading.Thread, senders: Senders, proxy: FaultProxy, server: Process
) -> tuple[Process, int]:
    """Break connections as long as messages are sent, and restart the server now and then, by kill -9 and by SIGTERM in turn."""
    strikes = restarts = 0
    while sending.is_alive():
        until(lambda: stored(senders) >= strikes * MESSAGES_A_STRIKE or not sending.is_alive(), 600)  # noqa: B023
        struck = 0
        while struck < AT_ONCE and sending.is_alive():
            struck += proxy.strike(FAULTS[strikes % len(FAULTS)], AT_ONCE - struck)
        strikes += 1
        if strikes % STRIKES_A_RESTART == 0 and sending.is_alive():
            restarts += 1
            if restarts % 2:
                site.kill(server)
            else:
                server.stop()
            server, _ = site.start_server("--no-worker")
            proxy.targets = [server.port]
    sending.join()
    return server, restarts


def stored(senders: Senders) -> int:
    return len(senders.sent.ids)
