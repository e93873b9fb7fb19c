"""How many messages are stored and acknowledged a second, as JSON: `python -m bench.inside.messages`, in an empty DATA_DIR or DATABASE_URL.

By one sender alone, by eight at once in one room, in eight rooms, and between two people; each message a transaction that is on disk
before its sender is answered. `cpu_ms` is the work of one, whatever else the machine does. Also how many statements one takes.
"""

import json
import os
import statistics
import threading
import time
from collections.abc import Callable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.inside.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - the registry must be ready first
from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from chat.actions.messages import send_message  # noqa: E402
from chat.models import Membership, Room  # noqa: E402

PEOPLE, SECONDS, ROUNDS = 8, float(os.environ.get("SECONDS", "3")), 3
TEXT = "Good morning all, the boat leaves at nine from the bridge by the river, bring bread and bicycles."


def main() -> None:
    call_command("migrate", verbosity=0, interactive=False)
    people = [person(number) for number in range(PEOPLE)]
    one = room_of(people)
    rooms = [room_of(people) for _ in people]
    pair = conversation(*people[:2])
    send_message(actor=people[0], room_id=one, content=TEXT)
    print(
        json.dumps(
            {
                "statements": {
                    "room": statements(people[0], one),
                    "repeatable": statements(people[0], one, client_id="a"),
                    "direct": statements(people[0], pair),
                },
                "one_sender": best([(people[0], one)]),
                "one_room": best([(sender, one) for sender in people]),
                "many_rooms": best(list(zip(people, rooms, strict=True))),
                "direct": best([(sender, pair) for sender in people[:2]]),
            }
        )
    )


def person(number: int) -> User:
    name = f"sender{number}"
    fields: dict[str, Any] = {
        "display_name": name,
        "email": f"{name}@example.org",
        "dm_policy": "everyone",
    }
    found, _ = User.objects.get_or_create(username=name, defaults=fields)
    return found


def room_of(people: list[User]) -> int:
    room = Room.objects.create(kind=Room.Kind.PRIVATE, name="Boats", created_by=people[0])
    seat(room, people)
    return room.pk


def conversation(one: User, other: User) -> int:
    low, high = sorted((one, other), key=lambda user: user.pk)
    pair = {"low": low, "high": high, "kind": Room.Kind.DIRECT}
    room, is_new = Room.objects.get_or_create(**pair, defaults={"created_by": one})
    if is_new:
        seat(room, [one, other])
    return room.pk


def seat(room: Room, people: list[User]) -> None:
    now = timezone.now()
    rows = [Membership(room=room, user=user, joined_at=now) for user in people]
    Membership.objects.bulk_create(rows)
    Room.objects.filter(pk=room.pk).update(member_count=len(rows))


def statements(sender: User, room_id: int, **options: Any) -> int:
    """Return how many statements a message takes, BEGIN and savepoints left out."""
    with transaction.atomic(), CaptureQueriesContext(connection) as seen:
        send_message(actor=sender, room_id=room_id, content=TEXT, **options)
    return sum("SAVEPOINT" not in query["sql"] for query in seen)


def best(senders: list[tuple[User, int]]) -> dict[str, float]:
    """Return the best of some rounds: others use the machine too."""
    return max((rate(senders) for _ in range(ROUNDS)), key=lambda found: found["per_second"])


def rate(senders: list[tuple[User, int]]) -> dict[str, float]:
    """Let each sender send one message after the other; returns how many were answered a second, and how long one took."""
    times: list[list[float]] = [[] for _ in senders]
    until = time.perf_counter() + SECONDS
    threads = [
        threading.Thread(target=send_until, args=(until, sender, room_id, taken))
        for (sender, room_id), taken in zip(senders, times, strict=True)
    ]
    started, worked = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent, worked = time.perf_counter() - started, time.process_time() - worked
    all_times = sorted(took for taken in times for took in taken)
    return {
        "per_second": round(len(all_times) / spent),
        "cpu_ms": round(worked / len(all_times) * 1000, 2),
        "p50_ms": round(statistics.median(all_times) * 1000, 2),
        "p99_ms": round(all_times[int(len(all_times) * 0.99)] * 1000, 2),
    }


def send_until(until: float, sender: User, room_id: int, times: list[float]) -> None:
    number, said = 0, f"{time.time_ns()}-{sender.pk}"
    clock: Callable[[], float] = time.perf_counter
    while (started := clock()) < until:
        send_message(actor=sender, room_id=room_id, content=TEXT, client_id=f"{said}-{number}")
        times.append(clock() - started)
        number += 1
    connection.close()


if __name__ == "__main__":
    main()
