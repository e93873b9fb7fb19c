"""sends: every fifth answer is lost, twins come at once, the server is killed: each message is stored once, under the id that was said."""

import threading
import time

from django.db import connection

from chaos import site
from chaos.people import make_people, make_room
from chaos.sending import Senders, messages_of, wrong_hearing, wrong_sends
from socialsite.lib.testing.faultproxy import FaultProxy
from socialsite.lib.testing.history import Follower, Swarm, until

SENDERS, LOST, MESSAGES_A_KILL = 12, 0.2, 500


def main(messages: int, seed: int) -> None:
    """Send, and compare what was acknowledged with what is stored."""
    site.make_tables()
    people = make_people(SENDERS)
    room = make_room(people)
    connection.close()
    started, kills = time.monotonic(), 0
    server, _ = site.start_server("--no-worker")
    with (
        FaultProxy(server.port, cut_share=LOST, seed=seed) as proxy,
        FaultProxy(server.port) as straight,
        Swarm() as swarm,
    ):
        senders = Senders(proxy.port, room, people, seed)
        listener = Follower(straight.port, people[0].token, {room: SENDERS})
        swarm.let_in([listener, *senders.followers])
        sending = threading.Thread(target=senders.send, args=(swarm, messages))
        sending.start()
        while sending.is_alive():
            done = (kills + 1) * MESSAGES_A_KILL
            until(lambda: len(senders.sent.ids) >= done or not sending.is_alive(), 600)  # noqa: B023
            if sending.is_alive():
                kills += 1
                site.kill(server)
                server, _ = site.start_server("--no-worker")
                proxy.targets = straight.targets = [server.port]
        sending.join()
        until(lambda: listener.at[room] >= SENDERS + messages, 30)
    stored = messages_of(room)
    wrong = wrong_sends(senders.sent, stored) + wrong_hearing(listener, room, stored)
    few = proxy.dropped < messages * LOST / 2 or kills < messages // MESSAGES_A_KILL - 1
    if len(stored) != messages or few:
        wrong.append("too little happened to say anything")
    site.kill(server)
    if said := site.check_invariants():
        wrong.append(said)
    figures: dict[str, object] = {
        "messages": len(stored),
        "answers lost": proxy.dropped,
        "kills": kills,
        "sends": dict(senders.sent.counts),
        "seconds": round(time.monotonic() - started),
    }
    site.report("sends", figures, wrong)
