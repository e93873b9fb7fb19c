"""memory: what sockets cost a server: 20 that never read under 400 MiB of pushes, and thousands that only wait."""

import time
from contextlib import suppress

from django.db import connection

from chaos import site
from chaos.people import Person, make_people, make_room
from chaos.sending import Senders, messages_of, wrong_hearing
from operations.tests.live import Process
from socialsite.lib.testing.history import Follower, Swarm, until
from socialsite.lib.testing.rawsockets import RawSocket

MIB = 1024 * 1024
STALLED, PUSHED_BYTES, GROWTH_BYTES, MESSAGES_A_ROUND = 20, 400 * MIB, 64 * MIB, 500
TEXT_BYTES = 3900
MESSAGE = b'{"event":"message"'
IDLE_BYTES, PEOPLE, OPEN_AT_ONCE = 32 * 1024, 100, 100
SETTLE_S = 3.0
Figures = dict[str, object]


def main(idle: int, seed: int) -> None:
    """Measure both, each with a server of its own."""
    site.make_tables()
    people = make_people(PEOPLE)
    room = make_room(people[: STALLED + 5])
    connection.close()
    figures: Figures = {}
    wrong = stall(people[:STALLED], people[STALLED : STALLED + 5], room, figures)
    wrong += wait(people, idle, figures)
    site.report("memory", figures, wrong)


def stall(lazy: list[Person], talking: list[Person], room: str, figures: Figures) -> list[str]:
    """Push past readers that do not read; those that were closed come back and stall anew. Then all resume."""
    server, _ = site.start_server("--no-worker")
    start = {room: len(lazy) + len(talking)}
    pushed = rounds = 0
    with Swarm() as swarm:
        senders = Senders(server.port, room, talking)
        senders.padding = "x" * TEXT_BYTES
        reader = Follower(server.port, talking[0].token, start, ping_s=60)
        swarm.let_in([reader, *senders.followers])
        before, deaf = site.resident(server), 0
        while pushed * TEXT_BYTES * STALLED < PUSHED_BYTES:
            stalled = [lie_down(server, person, room) for person in lazy]
            senders.send(swarm, MESSAGES_A_ROUND)
            pushed, rounds = pushed + MESSAGES_A_ROUND, rounds + 1
            deaf += sum(not stand_up(one) for one in stalled)
        growth = server.memory() - before
        ended = start[room] + pushed
        back = [Follower(server.port, person.token, start, ping_s=60) for person in lazy]
        swarm.let_in(back, 120)
        until(lambda: all(one.at[room] >= ended for one in [reader, *back]), 60)
    site.kill(server)
    figures["readers that do not read"] = f"{STALLED}, {rounds} times"
    figures["pushed past them"] = f"{pushed * TEXT_BYTES * STALLED / MIB:.0f} MiB"
    figures["growth under it"] = f"{growth / MIB:.1f} MiB over {before / MIB:.0f} MiB"
    wrong = [] if growth < GROWTH_BYTES else ["grew by too much under stalled readers"]
    wrong += [f"{deaf} of those that stalled had been sent nothing"] if deaf else []
    stored = messages_of(room)
    return wrong + [said for one in [reader, *back] for said in wrong_hearing(one, room, stored)]


def lie_down(server: Process, person: Person, room: str) -> RawSocket:
    """Open a socket that hears a room and reads nothing."""
    made = RawSocket(server.port, person.token)
    made.listen(room)
    return made


def stand_up(made: RawSocket) -> bool:
    """Close such a socket; tell whether anything had come to it, as messages or as the end for who is too far behind."""
    try:
        return MESSAGE in made.read_until(MESSAGE)
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False
    finally:
        made.close()


def wait(people: list[Person], number: int, figures: Figures) -> list[str]:
    """Open sockets that say hello and only wait."""
    server, _ = site.start_server("--no-worker")
    opened = [RawSocket(server.port, person.token) for person in people]
    time.sleep(SETTLE_S)
    before = site.resident(server)
    with suppress(OSError):
        while len(opened) < number + len(people):
            opened.append(RawSocket(server.port, people[len(opened) % len(people)].token))
    time.sleep(SETTLE_S)
    added = len(opened) - len(people)
    each = (site.resident(server) - before) / max(added, 1)
    for one in opened:
        one.close()
    site.kill(server)
    figures["idle sockets"] = f"{added}, {each / 1024:.1f} KiB each over {before / MIB:.0f} MiB"
    wrong = [] if each <= IDLE_BYTES else [f"an idle socket costs {each / 1024:.1f} KiB"]
    return wrong if added == number else [*wrong, f"only {added} sockets could be opened"]
