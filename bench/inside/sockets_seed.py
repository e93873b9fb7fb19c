"""Fill a database with rooms: `python -m bench.inside.sockets_seed SIZE...`; prints who may connect, and where to, as JSON.

One room for each size, whose members are the first so many people, and several small ones for those who wait for their acks.
"""

import json
import random
import sys
from datetime import timedelta

from bench.inside.seed import person  # first: it sets Django up

# isort: split
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts import secrets
from accounts.models import Session, User
from chat.actions.rooms import create_room
from chat.models import Membership, Room

SMALL_ROOMS, SMALL_SIZE = 8, 32


def main(sizes: list[int]) -> None:
    call_command("migrate", verbosity=0, interactive=False)
    # The run is longer than the life of an access token.
    secrets.ACCESS_LIFETIME = timedelta(days=1)
    with transaction.atomic():
        users = people(max(*sizes, SMALL_SIZE))
        rooms = {size: room(f"Room of {size}", users[:size]) for size in sizes}
        small = [room(f"Small room {n}", users[:SMALL_SIZE]) for n in range(SMALL_ROOMS)]
        tokens = [secrets.make_access_token(session) for session in sessions(users)]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(json.dumps({"tokens": tokens, "rooms": rooms, "small_rooms": small}))


def people(number: int) -> list[User]:
    """Make people whose names say their number: pushes that carry no text are known by it."""
    dice, made = random.Random(1), []
    for n in range(number):
        user = person(n, dice)
        user.username = f"bench_{n}"
        made.append(user)
    return User.objects.bulk_create(made)


def sessions(users: list[User]) -> list[Session]:
    rows = [
        Session(user=u, key_hash=secrets.hash_secret(u.username), address="127.0.0.1")
        for u in users
    ]
    return Session.objects.bulk_create(rows)


def room(name: str, users: list[User]) -> str:
    """Make a public room of its first member, and seat the others; return its id."""
    made = create_room(actor=users[0], name=name)
    now = timezone.now()
    seats = [Membership(room=made, user=user, joined_at=now) for user in users[1:]]
    Membership.objects.bulk_create(seats)
    Room.objects.filter(pk=made.pk).update(member_count=len(users))
    return str(made.pk)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]])
